package dev.assay.tuf;

import dev.assay.crypto.SigningKey;
import dev.assay.encoding.CanonicalJson;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A metadata file taken apart: what is signed and the signatures over it (TUF 4.2). The signed part and its canonical bytes
 * come from the same parsed tree, so what was verified is what is read, unknown members included.
 */
public final class Envelope {
    private static final int MAX_SIGNATURES = 1024;

    private final JsonObject signed;
    private final byte[] canonical;
    private final Map<String, byte[]> signatures;

    private Envelope(JsonObject signed, Map<String, byte[]> signatures, int fileBytes) {
        this.signed = signed;
        this.canonical = CanonicalJson.encode(signed, fileBytes);
        this.signatures = signatures;
    }

    /** Takes a file apart without believing it; {@code role} is for messages. */
    static Envelope parse(String role, byte[] bytes) throws InvalidMetadataException {
        return wellFormed(role, () -> {
            JsonObject file = JsonReader.parseObject(bytes, JsonReader.Numbers.INTEGERS_ONLY);
            return new Envelope(file.object("signed"), signatures(file.array("signatures")), bytes.length);
        });
    }

    private static Map<String, byte[]> signatures(List<JsonValue> elements) throws JsonException {
        Map<String, byte[]> signatures = new LinkedHashMap<>();
        for (JsonValue element : Shape.bounded(elements, "signatures", MAX_SIGNATURES)) {
            JsonObject signature = Shape.asObject(element, "signature");
            String keyid = signature.string("keyid");
            if (signatures.put(keyid, hex(signature.members().get("sig"))) != null) {
                throw new JsonException("two signatures with keyid " + Shape.quote(keyid));
            }
        }
        return signatures;
    }

    /** A signature that is no hex string verifies with no key, as an empty one does. */
    private static byte[] hex(@Nullable JsonValue sig) {
        try {
            return sig instanceof JsonString text ? HexFormat.of().parseHex(text.value()) : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** Reads the signed part as one kind of metadata. */
    <M> M read(String role, Reader<M> reader) throws InvalidMetadataException {
        return wellFormed(role, () -> reader.read(signed));
    }

    byte[] canonical() {
        return canonical;
    }

    Map<String, byte[]> signatures() {
        return signatures;
    }

    /** Reads one type from its signed part. */
    interface Reader<M> {
        M read(JsonObject signed) throws JsonException;
    }

    private interface Parse<T> {
        T parse() throws JsonException;
    }

    /** What a model's own constructor does not take is malformed as well: each rule is stated once, where it belongs. */
    private static <T> T wellFormed(String role, Parse<T> parse) throws InvalidMetadataException {
        try {
            return parse.parse();
        } catch (JsonException | IllegalArgumentException e) {
            throw new InvalidMetadataException(Reason.MALFORMED, role, role + ": " + e.getMessage());
        }
    }

    /** A metadata file, signed once by each key; keyids are those of {@link Key#id}. */
    public static byte[] sign(JsonObject signed, Collection<SigningKey> keys) {
        byte[] canonical = CanonicalJson.encode(signed);
        List<JsonValue> signatures = new ArrayList<>();
        for (SigningKey key : keys) {
            Map<String, JsonValue> signature = new LinkedHashMap<>();
            signature.put("keyid", new JsonString(Key.of(key.publicKey()).id()));
            signature.put("sig", new JsonString(HexFormat.of().formatHex(key.sign(canonical))));
            signatures.add(new JsonObject(signature));
        }
        Map<String, JsonValue> file = new LinkedHashMap<>();
        file.put("signatures", new JsonArray(signatures));
        file.put("signed", signed);
        return JsonWriter.write(new JsonObject(file));
    }
}
