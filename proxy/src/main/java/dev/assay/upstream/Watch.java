package dev.assay.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okio.AsyncTimeout;

/**
 * Bounds blocking steps of one call: a step that takes longer is cut by cancelling the call. The waiting is done by the one
 * watchdog thread that the HTTP client keeps anyway. Used by one thread at a time.
 */
final class Watch extends AsyncTimeout {
    /** The step was cut. Carries nothing: the caller knows which limit it had set. */
    static final class LateException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** One blocking step. */
    interface Step<T> {
        T run() throws IOException;
    }

    private final Call call;

    Watch(Call call) {
        this.call = call;
    }

    /** Runs the step; throws {@link LateException} when the limit passed, whatever the step itself came to. */
    <T> T within(Duration limit, Step<T> step) throws IOException {
        if (limit.isNegative() || limit.isZero()) {
            call.cancel();
            throw new LateException();
        }
        timeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        enter();
        T result;
        try {
            result = step.run();
        } catch (IOException e) {
            if (exit()) {
                throw new LateException();
            }
            throw e;
        }
        if (exit()) {
            throw new LateException();
        }
        return result;
    }

    @Override
    protected void timedOut() {
        call.cancel();
    }
}
