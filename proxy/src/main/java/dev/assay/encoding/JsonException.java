package dev.assay.encoding;

/**
 * The bytes are not the JSON that was asked for. The message says what was found and what was expected, and holds text
 * from the document only in escaped and shortened form.
 */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_EXCERPT = 120;

    public JsonException(String message) {
        super(message);
    }

    /** {@code text} between quotation marks, cut when long, with everything outside printable ASCII escaped. */
    static String quote(String text) {
        return '"' + printable(text) + '"';
    }

    /** {@code text} cut when long, with everything outside printable ASCII escaped. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder();
        int end = Math.min(text.length(), MAX_EXCERPT);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                out.append(c);
            } else {
                out.append("\\u").append(String.format("%04x", (int) c));
            }
        }
        return end < text.length() ? out.append("...").toString() : out.toString();
    }
}
