package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.store.StoreException.Kind;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that a {@link StoreException} of one kind is thrown. */
final class ThrowsKind {
    private ThrowsKind() {}

    static AbstractThrowableAssert<?, ? extends Throwable> assertThrowsKind(Kind kind, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOf(StoreException.class)
                .matches(e -> ((StoreException) e).kind() == kind, "kind " + kind);
    }
}
