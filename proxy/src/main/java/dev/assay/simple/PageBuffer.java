package dev.assay.simple;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/** Bytes of a page while it is written: one growing array, with one way to write text for each place it can stand in. */
final class PageBuffer {
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);
    private static final int ASCII = 0x80;
    private static final int NANOS_OF_MICRO = 1000;
    /** The longest that one char becomes: a percent-encoded character of three bytes. */
    private static final int MAX_EXPANSION = 9;

    private static final byte[] AS_IS = {};
    private static final byte[][] HTML = htmlEscapes();
    private static final byte[][] JSON = jsonEscapes();
    private static final byte[][] URL_IN_JSON = urlEscapes();
    private static final byte[][] URL_IN_HTML = urlInHtmlEscapes();

    private byte[] bytes;
    private int length;

    PageBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** Text of ours, as it stands. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    PageBuffer raw(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    /** Text in an element or a quoted attribute. */
    PageBuffer html(String text) {
        return escaped(text, HTML, false);
    }

    /** The inside of a JSON string. */
    PageBuffer json(String text) {
        return escaped(text, JSON, false);
    }

    /** The inside of a JSON string that is a URL without a fragment; what no URL can hold is percent-encoded. */
    PageBuffer urlInJson(String url) {
        return escaped(url, URL_IN_JSON, true);
    }

    /** A URL without a fragment in a quoted attribute. */
    PageBuffer urlInHtml(String url) {
        return escaped(url, URL_IN_HTML, true);
    }

    PageBuffer hex(ByteBuffer digest) {
        int size = digest.remaining();
        reserve(2 * size);
        for (int i = digest.position(); i < digest.limit(); i++) {
            byte octet = digest.get(i);
            bytes[length++] = HEX[(octet >> 4) & 15];
            bytes[length++] = HEX[octet & 15];
        }
        return this;
    }

    PageBuffer number(long number) {
        return raw(ascii(Long.toString(number)));
    }

    /** ISO 8601 with the zone {@code Z}, and with six digits of a second or none, as indexes write upload times. */
    PageBuffer time(Instant time) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        digits(utc.getYear(), 4).character('-').digits(utc.getMonthValue(), 2).character('-');
        digits(utc.getDayOfMonth(), 2).character('T').digits(utc.getHour(), 2).character(':');
        int second = utc.getSecond();
        int micros = utc.getNano() / NANOS_OF_MICRO;
        digits(utc.getMinute(), 2).character(':').digits(second, 2);
        if (micros != 0) {
            character('.').digits(micros, 6);
        }
        return character('Z');
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private PageBuffer escaped(String text, byte[][] escapes, boolean percent) {
        int size = text.length();
        reserve(MAX_EXPANSION * size);
        int i = 0;
        while (i < size) {
            i = plainRun(text, i, escapes);
            if (i < size) {
                char c = text.charAt(i);
                i += c < ASCII ? escape(escapes[c]) : beyondAscii(text, i, percent);
            }
        }
        return this;
    }

    /** Copies characters that stand for themselves, nearly all there are, and says where the first other one is. */
    private int plainRun(String text, int from, byte[][] escapes) {
        byte[] target = bytes;
        int at = length;
        int i = from;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ASCII || escapes[c] != AS_IS) {
                break;
            }
            target[at++] = (byte) c;
        }
        length = at;
        return i;
    }

    private int escape(byte[] escape) {
        System.arraycopy(escape, 0, bytes, length, escape.length);
        length += escape.length;
        return 1;
    }

    /** Writes the character at {@code at} and says how many chars it took. */
    private int beyondAscii(String text, int at, boolean percent) {
        int character = text.codePointAt(at);
        boolean lone = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        byte[] utf8 = lone ? REPLACEMENT : Character.toString(character).getBytes(StandardCharsets.UTF_8);
        for (byte octet : utf8) {
            if (percent) {
                byte[] encoded = percentEncoded(octet & 0xff);
                System.arraycopy(encoded, 0, bytes, length, encoded.length);
                length += encoded.length;
            } else {
                bytes[length++] = octet;
            }
        }
        return Character.charCount(character);
    }

    private PageBuffer character(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** The last {@code digits} decimal digits of a number that is not negative. */
    private PageBuffer digits(int number, int digits) {
        reserve(digits);
        int rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            int needed = Math.addExact(length, more);
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length)));
        }
    }

    private static byte[] percentEncoded(int octet) {
        return ascii(String.format("%%%02X", octet));
    }

    private static byte[][] asIs() {
        byte[][] escapes = new byte[ASCII][];
        Arrays.fill(escapes, AS_IS);
        return escapes;
    }

    /** Numeric references where a parser would fold or drop the character; NUL and its like can't be written at all. */
    private static byte[][] htmlEscapes() {
        byte[][] escapes = asIs();
        for (int c = 0; c < ' '; c++) {
            escapes[c] = REPLACEMENT;
        }
        escapes[0x7f] = REPLACEMENT;
        for (char c : new char[] {'\t', '\n', '\r', '\''}) {
            escapes[c] = ascii("&#" + (int) c + ";");
        }
        escapes['&'] = ascii("&amp;");
        escapes['<'] = ascii("&lt;");
        escapes['>'] = ascii("&gt;");
        escapes['"'] = ascii("&quot;");
        return escapes;
    }

    private static byte[][] jsonEscapes() {
        byte[][] escapes = asIs();
        for (int c = 0; c < ' '; c++) {
            escapes[c] = ascii(String.format("\\u%04x", c));
        }
        escapes['\n'] = ascii("\\n");
        escapes['\r'] = ascii("\\r");
        escapes['\t'] = ascii("\\t");
        escapes['"'] = ascii("\\\"");
        escapes['\\'] = ascii("\\\\");
        return escapes;
    }

    private static byte[][] urlEscapes() {
        byte[][] escapes = asIs();
        for (int c = 0; c < ASCII; c++) {
            if (c <= ' ' || c == 0x7f || "\"<>\\^`{|}#".indexOf(c) >= 0) {
                escapes[c] = percentEncoded(c);
            }
        }
        return escapes;
    }

    private static byte[][] urlInHtmlEscapes() {
        byte[][] escapes = urlEscapes();
        escapes['&'] = ascii("&amp;");
        escapes['\''] = ascii("&#39;");
        return escapes;
    }
}
