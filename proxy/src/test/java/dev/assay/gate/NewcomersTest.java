package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The signer of projects that nobody asked for before is asked once for all, boundedly, and its answers are kept a while. */
@Timeout(30)
final class NewcomersTest {
    private static final ProjectName DEMO = new ProjectName("demo");
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TestClock clock = new TestClock();
    private final Deadlines deadlines = new Deadlines(clock);
    private final AtomicInteger questions = new AtomicInteger();
    private ProjectSigner signer = Outcome.Found::new;
    private final Newcomers newcomers = new Newcomers(this::sign, deadlines);

    @AfterEach
    void close() {
        newcomers.close();
        deadlines.close();
    }

    private void answering(ProjectSigner other) {
        signer = other;
    }

    private Outcome<ProjectName> sign(ProjectName project) throws IOException, InterruptedException {
        questions.incrementAndGet();
        return signer.sign(project);
    }

    private Outcome<ProjectName> ask(ProjectName project) {
        return newcomers.ask(project, clock.instant().plus(LONG));
    }

    /** Asks as a server does: parked, woken, and asked again from the top. */
    private Outcome<ProjectName> answer(ProjectName project) throws InterruptedException {
        BlockingQueue<Boolean> woken = new LinkedBlockingQueue<>();
        Outcome<ProjectName> outcome = ask(project);
        while (outcome instanceof Outcome.Waiting<ProjectName> waiting) {
            waiting.subscribe().accept(() -> woken.add(true));
            woken.take();
            outcome = ask(project);
        }
        return outcome;
    }

    @Test
    void aSignedProjectIsAskedForOnceAndRemembered() throws Exception {
        answering(Outcome.Found::new);

        assertThat(answer(DEMO)).isEqualTo(new Outcome.Found<>(DEMO));
        assertThat(answer(DEMO)).isEqualTo(new Outcome.Found<>(DEMO));
        assertThat(questions).hasValue(1);
    }

    @Test
    void anUnknownProjectIsNotFoundAndRemembered() throws Exception {
        answering(ProjectSigner::unknown);

        assertThat(answer(DEMO).is(Outcome.Reason.NOT_FOUND)).isTrue();
        assertThat(answer(DEMO).is(Outcome.Reason.NOT_FOUND)).isTrue();
        assertThat(questions).hasValue(1);
    }

    @Test
    void allWhoAskAtOnceWaitForOneQuestion() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        answering(project -> {
            go.await();
            return new Outcome.Found<>(project);
        });
        List<Future<Outcome<ProjectName>>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FutureTask<Outcome<ProjectName>> asks = new FutureTask<>(() -> answer(DEMO));
            new Thread(asks, "asks").start();
            all.add(asks);
        }
        while (!(ask(DEMO) instanceof Outcome.Waiting<ProjectName>)) {
            Thread.onSpinWait();
        }
        go.countDown();

        for (Future<Outcome<ProjectName>> each : all) {
            assertThat(each.get()).isEqualTo(new Outcome.Found<>(DEMO));
        }
        assertThat(questions).hasValue(1);
    }

    @Test
    void aFailureIsToldAndNeverTakenForNo() throws Exception {
        answering(project -> {
            throw new IOException("the index is cut off");
        });

        assertThat(answer(DEMO)).isInstanceOfSatisfying(Outcome.Withheld.class, withheld -> {
            assertThat(withheld.reason()).isEqualTo(Outcome.Reason.UPSTREAM);
            assertThat(withheld.detail()).isEqualTo("demo: the index is cut off");
        });
    }

    @Test
    void aSignerThatTakesNoMoreIsARefusalWithItsReason() throws Exception {
        answering(project -> Outcome.refused(Outcome.Reason.NOT_TAKEN, "full"));

        assertThat(answer(DEMO)).isEqualTo(Outcome.refused(Outcome.Reason.NOT_TAKEN, "full"));
    }

    @Test
    void aSignerThatHangsHoldsABoundedNumberOfQuestionsAndNobodyPastTheDeadline() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch sixteen = new CountDownLatch(16);
        answering(project -> {
            sixteen.countDown();
            never.await();
            return new Outcome.Found<>(project);
        });
        for (int i = 0; i < 40; i++) {
            ask(new ProjectName("project-" + i));
        }
        sixteen.await();

        assertThat(questions).hasValue(16);
        clock.advance(LONG.plusSeconds(1));
        assertThat(newcomers
                        .ask(new ProjectName("late"), clock.instant().minusSeconds(1))
                        .is(Outcome.Reason.TIMEOUT))
                .isTrue();
    }

    @Test
    void closingInterruptsWhoWaitsForTheSigner() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        answering(project -> {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return new Outcome.Found<>(project);
        });
        ask(DEMO);
        asked.await();

        newcomers.close();

        interrupted.await();
    }
}
