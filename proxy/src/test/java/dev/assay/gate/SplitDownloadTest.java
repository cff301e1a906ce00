package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The far part of a large file comes from a second mirror meanwhile, and who lies in that is found out. */
final class SplitDownloadTest extends GateTestCase {
    private static final byte[] BIG = bytes(10 << 20);
    private static final int PIECE = 32 << 10;
    private static final long PAUSE_NANOS = 10_000_000;
    private static final int SEVERAL = 8;

    private final SignedIndex index = index();
    private final SignedIndex.Entry big = index.add(PROJECT, WHEEL, BIG);
    private Slow one;
    private Slow other;

    /** A mirror that has turned slow since it was measured, and lies perhaps; what it was asked for, by first byte. */
    private final class Slow {
        final TestMirror mirror;
        final Queue<Integer> asked = new ConcurrentLinkedQueue<>();
        volatile boolean lies;

        Slow() throws IOException {
            mirror = mirror(index);
        }

        void turnSlow() {
            mirror.answerBy((path, from) -> path.equals("/" + big.path) ? Optional.of(slowly(from)) : Optional.empty());
        }

        /** A part that does not begin with the file is wrong from its first byte on; the whole is right. */
        void lieInParts() {
            lies = true;
        }

        private TestMirror.Answer slowly(int from) {
            asked.add(from);
            return out -> write(out, from);
        }

        private void write(OutputStream out, int from) throws IOException {
            boolean part = from > 0;
            String range = part
                    ? "206 Partial Content\r\nContent-Range: bytes " + from + "-" + (BIG.length - 1) + "/" + BIG.length
                    : "200 OK";
            out.write(("HTTP/1.1 " + range + "\r\nContent-Length: " + (BIG.length - from) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            if (part && lies) {
                byte[] lie = Arrays.copyOfRange(BIG, from, BIG.length);
                lie[0] ^= 1;
                out.write(lie);
                return;
            }
            for (int at = from; at < BIG.length; at += PIECE) {
                out.write(BIG, at, Math.min(PIECE, BIG.length - at));
                out.flush();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        boolean gaveAPart() {
            return asked.stream().anyMatch(from -> from > 0);
        }
    }

    @BeforeEach
    void makeMirrors() throws IOException {
        one = new Slow();
        other = new Slow();
    }

    /** Both are measured, and then turn slow. */
    private TestProxy startMeasured(int transfers) throws Exception {
        SignedIndex.Entry first = index.add(PROJECT, "demo-2.0-py3-none-any.whl", bytes(1 << 20));
        SignedIndex.Entry second = index.add(PROJECT, "demo-3.0-py3-none-any.whl", bytes(2 << 20));
        TestProxy proxy = start(setup(index.publish(), one.mirror, other.mirror).withTransfers(transfers));
        one.mirror.status(first.path, 404);
        other.mirror.status(second.path, 404);
        assertThat(get(proxy, first.path).statusCode()).isEqualTo(200);
        assertThat(get(proxy, second.path).statusCode()).isEqualTo(200);
        one.turnSlow();
        other.turnSlow();
        return proxy;
    }

    @Test
    void eachOfTwoMirrorsGivesItsPartOfALargeFile() throws Exception {
        TestProxy proxy = startMeasured(SEVERAL);

        assertThat(get(proxy, big.path).body()).isEqualTo(BIG);

        assertThat(one.asked).isNotEmpty();
        assertThat(other.asked).isNotEmpty();
        assertThat(one.gaveAPart() || other.gaveAPart()).isTrue();
    }

    @Test
    void whoLiedInTheFarPartIsFoundOutAndNobodyElseIsBlamed() throws Exception {
        assertThatOnlyWhoGaveAPartIsGuilty(startMeasured(SEVERAL));
    }

    /** With one worker there is none for the far part. */
    @Test
    void whoLiedWhenItOvertookAnotherIsFoundOutAndNobodyElseIsBlamed() throws Exception {
        assertThatOnlyWhoGaveAPartIsGuilty(startMeasured(1));
    }

    private void assertThatOnlyWhoGaveAPartIsGuilty(TestProxy proxy) throws Exception {
        one.lieInParts();
        other.lieInParts();

        assertThat(get(proxy, big.path).body()).isEqualTo(BIG);

        awaitNothingStaged(proxy);
        boolean oneIsBlamed = !proxy.blame.inGoodStanding("mirror-0");
        boolean otherIsBlamed = !proxy.blame.inGoodStanding("mirror-1");
        assertThat((oneIsBlamed && !one.gaveAPart()) || (otherIsBlamed && !other.gaveAPart()))
                .as("blamed for nothing")
                .isFalse();
        // On a machine so busy that a first byte came late, each may have been asked for the whole, which ends the
        // search for parts.
        boolean late = one.asked.element() == 0 && other.asked.element() == 0;
        assertThat(late || oneIsBlamed || otherIsBlamed).as("found out").isTrue();
    }

    @Test
    void whenTheFarPartFailsTheFirstMirrorGoesOnAlone() throws Exception {
        TestProxy proxy = startMeasured(SEVERAL);
        breakTheFarPart(one);
        breakTheFarPart(other);

        assertThat(get(proxy, big.path).body()).isEqualTo(BIG);

        assertThat(proxy.blame.inGoodStanding("mirror-0")).isTrue();
        assertThat(proxy.blame.inGoodStanding("mirror-1")).isTrue();
    }

    private void breakTheFarPart(Slow mirror) {
        mirror.mirror.answerBy((path, from) -> {
            if (!path.equals("/" + big.path)) {
                return Optional.empty();
            }
            return Optional.of(
                    from == 0
                            ? mirror.slowly(from)
                            : out -> {
                                throw new IOException("reset");
                            });
        });
    }
}
