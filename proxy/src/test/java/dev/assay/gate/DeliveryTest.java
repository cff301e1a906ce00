package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.GateOptions.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How a file goes out that is not stored yet: nothing, or all but the tail, or all of it. */
final class DeliveryTest extends GateTestCase {
    private static final int TAIL = TestProxy.TAIL;
    private static final byte[] LARGE = bytes(5 * TAIL);
    private static final byte[] SMALL = bytes(TAIL / 2);

    private final SignedIndex index = index();
    private final SignedIndex.Entry large = index.add(PROJECT, WHEEL, LARGE);
    private final SignedIndex.Entry small = index.add(PROJECT, "demo-0.1-py3-none-any.whl", SMALL);

    @Test
    void eightColdClientsMakeOneFetchAndAllGetItWhole() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, 1);
        TestProxy proxy = start(setup(index, mirror));
        HttpRequest request = request(proxy, large.path).build();

        List<CompletableFuture<HttpResponse<byte[]>>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(client().sendAsync(request, BodyHandlers.ofByteArray()));
        }
        held.awaitSent();
        held.release();

        for (CompletableFuture<HttpResponse<byte[]>> each : clients) {
            assertThat(each.get().body()).isEqualTo(LARGE);
        }
        assertThat(mirror.askedForFiles()).isEqualTo(1);
    }

    @Test
    void fileThatCannotBeStoredInTheEndGoesToThoseWhoWaitedForIt() throws Exception {
        byte[] bytes = bytes(4 << 20);
        SignedIndex.Entry entry = index.add(PROJECT, "demo-0.2-py3-none-any.whl", bytes);
        TestProxy proxy = start(setup(index, mirror(index.publish())));
        for (long id = 1; id < 100; id++) {
            // in the way of the table file
            Files.createFile(data().resolve("staging/" + Long.toHexString(1L << 62 | id) + ".sst"));
        }

        HttpResponse<byte[]> first = get(proxy, entry.path);
        HttpResponse<byte[]> later = first;
        while (later.statusCode() == 200) {
            assertThat(later.body()).isEqualTo(bytes);
            later = get(proxy, entry.path);
        }

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(later.statusCode()).isEqualTo(503);
        assertThat(new String(later.body(), UTF_8)).contains("local store: staging in ");
        assertThat(proxy.store.blobs().open(Digest.of(HashAlgorithm.SHA256, bytes)))
                .isEmpty();
    }

    @Test
    void withinThePatienceNothingIsSentBeforeTheWholeIsVerified() throws Exception {
        TestMirror mirror = mirror(index.publish());
        mirror.put(large.path, flipped(LARGE));
        TestProxy proxy = start(setup(index, mirror));

        HttpResponse<byte[]> answer = get(proxy, large.path);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(field(answer, "Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void pastThePatienceAllButTheTailFlows() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> answer = flowing(proxy, large.path);
        byte[] flowed = answer.body().readNBytes(LARGE.length - TAIL);
        held.release();
        byte[] tail = answer.body().readAllBytes();

        assertThat(field(answer, "Content-Length")).isEqualTo(Integer.toString(LARGE.length));
        assertThat(flowed).isEqualTo(Arrays.copyOf(LARGE, LARGE.length - TAIL));
        assertThat(tail).isEqualTo(Arrays.copyOfRange(LARGE, LARGE.length - TAIL, LARGE.length));
    }

    @Test
    void anAnswerThatBeganBeforeVerificationCanNotBeResumedOrKept() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> first = flowing(proxy, large.path);
        HttpResponse<InputStream> second = flowing(proxy, large.path);
        held.release();
        first.body().readAllBytes();
        second.body().readAllBytes();
        HttpResponse<byte[]> stored = get(proxy, large.path);

        assertThat(field(first, "Cache-Control")).isEqualTo("no-store");
        assertThat(field(first, "Accept-Ranges")).isEqualTo("none");
        assertThat(List.of(field(first, "ETag"), field(second, "ETag"), field(stored, "ETag")))
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(field(stored, "Cache-Control")).contains("immutable");
    }

    @Test
    void onAMismatchTheAnswerIsCutBeforeTheTail() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, flipped(LARGE), LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> answer = flowing(proxy, large.path);
        held.release();

        assertThat(untilCut(answer.body())).hasSizeLessThanOrEqualTo(LARGE.length - TAIL);
    }

    @Test
    void whatOneMirrorBeganAnotherNeverCompletes() throws Exception {
        index.publish();
        TestMirror liar = mirror(index);
        TestMirror.Held held = liar.hold(large.path, flipped(LARGE), LARGE.length - 1);
        TestProxy proxy = start(setup(index, liar, mirror(index)).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> answer = flowing(proxy, large.path);
        byte[] begun = answer.body().readNBytes(1000);
        held.release();
        byte[] more = untilCut(answer.body());

        assertThat(begun).hasSize(1000);
        assertThat(more).hasSizeLessThanOrEqualTo(LARGE.length - TAIL - 1000);
        assertThat(get(proxy, large.path).body()).isEqualTo(LARGE);
    }

    @Test
    void anAnswerThatHasSentNothingGoesOnWithTheNextMirror() throws Exception {
        index.publish();
        TestMirror breaks = mirror(index);
        TestMirror.Held held = breaks.hold(small.path, SMALL, SMALL.length - 1);
        TestProxy proxy = start(setup(index, breaks, mirror(index)).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> answer = flowing(proxy, small.path);
        held.cut();

        assertThat(answer.body().readAllBytes()).isEqualTo(SMALL);
    }

    @Test
    void ofAFileSmallerThanTheTailNothingIsSentBeforeItIsVerified() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(small.path, flipped(SMALL), SMALL.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> answer = flowing(proxy, small.path);
        held.release();

        assertThat(untilCut(answer.body())).isEmpty();
    }

    @Test
    void anEarlyAnswerThatIsFirstReadAfterVerificationIsWhole() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(small.path, SMALL, 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));
        SignedFile file = proxy.signed(small.path);
        Outcome<FileAnswer> outcome = TestProxy.settled(() -> {
            // always at the end of the patience, and never past the time after it
            return proxy.distributions.open(
                    new Outcome.Found<>(file), Wanted.WHOLE, clock.instant().minus(TestProxy.IMPATIENT));
        });
        EarlyFile early = ((FileAnswer.Early) ((Outcome.Found<FileAnswer>) outcome).value()).file();

        held.release();
        Outcome<FileAnswer> stored = TestProxy.settled(
                () -> proxy.distributions.open(new Outcome.Found<>(file), Wanted.RANGE, proxy.in(TestProxy.PATIENT)));
        ByteBuffer read = ByteBuffer.allocate(SMALL.length);
        early.read(0, read);
        early.close();

        assertThat(stored).isInstanceOf(Outcome.Found.class);
        ((FileAnswer.Stored) ((Outcome.Found<FileAnswer>) stored).value())
                .blob()
                .close();
        assertThat(read.array()).isEqualTo(SMALL);
    }

    @Test
    void strictDeliverySaysTryAgainInsteadAndServesLater() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.STRICT));

        HttpResponse<byte[]> early = get(proxy, large.path);
        held.release();
        HttpResponse<byte[]> later = untilFound(proxy, large.path);

        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(field(early, "Retry-After")).isNotEmpty();
        assertThat(later.body()).isEqualTo(LARGE);
    }

    @Test
    void whenAllHaveLeftTheFetchGoesOnForThoseWhoComeBack() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.STRICT).withTransfers(1));

        get(proxy, large.path);
        clock.advance(TestProxy.LINGER.minusSeconds(30));
        held.release();
        untilIdle(proxy);

        assertThat(get(proxy, large.path).body()).isEqualTo(LARGE);
        assertThat(mirror.askedForFiles()).isEqualTo(1);
    }

    @Test
    void whenNobodyHasComeBackTheFetchStops() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.STRICT).withTransfers(1));

        get(proxy, large.path);
        clock.advance(TestProxy.LINGER.plusSeconds(1));
        held.release();
        untilIdle(proxy);
        mirror.unscript(large.path);
        clock.advance(Duration.ofSeconds(5)); // the failure is remembered for a moment

        assertThat(untilFound(proxy, large.path).body()).isEqualTo(LARGE);
        assertThat(mirror.askedForFiles()).isEqualTo(2);
    }

    private static void untilIdle(TestProxy proxy) {
        while (!proxy.workers.hasIdleTransfer()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aBoundedRangeWaitsForTheWholeFile() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        HttpResponse<byte[]> answer = get(proxy, large.path, "Range", "bytes=10-19");

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(field(answer, "Content-Range")).isEqualTo("bytes 10-19/" + LARGE.length);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(LARGE, 10, 20));
    }

    @Test
    void aBoundedRangePastThePatienceIsNeverAnsweredFromUnverifiedBytes() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<byte[]> answer = get(proxy, large.path, "Range", "bytes=10-19");
        held.release();

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(field(answer, "Retry-After")).isNotEmpty();
    }

    @Test
    void aResumptionWithoutIfRangeOnAMissGetsTheWhole() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        HttpResponse<byte[]> answer = get(proxy, large.path, "Range", "bytes=10-");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(LARGE);
    }

    @Test
    void aResumptionOfAnUnverifiedAnswerGetsTheWhole() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));
        HttpResponse<InputStream> begun = flowing(proxy, large.path);
        held.release();
        begun.body().readAllBytes();

        HttpResponse<byte[]> answer = get(proxy, large.path, "Range", "bytes=10-", "If-Range", field(begun, "ETag"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(LARGE);
    }

    @Test
    void headOnAMissGivesTheSignedLengthWithoutAFetchAndPromisesNoRanges() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        HttpResponse<Void> answer = head(proxy, large.path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(field(answer, "Content-Length")).isEqualTo(Integer.toString(LARGE.length));
        assertThat(field(answer, "Accept-Ranges")).isEqualTo("none");
        assertThat(mirror.askedForFiles()).isZero();
    }

    @Test
    void whereNoLengthIsSignedTheMirrorsStandsInAndTheTailIsWithheldAlike() throws Exception {
        SignedIndex pagesOnly = new SignedIndex(Layout.PAGES_ONLY);
        SignedIndex.Entry entry = pagesOnly.add(PROJECT, WHEEL, LARGE);
        entry.pageSize = -1;
        TestMirror mirror = mirror(pagesOnly.publish());
        TestMirror.Held held = mirror.hold(entry.path, flipped(LARGE), LARGE.length - 1);
        TestProxy proxy = start(setup(pagesOnly, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<InputStream> answer = flowing(proxy, entry.path);
        held.release();

        assertThat(field(answer, "Content-Length")).isEqualTo(Integer.toString(LARGE.length));
        assertThat(untilCut(answer.body())).hasSizeLessThanOrEqualTo(LARGE.length - TAIL);
    }

    @Test
    void coreMetadataIsHeldWholeHoweverLongThatTakes() throws Exception {
        large.coreMetadata = bytes(TAIL / 2);
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path + ".metadata", large.coreMetadata, 100);
        TestProxy proxy = start(setup(index, mirror).impatient(Delivery.ADAPTIVE));

        HttpResponse<byte[]> early = get(proxy, large.path + ".metadata");
        held.release();

        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(untilFound(proxy, large.path + ".metadata").body()).isEqualTo(large.coreMetadata);
    }

    @Test
    void whenAllWorkersAndTheirQueueAreTakenMoreIsTurnedAwayAtOnce() throws Exception {
        List<SignedIndex.Entry> files = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            files.add(index.add(PROJECT, "demo-2." + i + "-py3-none-any.whl", bytes(1000 + i)));
        }
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror).withTransfers(1));
        List<SignedFile> signed = new ArrayList<>();
        for (SignedIndex.Entry entry : files) {
            signed.add(proxy.signed(entry.path));
        }
        TestMirror.Held held = mirror.hold(files.get(0).path, files.get(0).bytes, 1);
        for (SignedFile file : signed.subList(0, 17)) {
            assertThat(proxy.distributions.open(new Outcome.Found<>(file), Wanted.WHOLE, clock.instant()))
                    .isInstanceOf(Outcome.Waiting.class);
            held.awaitSent(); // so that the first has left the queue
        }

        Outcome<FileAnswer> last =
                proxy.distributions.open(new Outcome.Found<>(signed.get(17)), Wanted.WHOLE, clock.instant());
        held.release();

        assertThat(last.is(Outcome.Reason.LOCAL)).isTrue();
    }

    /** The head of an answer that begins before verification; asks again while the machine is slower than the patience. */
    private HttpResponse<InputStream> flowing(TestProxy proxy, String path) throws Exception {
        HttpResponse<InputStream> answer = open(proxy, path);
        for (int i = 0; i < 500 && answer.statusCode() == 503; i++) {
            answer.body().close();
            answer = open(proxy, path);
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(field(answer, "ETag")).startsWith("\"unverified-");
        return answer;
    }

    private HttpResponse<byte[]> untilFound(TestProxy proxy, String path) throws Exception {
        HttpResponse<byte[]> answer = get(proxy, path);
        for (int i = 0; i < 500 && answer.statusCode() == 503; i++) {
            answer = get(proxy, path);
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    /** What comes before the connection is cut; fails when the answer completes. */
    private static byte[] untilCut(InputStream body) {
        ByteArrayOutputStream came = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        assertThatThrownBy(() -> {
                    for (int count = body.read(some); count >= 0; count = body.read(some)) {
                        came.write(some, 0, count);
                    }
                })
                .isInstanceOf(IOException.class);
        return came.toByteArray();
    }
}
