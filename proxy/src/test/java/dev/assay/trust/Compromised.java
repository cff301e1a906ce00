package dev.assay.trust;

import static dev.assay.tuf.TestRepository.LATER;
import static dev.assay.tuf.TestRepository.NOW;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Role;
import dev.assay.tuf.SuccinctRoles;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A small repository laid out as PEP 458 has it (targets, then {@code bins}, then two {@code bin-n} under one key), and somebody
 * who answers in its stead with the keys that he stole. {@link #seize} is the moment of the theft: from then on every other role
 * has keys that the attacker made himself, and what is published is his doing. Root is safe unless a test says otherwise.
 */
final class Compromised {
    /** Whose keys can be stolen; {@code bin} stands for all of {@code bin-n}. */
    static final List<String> ROLES = List.of("timestamp", "snapshot", "targets", "bins", "bin");

    static final Instant WHEN_SNAPSHOT_ENDS = NOW.plus(Duration.ofDays(3));
    static final Instant WHEN_TIMESTAMP_ENDS = NOW.plus(Duration.ofDays(1));

    final TestClient client = new TestClient();
    final TestRepository repository = client.repository;
    final TargetPath victim = inBin("bin-0");
    final TargetPath other = inBin("bin-1");
    private Set<String> stolen = Set.of();

    Compromised() {
        repository.rotate("bins");
        repository.rotate("bin");
        repository.delegate("targets", "bins", true, "*");
        repository.succinct.put("bins", new SuccinctRoles(new Role(List.of(), 1), 1, "bin"));
        repository.expires.put("timestamp", WHEN_TIMESTAMP_ENDS);
        repository.expires.put("snapshot", WHEN_SNAPSHOT_ENDS);
        update("older");
    }

    private static TargetPath inBin(String bin) {
        SuccinctRoles bins = new SuccinctRoles(new Role(List.of(), 1), 1, "bin");
        return Stream.iterate(0, i -> i + 1)
                .map(i -> new TargetPath("p" + i))
                .filter(path -> bins.bin(path).equals(bin))
                .findFirst()
                .orElseThrow();
    }

    /** The owner publishes both bins together, with this content in each. */
    void update(String content) {
        sign("bin-0", victim, content);
        sign("bin-1", other, content);
        repository.publish("targets", "bins", "bin-0", "bin-1");
    }

    void sign(String role, TargetPath path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        List<Digest> digests = List.of(Digest.of(HashAlgorithm.SHA256, bytes));
        repository
                .targets
                .computeIfAbsent(role, unused -> new HashMap<>())
                .put(path, new TargetFile(path, bytes.length, digests, JsonObject.EMPTY, role));
    }

    void seize(Set<String> roles) {
        stolen = roles;
        ROLES.stream().filter(role -> !stolen.contains(role)).forEach(repository::rotate);
    }

    /**
     * Signs these roles anew, and with a role those below it, whose keys it names; all others stay as the owner signed them.
     * Lengths stay as they were: what is refused here is not refused for its length.
     */
    private void forge(Set<String> chosen) {
        Set<String> roles = withRolesBelow(chosen);
        for (String role : List.of("bin", "bins", "targets")) {
            if (roles.contains(role)) {
                String file = role.equals("bin") ? "bin-0" : role;
                keepVersionUnless(roles.contains("snapshot"), file);
                repository.publishTargets(file);
            }
        }
        if (roles.contains("snapshot")) {
            keepVersionUnless(roles.contains("timestamp"), "snapshot");
            repository.publishSnapshot();
        }
        if (roles.contains("timestamp")) {
            repository.publishTimestamp();
        }
    }

    private static Set<String> withRolesBelow(Set<String> chosen) {
        Set<String> roles = new HashSet<>(chosen);
        if (roles.contains("targets")) {
            roles.add("bins");
        }
        if (roles.contains("bins")) {
            roles.add("bin");
        }
        return roles;
    }

    /** Who can't change what names a file's version has to come in its place. */
    private void keepVersionUnless(boolean named, String file) {
        if (!named) {
            repository.versions.merge(file, -1L, Long::sum);
        }
    }

    /** Tries to have wrong content trusted; returns what the client has for the path afterwards. */
    String maliciousUpdate(Set<String> forged) throws InvalidMetadataException, IOException {
        sign("bin-0", victim, "wrong");
        forge(forged);
        client.refresh();
        return content(victim, NOW);
    }

    /** Tries to pass off what is published as current at a later time. */
    String freeze(Set<String> forged, Instant now) throws InvalidMetadataException, IOException {
        List.of("bin-0", "bin-1", "bins", "targets", "snapshot", "timestamp")
                .forEach(role -> repository.expires.put(role, LATER));
        forge(forged);
        client.updater().refresh(now);
        return content(victim, now);
    }

    /** Tries to show one bin as it was before the last update, beside the other one as it is now. */
    String mixAndMatch(Set<String> forged, MetaFile oldEntry, byte[] oldFile)
            throws InvalidMetadataException, IOException {
        String name = repository.name("bin-0");
        sign("bin-0", victim, "older");
        if (!withRolesBelow(forged).contains("bin")) {
            repository.entries.put("bin-0", oldEntry);
            if (!forged.contains("snapshot")) {
                repository.files.put(name, oldFile);
            }
        }
        forge(forged);
        client.refresh();
        return content(victim, NOW) + "+" + content(other, NOW);
    }

    String content(TargetPath path, Instant now) throws InvalidMetadataException, IOException {
        Lookup lookup = client.updater().load(path, now);
        if (!(lookup instanceof Lookup.Signed signed)) {
            return lookup.toString();
        }
        Map<Digest, String> known = new HashMap<>();
        for (String content : List.of("older", "newer", "wrong")) {
            known.put(Digest.of(HashAlgorithm.SHA256, content.getBytes(StandardCharsets.UTF_8)), content);
        }
        return known.getOrDefault(signed.file().digests().get(0), "unknown");
    }
}
