package dev.assay.encoding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * OLPC canonical JSON: the form over which TUF signatures are made (TUF 4.2.1). No white space, keys sorted by code
 * point, integers only, UTF-8; in strings {@code "} and {@code \} are escaped and nothing else, so that control
 * characters stand raw and the result need not be JSON in the sense of RFC 8259.
 */
public final class CanonicalJson {
    private final Utf8Output out;

    private CanonicalJson(int expectedBytes) {
        this.out = new Utf8Output(expectedBytes);
    }

    /**
     * The canonical bytes of {@code value}. Throws {@link IllegalArgumentException} on what has no canonical form: a
     * {@link JsonDecimal}, a lone surrogate, a tree deeper than {@link JsonValue#MAX_DEPTH}. No tree that
     * {@link JsonReader} made with {@link JsonReader.Numbers#INTEGERS_ONLY} holds any of these.
     */
    public static byte[] encode(JsonValue value) {
        return encode(value, 1024);
    }

    /** As {@link #encode(JsonValue)}, quicker where {@code expectedBytes} suffice: no form is longer than what the tree was read from. */
    public static byte[] encode(JsonValue value, int expectedBytes) {
        CanonicalJson encoder = new CanonicalJson(expectedBytes);
        encoder.write(value, 0);
        return encoder.out.toByteArray();
    }

    private void write(JsonValue value, int depth) {
        if (value instanceof JsonObject object) {
            writeObject(object, within(depth));
        } else if (value instanceof JsonArray array) {
            writeArray(array, within(depth));
        } else if (value instanceof JsonString string) {
            writeString(string.value());
        } else if (value instanceof JsonInteger integer) {
            writeInteger(out, integer);
        } else if (value instanceof JsonBoolean bool) {
            out.writeAscii(bool.value() ? "true" : "false");
        } else if (value instanceof JsonNull) {
            out.writeAscii("null");
        } else {
            throw new IllegalArgumentException("a number with a fraction or an exponent has no canonical form");
        }
    }

    /** The depth inside one more object or array. */
    static int within(int depth) {
        if (depth == JsonValue.MAX_DEPTH) {
            throw new IllegalArgumentException("the tree is nested deeper than " + JsonValue.MAX_DEPTH);
        }
        return depth + 1;
    }

    private void writeObject(JsonObject object, int depth) {
        out.writeByte('{');
        boolean first = true;
        for (Map.Entry<String, JsonValue> member : sorted(object.members())) {
            if (!first) {
                out.writeByte(',');
            }
            first = false;
            writeString(member.getKey());
            out.writeByte(':');
            write(member.getValue(), depth);
        }
        out.writeByte('}');
    }

    private void writeArray(JsonArray array, int depth) {
        out.writeByte('[');
        boolean first = true;
        for (JsonValue element : array.elements()) {
            if (!first) {
                out.writeByte(',');
            }
            first = false;
            write(element, depth);
        }
        out.writeByte(']');
    }

    private void writeString(String text) {
        out.writeByte('"');
        for (int i = out.writePlain(text); i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                int codePoint = text.codePointAt(i);
                if (!Character.isSupplementaryCodePoint(codePoint)) {
                    throw new IllegalArgumentException("a lone surrogate has no canonical form");
                }
                out.writeCodePoint(codePoint);
                i++;
            } else {
                if (c == '"' || c == '\\') {
                    out.writeByte('\\');
                }
                out.writeCodePoint(c);
            }
        }
        out.writeByte('"');
    }

    static void writeInteger(Utf8Output out, JsonInteger integer) {
        if (integer.fitsLong()) {
            out.writeLong(integer.value().longValue());
        } else {
            out.writeAscii(integer.value().toString());
        }
    }

    /** Most objects are sorted already, and there are many: those cost one comparison a member and no copy. */
    private static Collection<Map.Entry<String, JsonValue>> sorted(Map<String, JsonValue> members) {
        String previous = "";
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            if (compareByCodePoint(previous, member.getKey()) > 0) {
                List<Map.Entry<String, JsonValue>> sorted = new ArrayList<>(members.entrySet());
                sorted.sort(Map.Entry.comparingByKey(CanonicalJson::compareByCodePoint));
                return sorted;
            }
            previous = member.getKey();
        }
        return members.entrySet();
    }

    /** Code point order is UTF-16 order but for surrogates, which stand for characters above all the others. */
    static int compareByCodePoint(String a, String b) {
        int end = Math.min(a.length(), b.length());
        for (int i = 0; i < end; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean astral = Character.isSurrogate(x);
                return astral == Character.isSurrogate(y) ? x - y : astral ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
