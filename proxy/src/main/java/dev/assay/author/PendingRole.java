package dev.assay.author;

import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.Key;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Signers;
import dev.assay.tuf.Targets;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The next version of a claimed project's role while its authors sign it, one after another. Where the project is yet to be
 * handed over, the delegation waits with it: readers must never see a role delegated to that they can't have.
 */
final class PendingRole {
    private static final String ROLE = "role";
    private static final String DELEGATION = "delegation";

    private final String name;
    private final Targets content;
    private final Optional<Delegations> delegation;
    private JsonObject envelope;

    private PendingRole(String name, Targets content, Optional<Delegations> delegation, JsonObject envelope) {
        this.name = name;
        this.content = content;
        this.delegation = delegation;
        this.envelope = envelope;
    }

    /** One that nobody has signed yet; {@code delegation} has the project's role alone. */
    static PendingRole unsigned(String name, Targets content, Optional<Delegations> delegation) {
        return new PendingRole(name, content, delegation, parsed(Envelope.sign(content.toJson(), List.of())));
    }

    /** From {@link #toBytes}. */
    static PendingRole read(String name, byte[] bytes) throws JsonException, InvalidMetadataException {
        JsonObject file = JsonReader.parseObject(bytes, JsonReader.Numbers.INTEGERS_ONLY);
        JsonObject envelope = file.object(ROLE);
        Targets content = Targets.parse(name, JsonWriter.write(envelope));
        Optional<Delegations> delegation = file.get(DELEGATION).isPresent()
                ? Targets.parse(name, JsonWriter.write(file.object(DELEGATION))).delegations()
                : Optional.empty();
        return new PendingRole(name, content, delegation, envelope);
    }

    byte[] toBytes() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put(ROLE, envelope);
        if (delegation.isPresent()) {
            // The delegation travels in metadata that has nothing else: one reader and one writer for both.
            Targets carrier = new Targets(1, content.expires(), Map.of(), delegation);
            members.put(DELEGATION, parsed(Envelope.sign(carrier.toJson(), List.of())));
        }
        return JsonWriter.writePretty(new JsonObject(members));
    }

    private static JsonObject parsed(byte[] own) {
        try {
            return JsonReader.parseObject(own, JsonReader.Numbers.INTEGERS_ONLY);
        } catch (JsonException e) {
            throw new IllegalStateException("own metadata does not parse", e);
        }
    }

    String name() {
        return name;
    }

    long version() {
        return content.version();
    }

    Targets content() {
        return content;
    }

    Optional<Delegations> delegation() {
        return delegation;
    }

    /** The metadata file, to be published once {@link #isSigned}. */
    byte[] envelope() {
        return JsonWriter.write(envelope);
    }

    /** Adds the signature of every key of the role whose private half is at hand. Returns how many were new. */
    int signWith(KeyRing keys, Signers signers) throws IOException, RepositoryException {
        int added = 0;
        for (PublicKey key : signers.keys().values()) {
            Optional<SigningKey> signing = keys.find(name, key);
            if (signing.isPresent() && !isSignedBy(key)) {
                add(signing.get());
                added++;
            }
        }
        return added;
    }

    private boolean isSignedBy(PublicKey key) {
        return isSigned(new Signers(Map.of(Key.of(key).id(), key), 1));
    }

    private void add(SigningKey key) {
        List<JsonValue> signatures = new ArrayList<>(signatures(envelope));
        signatures.addAll(signatures(parsed(Envelope.sign(content.toJson(), List.of(key)))));
        Map<String, JsonValue> members = new LinkedHashMap<>(envelope.members());
        members.put("signatures", new JsonArray(signatures));
        envelope = new JsonObject(members);
    }

    private static List<JsonValue> signatures(JsonObject envelope) {
        try {
            return envelope.array("signatures");
        } catch (JsonException e) {
            throw new IllegalStateException("metadata was read without its signatures", e);
        }
    }

    /** Whether readers will accept it from these signers: asked of the very rule that readers apply. */
    boolean isSigned(Signers signers) {
        try {
            TrustedSet.delegated(
                    name,
                    envelope(),
                    signers,
                    SignatureScheme.ALL,
                    new MetaFile(version(), OptionalLong.empty(), List.of()),
                    Instant.MIN);
            return true;
        } catch (InvalidMetadataException e) {
            return false;
        }
    }
}
