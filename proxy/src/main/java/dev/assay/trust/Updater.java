package dev.assay.trust;

import dev.assay.trust.LoadedRoles.Edge;
import dev.assay.trust.LoadedRoles.Loaded;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Delegations.Delegate;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client workflow (TUF 5) of one repository: one refresher, any number of readers and loaders.
 *
 * <p>Threads: {@link #refresh} is serialised by this object's monitor, which guards {@link TopLevel}; readers take
 * {@link #view}, one volatile read, and never wait. {@link #load} takes no part in that: it verifies against the view it saw, and
 * what it loads is used only by views that would verify it the same way (see {@link LoadedRoles}). Two loaders of one role wait
 * for each other on a lock striped by role, so that it is fetched once.
 */
public final class Updater {
    private static final Logger LOG = LoggerFactory.getLogger(Updater.class);
    private static final int MAX_RESTARTS = 3;
    private static final Fetcher NOWHERE = new Fetcher((fileName, maxBytes) -> Optional.empty());

    private final MetadataSource source;
    private final Fetcher fetcher;
    private final MetadataStore store;
    private final TrustOptions options;
    private final LoadedRoles loaded;
    private final TopLevel topLevel;
    private final Object[] stripes =
            IntStream.range(0, 64).mapToObj(i -> new Object()).toArray();

    private volatile TrustedView view;

    /**
     * Loads and re-verifies what the store holds; what is damaged or missing counts as absent, version floors excepted.
     *
     * @param pinnedRoot the trust anchor, verbatim
     * @throws InvalidMetadataException when the pinned root itself is not valid
     */
    public Updater(byte[] pinnedRoot, MetadataSource source, MetadataStore store, TrustOptions options)
            throws InvalidMetadataException {
        this.source = source;
        this.fetcher = new Fetcher(source);
        this.store = store;
        this.options = options;
        this.loaded = new LoadedRoles(options.maxLoadedBytes());
        this.topLevel = new TopLevel(pinnedRoot, source, store, options);
        this.view = newest();
    }

    /**
     * TUF 5.3 to 5.6.6 with {@code now} fixed once; persists in the specification's order and publishes the new view. On any
     * exception the old view stays in force, newer roots excepted.
     *
     * @throws InvalidMetadataException when something fetched breaks a rule, or (CLOCK) {@code now} is more than an hour before the
     *     last successful refresh
     * @throws IOException from the source
     */
    public synchronized RefreshResult refresh(Instant now) throws InvalidMetadataException, IOException {
        TrustedSet before = topLevel.complete();
        var unused = update(now);
        publish();
        TrustedSet after = topLevel.complete();
        return new RefreshResult(
                after != before,
                after.root().version(),
                after.timestamp().orElseThrow().version(),
                after.snapshot().orElseThrow().version(),
                after.targets().orElseThrow().version());
    }

    /**
     * As {@link #refresh}, but readers keep the old view until {@link #publish}, so that what they will want can be loaded into the
     * new one before. A new root comes into force at once: it may have revoked keys.
     */
    public synchronized TrustedView update(Instant now) throws InvalidMetadataException, IOException {
        long root = topLevel.complete().root().version();
        try {
            topLevel.update(now);
        } catch (InvalidMetadataException e) {
            source.forget();
            throw e;
        } finally {
            if (topLevel.complete().root().version() != root) {
                publish();
            }
        }
        return newest();
    }

    /** Puts in force what the last successful update came to. */
    public synchronized void publish() {
        view = newest();
        topLevel.complete().snapshot().ifPresent(loaded::keepOnly);
    }

    private TrustedView newest() {
        return new TrustedView(topLevel.complete(), loaded, options.maxDelegations());
    }

    /** How often memory was too short to keep a delegated role ({@link TrustOptions#maxLoadedBytes}). */
    public long dropped() {
        return loaded.dropped();
    }

    /** When the last update succeeded, in this process or before it. */
    public synchronized Optional<Instant> lastUpdate() {
        return topLevel.lastUpdate();
    }

    /**
     * Loads, from the store or the source, the delegated roles that {@link TrustedView#find} needs for this path, and answers in
     * its stead: never with {@link Lookup.NotLoaded}, even when memory is too short to keep what was loaded. Concurrent calls are
     * fine. A role whose file is gone makes it refresh, a bounded number of times.
     *
     * @throws InvalidMetadataException as {@link TrustedView#find} does, and when a role can't be had or verified: the search ends
     */
    public Lookup load(TargetPath path, Instant now) throws InvalidMetadataException, IOException {
        for (int restarts = 0; restarts < MAX_RESTARTS; restarts++) {
            if (search(this::view, path, now, fetcher) instanceof TrustedView.Answer answer) {
                return answer.lookup();
            }
            refresh(now);
        }
        return answer(search(this::view, path, now, fetcher));
    }

    /** The same in a view that may not be in force yet; a role whose file is gone is an error here. */
    public Lookup load(TrustedView in, TargetPath path, Instant now) throws InvalidMetadataException, IOException {
        return answer(search(() -> in, path, now, fetcher));
    }

    /** The same from memory and the store alone: nothing is fetched, and nothing is saved. */
    public Lookup recall(TrustedView in, TargetPath path, Instant now) throws InvalidMetadataException, IOException {
        return answer(search(() -> in, path, now, NOWHERE));
    }

    private static Lookup answer(TrustedView.Search search) throws InvalidMetadataException {
        if (search instanceof TrustedView.Needs needs) {
            throw Fetcher.missing(needs.edge().role());
        }
        return ((TrustedView.Answer) search).lookup();
    }

    /** The answer, or the role that is needed and whose file is gone. */
    private TrustedView.Search search(Supplier<TrustedView> views, TargetPath path, Instant now, Fetcher from)
            throws InvalidMetadataException, IOException {
        Map<Edge, Loaded> held = new HashMap<>();
        while (true) {
            TrustedView in = views.get();
            TrustedView.Search search = in.search(path, now, edge -> held.getOrDefault(edge, loaded.get(edge)));
            if (!(search instanceof TrustedView.Needs needs)) {
                return search;
            }
            Optional<Loaded> role = delegated(needs, in.consistentSnapshot(), now, from);
            if (role.isEmpty()) {
                return search;
            }
            held.put(needs.edge(), role.get());
        }
    }

    /**
     * The file of a delegated role, verbatim, verified here for others to verify: the version in force, or the one before where the
     * store has it. The role is found by name, through every delegation but succinct bins' own. It may have expired.
     *
     * @return empty when there is no such role or version
     */
    public Optional<byte[]> file(String role, long version, Instant now) throws InvalidMetadataException, IOException {
        TrustedView in = view;
        Optional<TrustedView.Needs> found = delegation(in, role, now);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        TrustedView.Needs needs = found.get();
        if (needs.entry().version() != version) {
            MetaFile asked = new MetaFile(version, OptionalLong.empty(), List.of());
            return store.previous(role).filter(bytes -> isVerified(needs, bytes, asked));
        }
        var unused = delegated(needs, in.consistentSnapshot(), Instant.MIN, fetcher);
        return store.load(role).filter(bytes -> isVerified(needs, bytes, needs.entry()));
    }

    private boolean isVerified(TrustedView.Needs needs, byte[] bytes, MetaFile entry) {
        try {
            var unused = parsed(needs, bytes, entry, Instant.MIN);
            return true;
        } catch (InvalidMetadataException e) {
            return false;
        }
    }

    /** Breadth first, loading what it leads through, which is bounded as every search is. */
    private Optional<TrustedView.Needs> delegation(TrustedView in, String role, Instant now)
            throws InvalidMetadataException, IOException {
        Optional<MetaFile> entry = in.entry(role);
        Deque<Map.Entry<String, Targets>> ahead = new ArrayDeque<>();
        in.metadata().targets().ifPresent(targets -> ahead.add(Map.entry("targets", targets)));
        Set<String> visited = new HashSet<>();
        while (entry.isPresent() && !ahead.isEmpty()) {
            Map.Entry<String, Targets> next = ahead.remove();
            String delegator = next.getKey();
            Optional<Delegations> delegations = next.getValue().delegations();
            Optional<Delegate> found = delegations.flatMap(each -> each.find(role));
            if (found.isPresent()) {
                return found.map(delegate -> needs(delegator, delegate, entry.get()));
            }
            for (DelegatedRole child : delegations.map(Delegations::roles).orElse(List.of())) {
                Optional<MetaFile> listed = in.entry(child.name());
                if (listed.isPresent() && visited.size() < options.maxDelegations() && visited.add(child.name())) {
                    Delegate delegate = delegations.get().find(child.name()).orElseThrow();
                    delegated(needs(delegator, delegate, listed.get()), in.consistentSnapshot(), now, fetcher)
                            .ifPresent(verified -> ahead.add(Map.entry(child.name(), verified.targets())));
                }
            }
        }
        return Optional.empty();
    }

    private static TrustedView.Needs needs(String delegator, Delegate delegate, MetaFile entry) {
        return new TrustedView.Needs(new Edge(delegator, delegate.role(), entry.version()), delegate, entry);
    }

    /** Empty when the source has no such file. */
    private Optional<Loaded> delegated(TrustedView.Needs needs, boolean consistent, Instant now, Fetcher from)
            throws InvalidMetadataException, IOException {
        String role = needs.edge().role();
        synchronized (stripes[Math.floorMod(role.hashCode(), stripes.length)]) {
            Loaded meanwhile = loaded.get(needs.edge());
            if (meanwhile != null && meanwhile.verifiedAgainst(needs.delegate().signers(), needs.entry())) {
                return Optional.of(meanwhile);
            }
            Optional<byte[]> stored = store.load(role);
            if (stored.isPresent()) {
                try {
                    return Optional.of(verified(needs, stored.get(), now));
                } catch (InvalidMetadataException e) {
                    LOG.debug("stored role is not used reason={} message={}", e.reason(), e.getMessage());
                }
            }
            Optional<byte[]> fetched = from.fetch(role, needs.entry(), consistent, options.targetsMaxBytes());
            if (fetched.isEmpty()) {
                return Optional.empty();
            }
            try {
                Loaded verified = verified(needs, fetched.get(), now);
                store.save(role, fetched.get());
                return Optional.of(verified);
            } catch (InvalidMetadataException e) {
                source.forget();
                throw e;
            }
        }
    }

    private Loaded verified(TrustedView.Needs needs, byte[] bytes, Instant now) throws InvalidMetadataException {
        Targets targets = parsed(needs, bytes, needs.entry(), now);
        Loaded role = new Loaded(targets, needs.delegate().signers(), needs.entry(), bytes.length);
        loaded.put(needs.edge(), role);
        return role;
    }

    private Targets parsed(TrustedView.Needs needs, byte[] bytes, MetaFile entry, Instant now)
            throws InvalidMetadataException {
        return TrustedSet.delegated(
                needs.edge().role(), bytes, needs.delegate().signers(), options.schemes(), entry, now);
    }

    /** The set in force; one volatile read. */
    public TrustedView view() {
        return view;
    }
}
