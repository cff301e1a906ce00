package dev.assay.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses JSON (RFC 8259) strictly: a document that two readers could take for two different things is refused. So are
 * numbers of more than {@value #MAX_DIGITS} digits and trees deeper than {@link JsonValue#MAX_DEPTH}. The number of bytes
 * is not bounded here: the caller knows what it reads.
 */
public final class JsonReader {
    /** Which numbers are allowed. */
    public enum Numbers {
        /** A fraction or an exponent is an error: what TUF signs over. */
        INTEGERS_ONLY,
        /** Any JSON number: project pages. */
        ANY
    }

    static final int MAX_DIGITS = 1000;
    private static final int EXCERPT_BYTES = 16;

    /**
     * Jackson's limits guard the callers of others; here the caller bounds the bytes, and depth is counted below. Its
     * symbol table is off: nearly every key of metadata stands there once, and crafted ones collide.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(MAX_DIGITS)
                    .build())
            .build();

    private final byte[] utf8;
    private final JsonParser parser;
    private final Numbers numbers;
    /** By depth: an object is complete before the next one of its depth begins. */
    private final List<Members.Builder> builders = new ArrayList<>();

    private JsonReader(byte[] utf8, JsonParser parser, Numbers numbers) {
        this.utf8 = utf8;
        this.parser = parser;
        this.numbers = numbers;
    }

    /**
     * The tree of one document. Refused with {@link JsonException}: bytes that are not UTF-8, a byte order mark, a lone
     * surrogate (also one that is escaped), a key that stands twice in one object, anything after the document.
     */
    public static JsonValue parse(byte[] utf8, Numbers numbers) throws JsonException {
        Utf8.requireValid(utf8);
        InputStream in = new ByteArrayInputStream(utf8);
        try (JsonParser parser = FACTORY.createParser(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return new JsonReader(utf8, parser, numbers).document();
        } catch (IOException e) {
            throw new AssertionError("reading from memory failed", e);
        }
    }

    /** As {@link #parse}, and the top level must be an object. */
    public static JsonObject parseObject(byte[] utf8, Numbers numbers) throws JsonException {
        if (parse(utf8, numbers) instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("the document is not an object");
    }

    private JsonValue document() throws IOException, JsonException {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new JsonException("the document is empty");
            }
            JsonValue value = value(first, 0);
            if (parser.nextToken() != null) {
                throw here("something follows the document");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw here("a number has more than " + MAX_DIGITS + " digits");
        } catch (JsonEOFException e) {
            throw new JsonException("byte " + utf8.length + ": the document ends too early");
        } catch (JsonProcessingException e) {
            throw malformed();
        }
    }

    private JsonException here(String message) {
        return new JsonException("byte " + bytesBefore(parser.currentTokenLocation()) + ": " + message);
    }

    private int bytesBefore(JsonLocation location) {
        String before = new String(utf8, StandardCharsets.UTF_8).substring(0, (int) location.getCharOffset());
        return before.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Shows the bytes themselves: the parser's own words tell how to make it lenient. */
    private JsonException malformed() {
        int start = Math.max(0, bytesBefore(parser.currentLocation()) - 1);
        int length = Math.min(EXCERPT_BYTES, utf8.length - start);
        String excerpt = new String(utf8, start, length, StandardCharsets.ISO_8859_1);
        return new JsonException("byte " + start + ": malformed JSON at " + JsonException.quote(excerpt));
    }

    private JsonValue value(@Nullable JsonToken token, int depth) throws IOException, JsonException {
        if (token == null) {
            throw here("the document ends too early");
        }
        return switch (token) {
            case START_OBJECT -> object(within(depth));
            case START_ARRAY -> array(within(depth));
            case VALUE_STRING -> new JsonString(text(parser.getText()));
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> JsonBoolean.TRUE;
            case VALUE_FALSE -> JsonBoolean.FALSE;
            case VALUE_NULL -> JsonNull.INSTANCE;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw here("malformed JSON");
        };
    }

    private int within(int depth) throws JsonException {
        if (depth == JsonValue.MAX_DEPTH) {
            throw here("nested deeper than " + JsonValue.MAX_DEPTH);
        }
        return depth + 1;
    }

    private JsonObject object(int depth) throws IOException, JsonException {
        Members.Builder members = builder(depth);
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            text(key);
            JsonValue value = value(parser.nextToken(), depth);
            if (!members.add(key, value)) {
                throw here("the key " + JsonException.quote(key) + " stands twice in its object");
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw here("the document ends too early");
        }
        return new JsonObject(members.build());
    }

    private Members.Builder builder(int depth) {
        while (builders.size() < depth) {
            builders.add(new Members.Builder());
        }
        return builders.get(depth - 1);
    }

    private JsonArray array(int depth) throws IOException, JsonException {
        List<JsonValue> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(token, depth));
        }
        return new JsonArray(elements);
    }

    private JsonInteger integer() throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? new JsonInteger(parser.getBigIntegerValue())
                : JsonInteger.of(parser.getLongValue());
    }

    private JsonDecimal decimal() throws IOException, JsonException {
        if (numbers == Numbers.INTEGERS_ONLY) {
            throw here("a number has a fraction or an exponent (expected: an integer)");
        }
        return new JsonDecimal(parser.getText());
    }

    /** Escapes can spell surrogates that are no pair. */
    private String text(String text) throws JsonException {
        if (Utf8.hasLoneSurrogate(text)) {
            throw here("a string holds a lone surrogate");
        }
        return text;
    }
}
