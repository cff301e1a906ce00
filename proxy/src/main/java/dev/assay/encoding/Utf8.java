package dev.assay.encoding;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** What makes text well-formed, in bytes and in strings. */
final class Utf8 {
    private static final int CHUNK = 8192;

    private Utf8() {}

    /**
     * Throws {@link JsonException} unless {@code bytes} are UTF-8 (RFC 3629: nothing overlong, no surrogate) without a
     * byte order mark. The decoded text is not kept: the parser reads the bytes, but would let some of these pass.
     */
    static void requireValid(byte[] bytes) throws JsonException {
        if (bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF) {
            throw new JsonException("byte 0: a byte order mark (expected: none)");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer discarded = CharBuffer.allocate(Math.min(CHUNK, bytes.length + 1));
        CoderResult result;
        do {
            result = decoder.decode(in, discarded.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw new JsonException("byte " + in.position() + ": not valid UTF-8");
        }
    }

    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
