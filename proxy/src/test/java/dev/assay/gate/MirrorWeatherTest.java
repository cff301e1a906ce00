package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.tuf.TestRepository;
import dev.assay.upstream.UpstreamOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A seeded simulation, in periods: in each, one mirror is honest and up, and each of the others answers now in one way, now in another,
 * of {@link Weather}; many clients ask for new files at once, and again, and try again as pip and uv do. A day passes between two
 * periods, so that no mirror is in quarantine at the start. Larger runs: {@code -Dassay.weather.requests=N}, and more at once: {@code -Dassay.weather.files=N}.
 */
final class MirrorWeatherTest extends GateTestCase {
    /** Every weather, and those that tamper three times as often. */
    private static final List<Weather> ALL = Stream.of(Weather.values())
            .flatMap(each -> Stream.generate(() -> each).limit(each.tampers() ? 3 : 1))
            .toList();

    private static final int REQUESTS = Integer.getInteger("assay.weather.requests", 1600);
    private static final long SEED = Long.getLong("assay.weather.seed", 7);
    private static final int MIRRORS = 5;
    private static final int FILES = Integer.getInteger("assay.weather.files", 40);
    private static final int ASKED = 10;
    private static final Duration DAY = Duration.ofHours(25);
    private static final Duration STALL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMillis(500);
    /** Before each further try, in milliseconds. */
    private static final int[] PIP = {0, 500, 1000, 2000, 4000};

    private static final int[] UV = {1000, 2000, 4000};

    private final SignedIndex index = index();
    private final TestMirror[] mirrors = new TestMirror[MIRRORS];
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(FILES);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Logger gate = Logger.getLogger("dev.assay.gate");
    private final AtomicInteger tampered = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicInteger retried = new AtomicInteger();
    private TestProxy proxy;
    private FileClient client;

    @BeforeEach
    void start() throws Exception {
        gate.setLevel(Level.SEVERE); // it tells of each wrong answer
        List.of("root", "timestamp", "snapshot", "targets")
                .forEach(role -> index.tuf.expires.put(role, TestRepository.NOW.plus(Duration.ofDays(36_500))));
        index.tuf.publishRoot();
        for (int i = 0; i < MIRRORS; i++) {
            mirrors[i] = mirror(index);
        }
        Duration patient = TestProxy.PATIENT;
        proxy = start(setup(index.publish(), mirrors)
                .withPatience(PATIENCE)
                .withTransfers(FILES)
                .withLimits(new UpstreamOptions(patient, patient, 0, STALL, patient, 3, List.of())));
        client = own(new FileClient(proxy.port()));
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        gate.setLevel(null);
    }

    @Test
    void whoeverTriesAgainGetsEachFileWhileOneMirrorIsHonestAndNobodyGetsAnother() throws Exception {
        for (int period = 0; period * FILES * ASKED < REQUESTS; period++) {
            new Period(SEED + period).run();
            assertThat(failures).describedAs("seed %d", SEED + period).isEmpty();
            if (period % 50 == 49) {
                System.err.printf("weather: %,d of %,d requests%n", (period + 1) * FILES * ASKED, REQUESTS);
            }
        }
        System.err.printf(
                "weather: %,d tampered answers, %,d responses cut, %,d further tries%n",
                tampered.get(), cut.get(), retried.get());
        assertThat(tampered.get()).isGreaterThanOrEqualTo(REQUESTS / 10);
    }

    /** New files, new weather. */
    private final class Period {
        private final long seed;
        private final Random random;
        private final List<SignedIndex.Entry> files = new ArrayList<>();
        private final int honest;
        private final Weather[][] weathers = new Weather[MIRRORS][2];
        private final CountDownLatch asked = new CountDownLatch(FILES);
        private final CountDownLatch open = new CountDownLatch(FILES * ASKED);

        Period(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.honest = random.nextInt(MIRRORS);
        }

        void run() throws Exception {
            clock.advance(DAY);
            publish();
            for (int i = 0; i < MIRRORS; i++) {
                int mirror = i;
                Arrays.setAll(weathers[i], n -> ALL.get(random.nextInt(ALL.size())));
                mirrors[i].answerBy((path, from) -> answer(mirror, path, from));
            }
            List<SignedIndex.Entry> again = new ArrayList<>();
            for (int i = 1; i < ASKED; i++) {
                again.addAll(files);
            }
            Collections.shuffle(again, random);
            files.forEach(file -> ask(file, random.nextBoolean() ? PIP : UV, 0));
            again.forEach(file -> ask(file, random.nextBoolean() ? PIP : UV, 0));
            if (!open.await(TestProxy.PATIENT.toSeconds(), TimeUnit.SECONDS)) {
                failures.add("not answered: " + open.getCount());
            }
        }

        private void publish() throws Exception {
            String project = "demo-" + seed;
            index.remove("demo-" + (seed - 1));
            for (int i = 0; i < FILES; i++) {
                int most = i % 10 == 0 ? 4 * TestProxy.TAIL : 4000;
                byte[] bytes = new byte[1 + random.nextInt(most)];
                random.nextBytes(bytes);
                files.add(index.add(project, "demo_" + seed + "-" + i + ".0-py3-none-any.whl", bytes));
            }
            index.publish();
            proxy.refresh();
        }

        private Optional<TestMirror.Answer> answer(int mirror, String path, int from) {
            if (!path.startsWith("/packages/")) {
                return Optional.empty();
            }
            int turn = Objects.hash(seed, mirror, path, mirrors[mirror].asked(path.substring(1)));
            Weather weather = mirror == honest ? Weather.HONEST : weathers[mirror][turn & 1];
            // Nothing of the period before, which may still be asked for when everybody has been answered.
            return index.content(path).map(genuine -> out -> write(weather, out, genuine, from));
        }

        /** The first answers wait for each other, for a moment, so that many are asked before the first is found out. */
        private void write(Weather weather, OutputStream out, byte[] genuine, int from) throws IOException {
            asked.countDown();
            try {
                var unused = asked.await(150, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (weather.tampers()) {
                tampered.incrementAndGet();
            }
            weather.write(out, genuine, from);
        }

        private void ask(SignedIndex.Entry file, int[] waits, int attempt) {
            int wait = attempt == 0 ? 0 : waits[attempt - 1];
            var unused = clients.schedule(() -> answered(file, waits, attempt), wait, TimeUnit.MILLISECONDS);
        }

        private void answered(SignedIndex.Entry file, int[] waits, int attempt) {
            try {
                FileClient.Answer answer = client.get(file.path);
                if (answer.isWhole() && Arrays.equals(answer.body, file.bytes)) {
                    open.countDown();
                } else if (isForbidden(answer) || attempt == waits.length) {
                    fail(file, answer.toString());
                } else {
                    retried.incrementAndGet();
                    ask(file, waits, attempt + 1);
                }
            } catch (IOException | RuntimeException e) {
                fail(file, e.toString());
            }
        }

        /** Other bytes, an answer that no client tries again after, or a byte of what is withheld until it is verified. */
        private boolean isForbidden(FileClient.Answer answer) {
            if (answer.isWhole()) {
                return true;
            }
            if (answer.status != 200) {
                return answer.status < 502 || answer.status > 504;
            }
            cut.incrementAndGet();
            return answer.body.length > Math.max(0, answer.announced - TestProxy.TAIL);
        }

        private void fail(SignedIndex.Entry file, String how) {
            failures.add(file.path + ": " + how + ", seed " + seed + ", honest " + honest + ", others "
                    + Arrays.deepToString(weathers));
            open.countDown();
        }
    }
}
