package dev.assay.author.follow;

import java.time.Duration;
import java.util.Optional;

/** What is left of a {@link Growth}: a bucket that fills within an hour, below the limit in all. Not thread-safe. */
final class Room {
    private static final double HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final Growth growth;
    private int followed;
    private double allowance;
    private long filledNanos;

    /** All of it, at this time of {@link System#nanoTime}'s kind. */
    Room(Growth growth, long nanos) {
        this.growth = growth;
        this.allowance = growth.newAnHour();
        this.filledNanos = nanos;
    }

    /** So many projects are followed. */
    void follows(int projects) {
        followed = projects;
    }

    int followed() {
        return followed;
    }

    /** Takes room for one more, empty then; else why there is none, for a person. */
    Optional<String> take(long nanos) {
        allowance = Math.min(growth.newAnHour(), allowance + (nanos - filledNanos) / HOUR_NANOS * growth.newAnHour());
        filledNanos = nanos;
        if (followed >= growth.maxFollowed()) {
            return Optional.of("this follower follows " + followed + " projects and takes no more (max-followed: "
                    + growth.maxFollowed() + ")");
        }
        if (allowance < 1) {
            return Optional.of("this follower took " + growth.newAnHour()
                    + " new projects lately and takes more within the hour (max-new-per-hour: " + growth.newAnHour()
                    + ")");
        }
        allowance--;
        followed++;
        return Optional.empty();
    }

    /** Gives it back: there is no such project. */
    void giveBack() {
        allowance++;
        followed--;
    }
}
