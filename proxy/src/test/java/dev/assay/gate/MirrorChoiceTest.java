package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.GateOptions.Delivery;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Which mirror is asked when, who goes on where another stopped, and who is blamed. */
final class MirrorChoiceTest extends GateTestCase {
    private static final int TAIL = TestProxy.TAIL;
    private static final byte[] BYTES = bytes(1000);
    private static final byte[] LARGE = bytes(5 * TAIL);

    private final SignedIndex index = index();
    private final SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
    private final SignedIndex.Entry other = index.add(PROJECT, "demo-0.1-py3-none-any.whl", bytes(999));
    private final SignedIndex.Entry large = index.add(PROJECT, "demo-2.0-py3-none-any.whl", LARGE);

    @Test
    void oneThatLiesAndOneThatIsDownAreNoVerdict() throws Exception {
        TestMirror liar = mirror(index.publish());
        liar.put(entry.path, flipped(BYTES));
        TestMirror down = mirror(index);
        TestProxy proxy = start(setup(index, liar, down));
        down.close();

        HttpResponse<byte[]> answer = get(proxy, entry.path);

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("mirror-0: sha256:", "mirror-1: ");
    }

    @Test
    void oneInQuarantineIsNotAskedWhileAnotherDelivers() throws Exception {
        TestMirror liar = mirror(index.publish());
        liar.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, liar, mirror(index)));
        get(proxy, entry.path);

        assertThat(get(proxy, other.path).statusCode()).isEqualTo(200);
        assertThat(liar.asked(other.path)).isZero();
    }

    @Test
    void oneInQuarantineIsTheLastResort() throws Exception {
        TestMirror liar = mirror(index.publish());
        liar.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, liar));

        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(403);
        assertThat(proxy.blame.inGoodStanding("mirror-0")).isFalse();
        assertThat(get(proxy, other.path).body()).isEqualTo(other.bytes);
    }

    @Test
    void beforeVerificationNothingFlowsFromOneInQuarantine() throws Exception {
        TestMirror liar = mirror(index.publish());
        liar.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, liar).impatient(Delivery.ADAPTIVE));
        while (proxy.blame.inGoodStanding("mirror-0")) {
            get(proxy, entry.path);
        }
        TestMirror.Held held = liar.hold(large.path, LARGE, LARGE.length - 1);

        HttpResponse<byte[]> early = get(proxy, large.path);
        held.release();

        assertThat(early.statusCode()).isEqualTo(503);
    }

    @Test
    void evidenceIsToBeHadBelowTheOperationsEndpoint() throws Exception {
        TestMirror liar = mirror(index.publish());
        liar.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, liar));
        get(proxy, entry.path);

        assertThat(new String(get(proxy, "-/evidence").body(), StandardCharsets.UTF_8))
                .contains("\"mirror\": \"mirror-0\"", entry.path, "Content-Length: 1000", "first-bytes");
    }

    @Test
    void whenTheFirstByteIsLateAnotherIsAskedAndTheFirstVerifiedWins() throws Exception {
        TestMirror late = mirror(index.publish());
        TestMirror.Held held = late.hold(entry.path, BYTES, 0);
        TestProxy proxy = start(setup(index, late, mirror(index)));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);

        held.cut();
        assertThat(late.asked(entry.path)).isEqualTo(1);
    }

    @Test
    void anotherGoesOnWhereOneStoppedAndTheAnswerThatBeganCompletes() throws Exception {
        TestMirror stops = mirror(index.publish());
        TestMirror.Held held = stops.hold(large.path, LARGE, LARGE.length - TAIL / 2);
        TestProxy proxy = start(setup(index, stops, mirror(index)).impatient(Delivery.ADAPTIVE));
        HttpResponse<InputStream> answer = open(proxy, large.path);
        while (answer.statusCode() != 200) {
            answer.body().close();
            answer = open(proxy, large.path);
        }

        byte[] begun = answer.body().readNBytes(1000);
        held.cut();

        assertThat(begun).hasSize(1000);
        assertThat(answer.body().readAllBytes()).hasSize(LARGE.length - 1000).endsWith(LARGE[LARGE.length - 1]);
    }

    @Test
    void theMirrorOfTheSecondLaneGoesOnTooWhereTheFirstStops() throws Exception {
        TestMirror stops = mirror(index.publish());
        TestMirror serves = mirror(index);
        CountDownLatch hedged = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean again = new AtomicBoolean();
        int half = LARGE.length / 2;
        stops.script(large.path, out -> {
            await(hedged);
            out.write(head("200 OK", LARGE.length));
            out.write(LARGE, 0, half);
            out.flush();
            throw new IOException("cut");
        });
        serves.script(large.path, out -> {
            if (!again.getAndSet(true)) {
                hedged.countDown();
                await(over);
            }
            String range = "bytes " + half + "-" + (LARGE.length - 1) + "/" + LARGE.length;
            out.write(head("206 Rest\r\nContent-Range: " + range, LARGE.length - half));
            out.write(LARGE, half, LARGE.length - half);
        });
        TestProxy proxy = start(setup(index, stops, serves));

        byte[] served = get(proxy, large.path).body();
        over.countDown();

        assertThat(served).isEqualTo(LARGE);
        assertThat(serves.asked(large.path)).isEqualTo(2);
    }

    private static byte[] head(String status, int length) {
        return ("HTTP/1.1 " + status + "\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("never");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Test
    void whenBytesOfTwoDoNotVerifyTogetherEachIsAskedForTheWholeAndOnlyTheGuiltyIsBlamed() throws Exception {
        TestMirror liar = mirror(index.publish());
        byte[] lie = LARGE.clone();
        lie[7] ^= 1;
        AtomicBoolean again = new AtomicBoolean();
        TestMirror honest = mirror(index);
        liar.script(large.path, out -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + lie.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(lie, 0, again.getAndSet(true) ? lie.length : lie.length / 2);
            out.flush();
            throw new IOException("cut");
        });
        TestProxy proxy = start(setup(index, liar, honest));

        assertThat(get(proxy, large.path).body()).isEqualTo(LARGE);
        assertThat(proxy.blame.inGoodStanding("mirror-0")).isFalse();
        assertThat(proxy.blame.inGoodStanding("mirror-1")).isTrue();
    }

    @Test
    void whileAllAreDownTheNextAnswerDoesNotWaitForAnyOfThem() throws Exception {
        TestMirror stalls = mirror(index.publish());
        stalls.cutAfter(entry.path, BYTES, 0);
        stalls.cutAfter(other.path, other.bytes, 0);
        TestProxy proxy = start(setup(index, stalls));
        get(proxy, entry.path);
        get(proxy, other.path);

        HttpResponse<byte[]> third = get(proxy, large.path);

        assertThat(third.statusCode()).isEqualTo(502);
        assertThat(new String(third.body(), StandardCharsets.UTF_8)).contains("left alone for a while");
        assertThat(stalls.asked(large.path)).isZero();
    }

    @Test
    void nineLyingMirrorsAreAskedOnceAndNeverAgain() throws Exception {
        index.publish();
        TestMirror[] mirrors = new TestMirror[10];
        for (int i = 0; i < 9; i++) {
            mirrors[i] = mirror(index);
            mirrors[i].put(entry.path, flipped(BYTES));
            mirrors[i].put(other.path, flipped(other.bytes));
        }
        mirrors[9] = mirror(index);
        TestProxy proxy = start(setup(index, mirrors));
        get(proxy, entry.path);

        assertThat(get(proxy, other.path).body()).isEqualTo(other.bytes);
        for (int i = 0; i < 9; i++) {
            assertThat(mirrors[i].asked(other.path)).isZero();
        }
    }
}
