package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import java.time.Duration;
import java.util.Optional;

/**
 * Who served wrong bytes for what, remembered for some minutes, so that a refusal whose cause is known costs no transfer. A file
 * signed anew has another digest, and so no verdict. Thread-safe.
 */
final class Verdicts {
    private static final Duration REMEMBER = Duration.ofMinutes(5);

    private record Key(String mirror, String path, Digest signed) {}

    private final Cache<Key, String> wrong;

    Verdicts() {
        wrong = Caffeine.newBuilder()
                .maximumSize(100_000)
                .expireAfterWrite(REMEMBER)
                .build();
    }

    void record(String mirror, SignedFile file, String found) {
        wrong.put(new Key(mirror, file.path(), file.key()), found);
    }

    /** What was wrong with the bytes that this mirror served for this file. */
    Optional<String> of(String mirror, SignedFile file) {
        return Optional.ofNullable(wrong.getIfPresent(new Key(mirror, file.path(), file.key())));
    }
}
