package dev.assay.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** One PEM block (RFC 7468): a label and the bytes under it. */
final class Pem {
    static final String PUBLIC_KEY = "PUBLIC KEY";
    static final String RSA_PUBLIC_KEY = "RSA PUBLIC KEY";
    static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";

    /** Well above the largest key that is accepted. */
    static final int MAX_CHARS = 32 * 1024;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LINE = 64;

    private final String label;
    private final byte[] content;

    /** Keeps {@code content} without a copy. */
    Pem(String label, byte[] content) {
        this.label = label;
        this.content = content;
    }

    /**
     * Parses text that holds one block, with white space around it and between its lines at most. No headers, no second
     * block, no words in front.
     */
    static Pem parse(String text) throws KeyException {
        if (text.length() > MAX_CHARS) {
            throw new KeyException("PEM: " + text.length() + " characters (expected: at most " + MAX_CHARS + ")");
        }
        String trimmed = text.strip();
        int labelEnd = trimmed.indexOf(DASHES, BEGIN.length());
        if (!trimmed.startsWith(BEGIN) || labelEnd < 0) {
            throw new KeyException("PEM: no " + BEGIN + "line (expected: one PEM block and nothing else)");
        }
        String label = trimmed.substring(BEGIN.length(), labelEnd);
        String end = END + label + DASHES;
        int bodyStart = labelEnd + DASHES.length();
        if (!trimmed.endsWith(end) || trimmed.length() - end.length() < bodyStart) {
            throw new KeyException("PEM: it does not end with the END line that fits its BEGIN line");
        }
        String body = trimmed.substring(bodyStart, trimmed.length() - end.length());
        return new Pem(label, decode(body));
    }

    private static byte[] decode(String body) throws KeyException {
        StringBuilder base64 = new StringBuilder(body.length());
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                base64.append(c);
            }
        }
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            throw new KeyException("PEM: what stands between its lines is not base64", e);
        }
    }

    String label() {
        return label;
    }

    byte[] content() {
        return content;
    }

    /** The block as text, lines of 64 characters, with a final line feed. */
    String text() {
        byte[] newline = "\n".getBytes(StandardCharsets.US_ASCII);
        String body = Base64.getMimeEncoder(LINE, newline).encodeToString(content);
        return BEGIN + label + DASHES + "\n" + body + "\n" + END + label + DASHES + "\n";
    }
}
