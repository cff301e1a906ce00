package dev.assay.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one deadline of a connection, moved many times for each time it strikes. Moving it later costs no timer: the one that runs
 * looks at the deadline when it fires, and goes on for the rest. Confined to the connection's event loop.
 */
final class Watch {
    private final EventLoop loop;
    private @Nullable Runnable expired;
    private long deadline;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt;

    Watch(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs {@code action} after {@code delay} unless armed anew or disarmed before. */
    void arm(Duration delay, Runnable action) {
        deadline = System.nanoTime() + delay.toNanos();
        expired = action;
        if (timer == null || deadline - timerAt < 0) {
            stop();
            start();
        }
    }

    void disarm() {
        expired = null;
    }

    /** Disarms for good and leaves no timer behind. */
    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void start() {
        timerAt = deadline;
        timer = loop.schedule(this::fire, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void fire() {
        timer = null;
        Runnable action = expired;
        if (action == null) {
            return;
        }
        if (deadline - System.nanoTime() > 0) {
            start();
        } else {
            expired = null;
            action.run();
        }
    }
}
