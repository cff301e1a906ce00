package dev.assay.upstream;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Call;

/** Bounds blocking steps of one call: a step that takes longer is cut by cancelling the call. Used by one thread at a time. */
final class Watch {
    /** The step was cut. Carries nothing: the caller knows which limit it had set. */
    static final class LateException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** One blocking step. */
    interface Step<T> {
        T run() throws IOException;
    }

    private final Watchdog watchdog;
    private final Call call;
    private volatile long dueNanos;

    Watch(Watchdog watchdog, Call call) {
        this.watchdog = watchdog;
        this.call = call;
    }

    /** Runs the step; throws {@link LateException} when the limit passed, whatever the step itself came to. */
    <T> T within(Duration limit, Step<T> step) throws IOException {
        dueNanos = System.nanoTime() + limit.toNanos();
        cutWhenLate();
        watchdog.watch(this);
        try {
            T result = step.run();
            if (isLate()) {
                throw new LateException();
            }
            return result;
        } catch (IOException e) {
            throw isLate() ? new LateException() : e;
        } finally {
            watchdog.leave(this);
        }
    }

    private boolean isLate() {
        return System.nanoTime() - dueNanos >= 0;
    }

    /** Called by any thread while a step runs. */
    void cutWhenLate() {
        if (isLate()) {
            call.cancel();
        }
    }
}
