package dev.assay.author;

/** Text from outside, made fit for a message of one line. */
final class Text {
    private static final int MAX_LENGTH = 200;

    private Text() {}

    /** In double quotes, bounded, with everything but printable ASCII as {@code \\uXXXX}. */
    static String quote(String outside) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < Math.min(outside.length(), MAX_LENGTH); i++) {
            char c = outside.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.append(outside.length() > MAX_LENGTH ? "…\"" : "\"").toString();
    }
}
