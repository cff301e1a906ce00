package dev.assay.simple;

/** Shows text from outside in a message: quoted, cut to a readable length, everything but printable ASCII escaped. */
final class Excerpt {
    private static final int MAX_LENGTH = 80;

    private Excerpt() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder("\"");
        int end = Math.min(text.length(), MAX_LENGTH);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append(end < text.length() ? "…\"" : "\"").toString();
    }
}
