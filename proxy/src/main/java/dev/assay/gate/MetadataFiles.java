package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The use case of a metadata file that is handed on: verbatim, and only what was verified here. Expired metadata is handed on too, since
 * who verifies it sees that; what is not trusted here is not. Thread-safe.
 *
 * <p>Snapshot and targets stay available for an hour after a timestamp that leads to them was handed out, and so does every delegated
 * role that was; of the others there are the version in force and the one before.
 */
public final class MetadataFiles {
    private static final Pattern NAME = Pattern.compile("(?:([1-9][0-9]{0,17})\\.)?(.+)\\.json");
    private static final String TIMESTAMP = "timestamp.json";
    private static final Duration KEPT = Duration.ofHours(1);
    private static final long MAX_KEPT_BYTES = 64L << 20;
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Updater updater;
    private final InstantSource clock;
    private final SharedWork<String> loads;
    private final Cache<String, byte[]> kept = Caffeine.newBuilder()
            .maximumWeight(MAX_KEPT_BYTES)
            .weigher((String name, byte[] bytes) -> bytes.length)
            .expireAfterAccess(KEPT)
            .build();

    public MetadataFiles(Updater updater, FetchWorkers workers, InstantSource clock) {
        this.updater = updater;
        this.clock = clock;
        this.loads = new SharedWork<>(workers);
    }

    /**
     * The file's bytes, which the caller does not change.
     *
     * @param name as published, decoded
     */
    public Outcome<byte[]> open(String name, Instant deadline) {
        TrustedView view = updater.view();
        Map<String, byte[]> inForce = inForce(view.metadata());
        byte[] bytes = inForce.get(name);
        if (bytes != null) {
            if (name.equals(TIMESTAMP) && view.consistentSnapshot()) {
                inForce.forEach(kept::put);
            }
            return new Outcome.Found<>(bytes);
        }
        if (name.equals(TIMESTAMP)) {
            return Outcome.unavailable(Outcome.Reason.LOCAL, "there is no trusted timestamp yet", RETRY);
        }
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches() || (matcher.group(1) != null) != view.consistentSnapshot()) {
            return unknown(name);
        }
        return versioned(view, matcher.group(1), matcher.group(2), name, deadline);
    }

    /** The top-level files by published name. */
    private static Map<String, byte[]> inForce(TrustedSet trusted) {
        Map<String, byte[]> named = new HashMap<>();
        trusted.files()
                .forEach((role, bytes) -> named.put(
                        switch (role) {
                            case "timestamp" -> TIMESTAMP;
                            case "snapshot" ->
                                name(
                                        trusted,
                                        role,
                                        trusted.snapshot().orElseThrow().version());
                            case "targets" ->
                                name(
                                        trusted,
                                        role,
                                        trusted.targets().orElseThrow().version());
                            default -> role; // a root, by its name already
                        },
                        bytes));
        return named;
    }

    private static String name(TrustedSet trusted, String role, long version) {
        return trusted.root().consistentSnapshot() ? RoleName.file(version, role) : RoleName.file(role);
    }

    private Outcome<byte[]> versioned(TrustedView view, String number, String role, String name, Instant deadline) {
        Optional<MetaFile> entry = view.entry(role);
        long version = number == null ? entry.map(MetaFile::version).orElse(0L) : Long.parseLong(number);
        String key = version + "." + role + ".json";
        byte[] known = kept.getIfPresent(key);
        if (known != null) {
            return new Outcome.Found<>(known);
        }
        return entry.isEmpty()
                ? unknown(name)
                : loads.ask(key, "signed metadata " + name, deadline, () -> load(key, role, version));
    }

    private static Outcome<byte[]> unknown(String name) {
        return Outcome.refused(Outcome.Reason.NOT_FOUND, "no trusted metadata file is called " + name);
    }

    /** Empty when the file is now kept. */
    private Optional<Outcome<byte[]>> load(String key, String role, long version) {
        try {
            Optional<byte[]> bytes = updater.file(role, version, clock.instant());
            bytes.ifPresent(file -> kept.put(key, file));
            return bytes.isPresent() ? Optional.empty() : Optional.of(unknown(key));
        } catch (InvalidMetadataException e) {
            return Optional.of(Outcome.refused(Outcome.Reason.UNVERIFIED, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return Optional.of(Outcome.unavailable(
                    Outcome.Reason.UPSTREAM, "signed metadata can't be fetched: " + e.getMessage(), RETRY));
        }
    }
}
