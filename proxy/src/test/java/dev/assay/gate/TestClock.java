package dev.assay.gate;

import dev.assay.tuf.TestRepository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that begins when test repositories are signed, runs on, and can be put forward. */
public final class TestClock implements InstantSource {
    private final long started = System.nanoTime();
    private final AtomicLong ahead = new AtomicLong();

    @Override
    public Instant instant() {
        return TestRepository.NOW.plusNanos(System.nanoTime() - started + ahead.get());
    }

    public void advance(Duration by) {
        ahead.addAndGet(by.toNanos());
    }
}
