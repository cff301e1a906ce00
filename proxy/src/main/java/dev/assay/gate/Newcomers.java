package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Projects that nobody asked for before: their signer is asked, once for all who wait, by a bounded number of threads of its own, so
 * that an index that hangs keeps nobody from what is signed. An answer is remembered for a minute. Thread-safe.
 */
public final class Newcomers implements AutoCloseable {
    private static final int QUESTIONS_AT_ONCE = 16;
    private static final int MAX_REMEMBERED = 10_000;
    private static final Duration REMEMBER = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final ProjectSigner signer;
    private final ThreadPoolExecutor workers;
    private final SharedWork<ProjectName> questions;
    private final Cache<ProjectName, Outcome<ProjectName>> answers = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(REMEMBER)
            .build();

    public Newcomers(ProjectSigner signer, Deadlines deadlines) {
        this.signer = signer;
        this.workers = FetchWorkers.pool("assay-newcomers-", QUESTIONS_AT_ONCE);
        this.questions = new SharedWork<>(workers, deadlines);
    }

    /** The project, when its signer has seen to it; withheld as {@link ProjectSigner#sign} says. */
    public Outcome<ProjectName> ask(ProjectName project, Instant deadline) {
        Outcome<ProjectName> known = answers.getIfPresent(project);
        return known == null ? questions.ask(project, project + " at the index", deadline, () -> sign(project)) : known;
    }

    private Optional<Outcome<ProjectName>> sign(ProjectName project) {
        try {
            Outcome<ProjectName> answer = signer.sign(project);
            if (answer.is(Outcome.Reason.NOT_TAKEN)) {
                return Optional.of(answer); // room may be made any time
            }
            answers.put(project, answer);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Outcome.unavailable(Outcome.Reason.UPSTREAM, project + ": " + e.getMessage(), RETRY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(Outcome.unavailable(Outcome.Reason.LOCAL, "this proxy is being stopped", RETRY));
        }
    }

    /** Interrupts whoever still waits for the signer. */
    @Override
    public void close() {
        workers.shutdownNow();
    }
}
