package dev.assay.author;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** What everything that works on an open repository shares. One thread. */
final class Session {
    final RepositoryFolder folder;
    final Settings settings;
    final KeyRing keys;
    private final InstantSource clock;
    private final Publication.Observer observer;
    private Progress progress = Progress.NONE;

    Session(
            RepositoryFolder folder,
            Settings settings,
            KeyRing keys,
            InstantSource clock,
            Publication.Observer observer) {
        this.folder = folder;
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.observer = observer;
    }

    void reportTo(Progress listener) {
        progress = listener;
    }

    Progress progress() {
        return progress;
    }

    /** In whole seconds, as metadata tells time. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    Instant offlineExpiry() {
        return now().plus(settings.offlineExpiry());
    }

    Instant onlineExpiry() {
        return now().plus(settings.onlineExpiry());
    }

    /** Whether a role that lives for {@code life} is in the last {@code fraction}th of it. */
    boolean soon(Instant expires, Duration life, int fraction) {
        return expires.isBefore(now().plus(life.dividedBy(fraction)));
    }

    Publication publication() {
        return new Publication(folder, now(), observer);
    }
}
