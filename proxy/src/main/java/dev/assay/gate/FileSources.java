package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.store.Blob;
import dev.assay.store.BlobStore;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.store.StoreException.Kind;
import dev.assay.upstream.Download;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Mirrors;
import dev.assay.upstream.Provenance;
import dev.assay.upstream.UpstreamException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the bytes of files come from and where they go: the mirrors with the verdicts on them, and the store, which falls back
 * to a little memory when the disk is full or read-only. Thread-safe.
 */
public final class FileSources {
    private static final Logger log = LoggerFactory.getLogger(FileSources.class);
    /** Largest file that is verified in memory on a full disk, and the bound on all of them. */
    private static final int MAX_IN_MEMORY = 16 << 20;

    private static final long MAX_ALL_IN_MEMORY = 64L << 20;
    /** Of a larger one, beside its tail. */
    private static final int STREAMED = 1 << 20;
    /** How long a transfer waits for the one client it goes to. */
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(30);

    private final BlobStore store;
    private final GateOptions options;
    private final Verdicts verdicts;
    private final Blame blame;
    private final Metrics metrics;
    private final AuditLog audit;
    private final Cache<Digest, Blob> unstored = Caffeine.newBuilder()
            .maximumWeight(MAX_ALL_IN_MEMORY)
            .weigher((Digest digest, Blob blob) -> (int) blob.length())
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    public FileSources(Blame blame, BlobStore store, GateOptions options, Metrics metrics, AuditLog audit) {
        this.blame = blame;
        this.store = store;
        this.options = options;
        this.verdicts = new Verdicts();
        this.metrics = metrics;
        this.audit = audit;
    }

    /** Whom to ask for it, one after the other. */
    List<MirrorClient> inOrder(SignedFile file) {
        return Mirrors.inOrder(file.mirrors(), file.length().orElse(0), this::inGoodStanding);
    }

    boolean inGoodStanding(MirrorClient mirror) {
        return blame.inGoodStanding(mirror.name());
    }

    /** The verified blob of this file, if it is here and every signed digest was verified when it was stored. */
    Optional<Blob> stored(SignedFile file) {
        Blob inMemory = unstored.getIfPresent(file.key());
        Optional<Blob> found = inMemory != null ? Optional.of(inMemory) : store.open(file.key());
        if (found.isPresent() && !matches(found.get(), file)) {
            found.get().close();
            return Optional.empty();
        }
        return found;
    }

    private static boolean matches(Blob blob, SignedFile file) {
        return blob.digests().containsAll(file.digests())
                && (file.length().isEmpty() || file.length().getAsLong() == blob.length());
    }

    boolean holds(SignedFile file) {
        Optional<Blob> blob = stored(file);
        blob.ifPresent(Blob::close);
        return blob.isPresent();
    }

    Optional<String> verdict(MirrorClient mirror, SignedFile file) {
        return verdicts.of(mirror.name(), file);
    }

    /** The refusal, where every mirror that may be asked has served wrong bytes for this file lately. */
    Optional<String> unanimousVerdict(SignedFile file) {
        StringBuilder detail = new StringBuilder(file.filename()).append(": ");
        String separator = "";
        for (MirrorClient mirror : file.mirrors()) {
            Optional<String> verdict = verdict(mirror, file);
            if (verdict.isEmpty()) {
                return Optional.empty();
            }
            detail.append(separator).append(mirror.name()).append(": ").append(verdict.get());
            separator = "; ";
        }
        return file.mirrors().isEmpty() ? Optional.empty() : Optional.of(detail.toString());
    }

    /**
     * Keeps the evidence and tells that this mirror served wrong bytes for an immutable path.
     *
     * @param first the first bytes that it gave; none where already their length was wrong; {@code last} likewise
     */
    void convict(MirrorClient mirror, SignedFile file, String found, Provenance from, byte[] first, byte[] last) {
        verdicts.record(mirror.name(), file, found);
        String signed = file.key()
                + file.length().stream()
                        .mapToObj(n -> ", " + n + " bytes")
                        .findFirst()
                        .orElse("");
        HexFormat hex = HexFormat.of();
        Instant until = blame.convict(new Evidence(
                mirror.name(), file.path(), signed, found, from, hex.formatHex(first), hex.formatHex(last)));
        log.warn(
                "wrong bytes from mirror, in quarantine mirror={} until={} path={} found={}",
                mirror.name(),
                until,
                file.path(),
                found);
        audit.record(
                "wrong-bytes",
                "mirror",
                mirror.name(),
                "url",
                from.url(),
                "signed",
                signed,
                "found",
                found,
                "quarantined-until",
                until.toString());
    }

    /** Tells that bytes of these mirrors did not verify together, and that it stays unknown whose were wrong. */
    void notBlamed(SignedFile file, List<MirrorClient> mirrors, String why) {
        String names = mirrors.stream().map(MirrorClient::name).collect(Collectors.joining(", "));
        log.warn("wrong bytes, and nobody is blamed mirrors={} path={} reason={}", names, file.path(), why);
        audit.record("wrong-bytes-of-several", "mirrors", names, "path", file.path(), "reason", why);
    }

    /** The mirror has served the file, and it verified. */
    void served(MirrorClient mirror, SignedFile file) {
        blame.served(mirror.name(), file.path());
    }

    /** The file from this byte on. */
    Download open(MirrorClient mirror, SignedFile file, long from) throws UpstreamException {
        // where a length is signed, the lane counts: more bytes than signed are wrong, not just too many
        long most = file.length().isPresent() ? Long.MAX_VALUE : file.maxBytes();
        return mirror.open(file.path(), from, most);
    }

    /**
     * Room for a transfer. When the disk has none: in memory for a small file, and for a large one as much memory as what is withheld
     * from its one reader.
     */
    StagedBlob stage(OptionalLong length) {
        try {
            return store.stage(length.orElse(-1));
        } catch (StoreException e) {
            boolean hasRoom = e.kind() != Kind.FULL && e.kind() != Kind.NOT_WRITABLE;
            boolean small = length.isPresent() && length.getAsLong() <= MAX_IN_MEMORY;
            boolean streams = length.isPresent()
                    && options.delivery() == GateOptions.Delivery.ADAPTIVE
                    && options.tailBytes() <= MAX_IN_MEMORY;
            if (hasRoom || !(small || streams)) {
                throw e;
            }
            metrics.unstored();
            log.warn("the disk takes nothing, verifying in memory streamed={} reason={}", !small, e.getMessage());
            return small
                    ? new MemoryStage((int) length.getAsLong())
                    : new StreamStage((int) options.tailBytes() + STREAMED, CLIENT_PATIENCE);
        }
    }

    /** Room on the disk for bytes that are kept beside those of a transfer; empty when there is none. */
    Optional<StagedBlob> stageBeside(long bytes) {
        try {
            return Optional.of(store.stage(bytes));
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    /**
     * The caller has verified every digest of the file over exactly the staged bytes.
     *
     * @param done as for {@link StagedBlob#commit(List, Consumer)}
     */
    void commit(SignedFile file, StagedBlob staged, Consumer<Optional<Throwable>> done) {
        if (staged instanceof MemoryStage stage) {
            unstored.put(file.key(), stage.asBlob(file.digests()));
        }
        staged.commit(file.digests(), done);
    }

    /** One transfer ended; {@code result} is {@code verified}, {@code wrong}, {@code overtaken}, {@code split}, {@code abandoned} or an upstream kind. */
    void transferred(MirrorClient mirror, String result, long bytes) {
        metrics.transfer(mirror.name(), result.toLowerCase(Locale.ROOT), bytes);
    }
}
