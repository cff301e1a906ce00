package dev.assay.server;

/** The character classes of RFC 9110 and RFC 3986 that a message is checked against. */
final class HttpChars {
    private static final int TOKEN = 1;
    private static final int PATH = 2;
    private static final int HOST = 4;
    private static final byte[] CLASSES = classes();

    private HttpChars() {}

    static boolean isToken(String text) {
        return isAll(TOKEN, text);
    }

    /** A name or an IPv4 address: letters, digits, dots, hyphens and low lines. */
    static boolean isHostName(String text) {
        return isAll(HOST, text);
    }

    /** Printable ASCII, spaces and tabs, without either at its ends. */
    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c > '~') {
                return false;
            }
        }
        return text.isEmpty() || !(isBlank(text.charAt(0)) || isBlank(text.charAt(text.length() - 1)));
    }

    /** A space or tab: the optional white space of HTTP. */
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isTokenChar(char c) {
        return is(TOKEN, c);
    }

    /** What may stand in a path unescaped, slash included; a percent sign is not among it. */
    static boolean isPathChar(char c) {
        return is(PATH, c);
    }

    static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The octet of a percent-encoded triplet that begins at {@code at}; -1 when there is none. */
    static int escaped(String text, int at) {
        if (at + 2 >= text.length() || text.charAt(at) != '%') {
            return -1;
        }
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static boolean isAll(int kind, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!is(kind, text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean is(int kind, char c) {
        return c < CLASSES.length && (CLASSES[c] & kind) != 0;
    }

    private static byte[] classes() {
        byte[] classes = new byte[128];
        for (char c = '0'; c <= 'z'; c++) {
            if (c <= '9' || (c >= 'A' && c <= 'Z') || c >= 'a') {
                classes[c] = TOKEN | PATH | HOST;
            }
        }
        mark(classes, "!#$%&'*+-.^_`|~", TOKEN);
        mark(classes, "-._~!$&'()*+,;=:@/", PATH);
        mark(classes, ".-_", HOST);
        return classes;
    }

    private static void mark(byte[] classes, String chars, int kind) {
        for (int i = 0; i < chars.length(); i++) {
            classes[chars.charAt(i)] |= (byte) kind;
        }
    }
}
