package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.assay.tuf.InvalidMetadataException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that something is refused, and why. */
public final class Refusals {
    private Refusals() {}

    public static void assertRefused(Reason reason, ThrowingCallable attempt) {
        Throwable thrown = catchThrowable(attempt);
        assertThat(thrown).isInstanceOf(InvalidMetadataException.class);
        assertThat(((InvalidMetadataException) thrown).reason())
                .as("%s", thrown.getMessage())
                .isEqualTo(reason);
    }
}
