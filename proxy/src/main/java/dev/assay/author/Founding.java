package dev.assay.author;

import dev.assay.crypto.SigningKey;
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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Creates a repository: keys, and version 1 of every role. The chain is PEP 458's: {@code targets} delegates every path to
 * {@code bins}, which delegates it to one of the {@code bin-n} roles by its hash. {@code targets} says "every path" by the sixteen
 * one-digit hash prefixes, since no pattern crosses a slash.
 */
final class Founding {
    private static final String HEX = "0123456789abcdef";

    private final Session session;
    private final RepositoryOptions options;
    private final Publication publication;
    private final Map<String, MetaFile> meta = new LinkedHashMap<>();

    Founding(Session session, RepositoryOptions options) {
        this.session = session;
        this.options = options;
        this.publication = session.publication();
    }

    void found() throws IOException, RepositoryException {
        List<Key> rootKeys = createRootKeys(session, options.rootKeys());
        Key targetsKey = create(Signing.TARGETS);
        Key binsKey = create(PublishedState.BINS);
        Key onlineKey = create(Signing.ONLINE);

        byte[] root = root(rootKeys, targetsKey, onlineKey);
        publication.replace(session.folder.pinnedRoot(), root);
        publication.writeMetadata(RoleName.file(1, "root"), root);
        write(Signing.TARGETS, targets(everythingTo(binsKey)), targetsKey);
        Delegations toBins = binDelegations(options.bins(), options.binForm(), onlineKey);
        write(PublishedState.BINS, targets(toBins), binsKey);
        writeBins(toBins, onlineKey);
        publication.commit(snapshotAndTimestamp(onlineKey), List.of());
    }

    /** All empty, and so the same bytes, but for those that sign the list of projects. */
    private void writeBins(Delegations toBins, Key onlineKey) throws IOException, RepositoryException {
        List<TargetFile> list = ProjectList.empty(
                publication, path -> toBins.matching(path).get(0).role());
        byte[] empty = signed(bin(Map.of()), Signing.ONLINE, onlineKey);
        List<String> bins = binNames(toBins);
        int written = 0;
        for (String bin : bins) {
            Map<TargetPath, TargetFile> targets = list.stream()
                    .filter(target -> target.role().equals(bin))
                    .collect(Collectors.toMap(TargetFile::path, target -> target));
            write(bin, 1, targets.isEmpty() ? empty : signed(bin(targets), Signing.ONLINE, onlineKey));
            session.progress().at("bins signed", ++written, bins.size());
        }
    }

    private Targets bin(Map<TargetPath, TargetFile> targets) {
        return new Targets(1, session.onlineExpiry(), targets, Optional.empty());
    }

    static List<Key> createRootKeys(Session session, int count) throws IOException, RepositoryException {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(session.keys.create("root", session.settings.scheme()));
        }
        return keys;
    }

    private Key create(String owner) throws IOException, RepositoryException {
        return session.keys.create(owner, session.settings.scheme());
    }

    private byte[] root(List<Key> rootKeys, Key targetsKey, Key onlineKey) throws IOException, RepositoryException {
        Map<String, Key> keys = new LinkedHashMap<>();
        rootKeys.forEach(key -> keys.put(key.id(), key));
        keys.put(targetsKey.id(), targetsKey);
        keys.put(onlineKey.id(), onlineKey);
        Map<String, Role> roles = new LinkedHashMap<>();
        // sorted, as old clients refuse them in another order
        List<String> rootKeyids = rootKeys.stream().map(Key::id).sorted().toList();
        roles.put("root", new Role(rootKeyids, options.rootThreshold()));
        roles.put("timestamp", new Role(List.of(onlineKey.id()), 1));
        roles.put("snapshot", new Role(List.of(onlineKey.id()), 1));
        roles.put(Signing.TARGETS, new Role(List.of(targetsKey.id()), 1));
        Root root = new Root(1, session.offlineExpiry(), true, keys, roles);
        List<SigningKey> signers = new ArrayList<>();
        for (Key key : rootKeys) {
            signers.add(signing("root", key));
        }
        return Envelope.sign(root.toJson(), signers);
    }

    private Targets targets(Delegations delegations) {
        return new Targets(1, session.offlineExpiry(), Map.of(), Optional.of(delegations));
    }

    private static Delegations everythingTo(Key binsKey) {
        List<String> everyPrefix = HEX.chars().mapToObj(Character::toString).toList();
        Role signing = new Role(List.of(binsKey.id()), 1);
        DelegatedRole bins = new DelegatedRole(PublishedState.BINS, signing, false, List.of(), everyPrefix);
        return Delegations.to(Map.of(binsKey.id(), binsKey), List.of(bins));
    }

    /** What {@code bins} delegates; bins are named alike in both forms. */
    static Delegations binDelegations(int count, RepositoryOptions.BinForm form, Key onlineKey) {
        Map<String, Key> keys = Map.of(onlineKey.id(), onlineKey);
        Role signing = new Role(List.of(onlineKey.id()), 1);
        int bits = Integer.numberOfTrailingZeros(count);
        if (form == RepositoryOptions.BinForm.SUCCINCT) {
            return Delegations.to(keys, new SuccinctRoles(signing, bits, PublishedState.BIN_PREFIX));
        }
        int digits = Math.max(1, (bits + 3) / 4);
        int prefixesEach = (1 << (4 * digits)) / count;
        List<DelegatedRole> bins = new ArrayList<>(count);
        for (int bin = 0; bin < count; bin++) {
            List<String> prefixes = new ArrayList<>(prefixesEach);
            for (int prefix = bin * prefixesEach; prefix < (bin + 1) * prefixesEach; prefix++) {
                prefixes.add(HexFormat.of().toHexDigits(prefix, digits));
            }
            String name = PublishedState.BIN_PREFIX + "-" + HexFormat.of().toHexDigits(bin, digits);
            bins.add(new DelegatedRole(name, signing, true, List.of(), prefixes));
        }
        return Delegations.to(keys, bins);
    }

    /** Names of all bins, in order. */
    static List<String> binNames(Delegations delegations) {
        if (delegations.succinct().isEmpty()) {
            return delegations.roles().stream().map(DelegatedRole::name).toList();
        }
        SuccinctRoles bins = delegations.succinct().get();
        List<String> names = new ArrayList<>();
        for (long number = 0; number < bins.count(); number++) {
            names.add(bins.bin(number));
        }
        return names;
    }

    private byte[] snapshotAndTimestamp(Key onlineKey) throws IOException, RepositoryException {
        Snapshot snapshot = new Snapshot(1, session.onlineExpiry(), meta);
        byte[] bytes = signed(snapshot, Signing.ONLINE, onlineKey);
        publication.writeMetadata(RoleName.file(1, "snapshot"), bytes);
        MetaFile entry = Signing.snapshotEntry(1, bytes);
        return signed(new Timestamp(1, session.onlineExpiry(), entry), Signing.ONLINE, onlineKey);
    }

    private void write(String role, Targets content, Key key) throws IOException, RepositoryException {
        write(role, content.version(), signed(content, role, key));
    }

    private void write(String role, long version, byte[] bytes) throws IOException {
        publication.writeMetadata(RoleName.file(version, role), bytes);
        meta.put(role + ".json", Signing.entry(version, bytes));
    }

    private byte[] signed(Metadata metadata, String owner, Key key) throws IOException, RepositoryException {
        return Envelope.sign(metadata.toJson(), List.of(signing(owner, key)));
    }

    private SigningKey signing(String owner, Key key) throws IOException, RepositoryException {
        return session.keys.find(owner, key.publicKey().orElseThrow()).orElseThrow();
    }
}
