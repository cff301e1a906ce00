package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The JSON shapes that several kinds of metadata share, each read and written here and nowhere else (TUF 4.2, 4.3). */
final class Shape {
    private static final Pattern SPEC_VERSION = Pattern.compile("1\\.[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final String OWN_SPEC_VERSION = "1.0.33";
    private static final int DATE_LENGTH = "YYYY-MM-DDTHH:MM:SSZ".length();
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withResolverStyle(ResolverStyle.STRICT);

    private Shape() {}

    /** The version and expiry of a signed part whose {@code _type} and {@code spec_version} are as they must be. */
    record Header(long version, Instant expires) {
        static Header read(JsonObject signed, String type) throws JsonException {
            String found = signed.string("_type");
            if (!found.equals(type)) {
                throw new JsonException("_type: " + quote(found) + " (expected: " + type + ")");
            }
            String spec = signed.string("spec_version");
            if (!SPEC_VERSION.matcher(spec).matches()) {
                throw new JsonException("spec_version: " + quote(spec) + " (expected: 1.x)");
            }
            return new Header(atLeast(1, signed, "version"), date(signed.string("expires")));
        }

        Map<String, JsonValue> write(String type) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            members.put("_type", new JsonString(type));
            members.put("spec_version", new JsonString(OWN_SPEC_VERSION));
            members.put("version", JsonInteger.of(version));
            members.put("expires", new JsonString(DATE.format(expires.atOffset(ZoneOffset.UTC))));
            return members;
        }
    }

    private static Instant date(String text) throws JsonException {
        try {
            if (text.length() == DATE_LENGTH) {
                return LocalDateTime.parse(text, DATE).toInstant(ZoneOffset.UTC);
            }
        } catch (DateTimeException e) {
            // falls through to the one message for every wrong date
        }
        throw new JsonException("expires: " + quote(text) + " (expected: YYYY-MM-DDTHH:MM:SSZ)");
    }

    static long atLeast(long minimum, JsonObject object, String key) throws JsonException {
        long value = object.integer(key);
        if (value < minimum) {
            throw new JsonException(key + ": " + value + " (expected: >= " + minimum + ")");
        }
        return value;
    }

    static JsonObject asObject(JsonValue value, String what) throws JsonException {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new JsonException(what + " is not an object");
    }

    static List<String> strings(JsonObject object, String key, int atMost) throws JsonException {
        List<JsonValue> elements = bounded(object.array(key), key, atMost);
        List<String> strings = new ArrayList<>(elements.size());
        for (JsonValue element : elements) {
            if (!(element instanceof JsonString string)) {
                throw new JsonException("\"" + key + "\" holds something that is not a string");
            }
            strings.add(string.value());
        }
        return strings;
    }

    static JsonArray strings(Collection<String> values) {
        return new JsonArray(values.stream().<JsonValue>map(JsonString::new).toList());
    }

    static <C extends Collection<?>> C bounded(C collection, String key, int atMost) throws JsonException {
        if (collection.size() > atMost) {
            throw new JsonException(
                    "\"" + key + "\" has " + collection.size() + " elements (expected: <= " + atMost + ")");
        }
        return collection;
    }

    /** The supported hashes; unsupported algorithms are passed over, a supported one of another length is not taken. */
    static List<Digest> digests(JsonObject hashes) throws JsonException {
        List<Digest> digests = new ArrayList<>(1);
        for (Map.Entry<String, JsonValue> hash : hashes.members().entrySet()) {
            if (!(hash.getValue() instanceof JsonString hex)) {
                throw new JsonException("hash " + quote(hash.getKey()) + " is not a string");
            }
            int bytes = hex.value().length() / 2;
            Optional<HashAlgorithm> algorithm = HashAlgorithm.named(hash.getKey(), bytes);
            if (algorithm.isPresent()) {
                digests.add(Digest.ofHex(algorithm.get(), hex.value()));
            }
        }
        return digests;
    }

    static JsonObject hashes(List<Digest> digests) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        digests.forEach(digest -> members.put(digest.algorithm().label(), new JsonString(digest.hex())));
        return new JsonObject(members);
    }

    /** Text from outside in a message, shortened. */
    static String quote(String text) {
        return '"' + (text.length() <= 80 ? text : text.substring(0, 80) + "...") + '"';
    }
}
