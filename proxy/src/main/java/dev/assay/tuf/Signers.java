package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SignatureScheme;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who must sign a role, as its delegator says: the usable keys by keyid, and the threshold.
 * What was verified under one value needs no second verification under an equal one.
 */
public record Signers(Map<String, PublicKey> keys, long threshold) {
    public Signers {
        keys = Map.copyOf(keys);
    }

    static Signers of(Role role, Map<String, Key> keys) {
        Map<String, PublicKey> usable = new HashMap<>();
        for (String keyid : role.keyids()) {
            Key key = keys.get(keyid);
            if (key != null && key.publicKey().isPresent()) {
                usable.put(keyid, key.publicKey().get());
            }
        }
        return new Signers(usable, role.threshold());
    }

    /**
     * Throws with reason THRESHOLD when too few distinct keys signed {@code file}: one key under two keyids counts once, and one of
     * another scheme than {@code schemes} not at all. It stays one of these signers nevertheless, so that a change of {@code schemes}
     * is no rotation and clears no version floor.
     */
    void verify(String role, Envelope file, Set<SignatureScheme> schemes) throws InvalidMetadataException {
        Set<PublicKey> valid = new HashSet<>();
        file.signatures().forEach((keyid, signature) -> {
            PublicKey key = keys.get(keyid);
            if (key != null
                    && valid.size() < threshold
                    && schemes.contains(key.scheme())
                    && key.verify(file.canonical(), signature)) {
                valid.add(key);
            }
        });
        if (valid.size() < threshold) {
            throw new InvalidMetadataException(
                    Reason.THRESHOLD,
                    role,
                    role + ": valid signatures by " + valid.size() + " distinct keys (expected: " + threshold + " of "
                            + Set.copyOf(keys.values()).size() + ")" + notCounted(schemes));
        }
    }

    private String notCounted(Set<SignatureScheme> schemes) {
        Set<String> others = new TreeSet<>();
        keys.values().stream()
                .map(PublicKey::scheme)
                .filter(scheme -> !schemes.contains(scheme))
                .forEach(scheme -> others.add(scheme.label()));
        return others.isEmpty()
                ? ""
                : "; not counted, because they are not switched on here: keys of " + String.join(", ", others);
    }

    /** Whether the same public keys sign with the same threshold, whatever their keyids: no rotation (TUF 5.3.11). */
    public boolean sameKeys(Signers other) {
        return threshold == other.threshold && Set.copyOf(keys.values()).equals(Set.copyOf(other.keys.values()));
    }

    /** Text that is equal for exactly those that {@link #sameKeys}. */
    public String fingerprint() {
        StringBuilder text = new StringBuilder().append(threshold);
        keys.values().stream()
                .map(key -> key.scheme().label() + ' ' + key.publicValue().strip())
                .distinct()
                .sorted()
                .forEach(key -> text.append('\n').append(key));
        return Digest.of(HashAlgorithm.SHA256, text.toString().getBytes(StandardCharsets.UTF_8))
                .hex();
    }
}
