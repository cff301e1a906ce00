package dev.assay.encoding;

import java.util.HexFormat;
import java.util.Map;

/**
 * Writes a tree as ordinary JSON (RFC 8259), members in their order, UTF-8. What it writes is always valid: control
 * characters are escaped, and so is a lone surrogate, which UTF-8 can't express.
 */
public final class JsonWriter {
    private static final HexFormat HEX = HexFormat.of();

    private final Utf8Output out = new Utf8Output(1024);
    private final boolean pretty;

    private JsonWriter(boolean pretty) {
        this.pretty = pretty;
    }

    /** Compact. Throws {@link IllegalArgumentException} on a tree deeper than {@link JsonValue#MAX_DEPTH}. */
    public static byte[] write(JsonValue value) {
        JsonWriter writer = new JsonWriter(false);
        writer.write(value, 0);
        return writer.out.toByteArray();
    }

    /** As {@link #write}, with two-space indentation and a final line feed: files that people read. */
    public static byte[] writePretty(JsonValue value) {
        JsonWriter writer = new JsonWriter(true);
        writer.write(value, 0);
        writer.out.writeByte('\n');
        return writer.out.toByteArray();
    }

    private void write(JsonValue value, int depth) {
        if (value instanceof JsonObject object) {
            writeObject(object, CanonicalJson.within(depth));
        } else if (value instanceof JsonArray array) {
            writeArray(array, CanonicalJson.within(depth));
        } else if (value instanceof JsonString string) {
            writeString(string.value());
        } else if (value instanceof JsonInteger integer) {
            CanonicalJson.writeInteger(out, integer);
        } else if (value instanceof JsonDecimal decimal) {
            out.writeAscii(decimal.literal());
        } else if (value instanceof JsonBoolean bool) {
            out.writeAscii(bool.value() ? "true" : "false");
        } else {
            out.writeAscii("null");
        }
    }

    private void writeObject(JsonObject object, int depth) {
        out.writeByte('{');
        boolean first = true;
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            separate(first, depth);
            first = false;
            writeString(member.getKey());
            out.writeAscii(pretty ? ": " : ":");
            write(member.getValue(), depth);
        }
        if (!first) {
            indent(depth - 1);
        }
        out.writeByte('}');
    }

    private void writeArray(JsonArray array, int depth) {
        out.writeByte('[');
        boolean first = true;
        for (JsonValue element : array.elements()) {
            separate(first, depth);
            first = false;
            write(element, depth);
        }
        if (!first) {
            indent(depth - 1);
        }
        out.writeByte(']');
    }

    private void separate(boolean first, int depth) {
        if (!first) {
            out.writeByte(',');
        }
        indent(depth);
    }

    private void indent(int depth) {
        if (pretty) {
            out.writeByte('\n');
            for (int i = 0; i < depth; i++) {
                out.writeAscii("  ");
            }
        }
    }

    private void writeString(String text) {
        out.writeByte('"');
        for (int i = out.writePlain(text); i < text.length(); i++) {
            int c = text.codePointAt(i);
            boolean loneSurrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            if (c < ' ' || loneSurrogate) {
                out.writeAscii("\\u" + HEX.toHexDigits((char) c));
            } else {
                if (c == '"' || c == '\\') {
                    out.writeByte('\\');
                }
                out.writeCodePoint(c);
                i += Character.charCount(c) - 1;
            }
        }
        out.writeByte('"');
    }
}
