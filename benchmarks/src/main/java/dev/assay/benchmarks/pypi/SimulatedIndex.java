package dev.assay.benchmarks.pypi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.encoding.JsonObject;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.Key;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Metadata;
import dev.assay.tuf.Role;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.Root;
import dev.assay.tuf.Snapshot;
import dev.assay.tuf.SuccinctRoles;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A canonical index over a {@link Population}, with the roles of PEP 458: targets → bins → bin-n, SHA-512 digests, a snapshot of versions.
 * Bins, pages and files are made when they are asked for. The content of a file is its path, so lengths are shorter than real ones.
 * Thread-safe.
 */
final class SimulatedIndex {
    private static final String PREFIX = "bin";

    private final Population population;
    private final boolean succinct;
    private final SigningKey key = SigningKey.generate(SignatureScheme.ED25519);
    private final Map<String, Key> keys = Map.of(Key.of(key.publicKey()).id(), Key.of(key.publicKey()));
    private final Role role = new Role(List.copyOf(keys.keySet()), 1);
    private final Bins members;
    private final SuccinctRoles bins;
    private final Instant expires =
            Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(365));
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final long[] versions;
    private long version;

    SimulatedIndex(Population population, Bins members, boolean succinct) {
        this.population = population;
        this.members = members;
        this.succinct = succinct;
        this.bins = new SuccinctRoles(role, members.bits(), PREFIX);
        this.versions = new long[(int) bins.count()];
        Arrays.fill(versions, 1);
        Map<String, Role> roles = new LinkedHashMap<>();
        Root.TOP_LEVEL.forEach(name -> roles.put(name, role));
        files.put("1.root.json", sign(new Root(1, expires, true, keys, roles)));
        List<String> all = IntStream.range(0, 16).mapToObj(Integer::toHexString).toList();
        Delegations toBins = Delegations.to(keys, List.of(new DelegatedRole("bins", role, true, List.of(), all)));
        files.put("1.targets.json", sign(new Targets(1, expires, Map.of(), Optional.of(toBins))));
        files.put("1.bins.json", sign(new Targets(1, expires, Map.of(), Optional.of(delegations()))));
        publish(0);
    }

    private Delegations delegations() {
        if (succinct) {
            return Delegations.to(keys, bins);
        }
        int perBin = 1 << (Short.SIZE - members.bits());
        List<DelegatedRole> roles = new ArrayList<>();
        for (int bin = 0; bin < versions.length; bin++) {
            int first = bin * perBin;
            List<String> prefixes = IntStream.range(first, first + perBin)
                    .mapToObj(prefix -> HexFormat.of().toHexDigits((short) prefix))
                    .toList();
            roles.add(new DelegatedRole(bins.bin(bin), role, true, List.of(), prefixes));
        }
        return Delegations.to(keys, roles);
    }

    private byte[] sign(Metadata metadata) {
        return Envelope.sign(metadata.toJson(), List.of(key));
    }

    /** A new snapshot, in which so many bins, spread evenly, have a new version. */
    synchronized void publish(int changed) {
        for (int i = 0; i < changed; i++) {
            versions[(int) ((version * 7919 + (long) i * versions.length / changed) % versions.length)]++;
        }
        files.remove(version + ".snapshot.json");
        version++;
        Map<String, MetaFile> meta = new LinkedHashMap<>();
        meta.put("targets.json", new MetaFile(1, OptionalLong.empty(), List.of()));
        meta.put("bins.json", new MetaFile(1, OptionalLong.empty(), List.of()));
        for (int bin = 0; bin < versions.length; bin++) {
            meta.put(bins.bin(bin) + ".json", new MetaFile(versions[bin], OptionalLong.empty(), List.of()));
        }
        byte[] snapshot = sign(new Snapshot(version, expires, meta));
        MetaFile entry = new MetaFile(
                version, OptionalLong.of(snapshot.length), List.of(Digest.of(HashAlgorithm.SHA512, snapshot)));
        files.put(version + ".snapshot.json", snapshot);
        files.put("timestamp.json", sign(new Timestamp(version, expires, entry)));
    }

    /** A metadata file as published; empty when there is none of that name now. */
    Optional<byte[]> metadata(String name) {
        long current;
        int bin;
        synchronized (this) {
            byte[] file = files.get(name);
            if (file != null) {
                return Optional.of(file);
            }
            bin = binOf(name);
            if (bin < 0 || bin >= versions.length) {
                return Optional.empty();
            }
            current = versions[bin];
        }
        return name.equals(RoleName.file(current, bins.bin(bin))) ? Optional.of(bin(bin, current)) : Optional.empty();
    }

    /** The path of some target in a bin. */
    String someone(int bin) {
        return population.path(members.members(bin).findFirst().orElseThrow());
    }

    private static int binOf(String name) {
        int at = name.indexOf(PREFIX + "-");
        return at < 0 || !name.endsWith(".json")
                ? -1
                : HexFormat.fromHexDigits(name, at + PREFIX.length() + 1, name.length() - ".json".length());
    }

    private byte[] bin(int bin, long binVersion) {
        String name = bins.bin(bin);
        Map<TargetPath, TargetFile> targets = new LinkedHashMap<>();
        members.members(bin).forEach(target -> {
            TargetPath path = new TargetPath(population.path(target));
            byte[] content =
                    population.isPage(target) ? page(target) : path.value().getBytes(UTF_8);
            targets.put(
                    path,
                    new TargetFile(
                            path,
                            content.length,
                            List.of(Digest.of(HashAlgorithm.SHA512, content)),
                            JsonObject.EMPTY,
                            name));
        });
        return sign(new Targets(binVersion, expires, targets, Optional.empty()));
    }

    /** The page of a project, which must be one. */
    byte[] page(int project) {
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html><head>"
                + "<meta name=\"pypi:repository-version\" content=\"1.0\"></head><body>\n");
        population.files(project).forEach(file -> {
            String path = population.path(file);
            html.append("<a href=\"/")
                    .append(path)
                    .append("#sha256=")
                    .append(Digest.of(HashAlgorithm.SHA256, path.getBytes(UTF_8))
                            .hex())
                    .append("\">")
                    .append(path, path.lastIndexOf('/') + 1, path.length())
                    .append("</a><br>\n");
        });
        return html.append("</body></html>\n").toString().getBytes(UTF_8);
    }
}
