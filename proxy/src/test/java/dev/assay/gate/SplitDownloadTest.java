package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The far part of a large file comes from a second mirror meanwhile, and who lies in that is found out. */
final class SplitDownloadTest extends GateTestCase {
    private static final byte[] BIG = bytes(10 << 20);
    private static final int PIECE = 32 << 10;
    private static final long PAUSE_NANOS = 10_000_000;

    private final SignedIndex index = index();
    private final SignedIndex.Entry big = index.add(PROJECT, WHEEL, BIG);
    private TestProxy proxy;

    /** A mirror that has turned slow since it was measured, and lies perhaps; what it was asked for, by first byte. */
    private final class Slow {
        final TestMirror mirror;
        final Collection<Integer> asked = new ConcurrentLinkedQueue<>();
        volatile byte[] given = BIG;

        Slow() throws IOException {
            mirror = mirror(index);
        }

        void turnSlow() {
            mirror.answerBy((path, from) -> path.equals("/" + big.path) ? Optional.of(slowly(from)) : Optional.empty());
        }

        private TestMirror.Answer slowly(int from) {
            asked.add(from);
            return out -> write(out, from);
        }

        private void write(OutputStream out, int from) throws IOException {
            String range = from == 0
                    ? "200 OK\r\n"
                    : "206 Partial Content\r\nContent-Range: bytes " + from + "-" + (given.length - 1) + "/"
                            + given.length + "\r\n";
            out.write(("HTTP/1.1 " + range + "Content-Length: " + (given.length - from) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            for (int at = from; at < given.length; at += PIECE) {
                out.write(given, at, Math.min(PIECE, given.length - at));
                out.flush();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        boolean gaveTheFarPart() {
            return asked.stream().anyMatch(from -> from > 0);
        }
    }

    private Slow one;
    private Slow other;

    @BeforeEach
    void measureBoth() throws Exception {
        one = new Slow();
        other = new Slow();
        SignedIndex.Entry first = index.add(PROJECT, "demo-2.0-py3-none-any.whl", bytes(1 << 20));
        SignedIndex.Entry second = index.add(PROJECT, "demo-3.0-py3-none-any.whl", bytes(2 << 20));
        proxy = start(setup(index.publish(), one.mirror, other.mirror));
        one.mirror.status(first.path, 404);
        other.mirror.status(second.path, 404);
        assertThat(get(proxy, first.path).statusCode()).isEqualTo(200);
        assertThat(get(proxy, second.path).statusCode()).isEqualTo(200);
        one.turnSlow();
        other.turnSlow();
    }

    @Test
    void eachOfTwoMirrorsGivesItsPartOfALargeFile() throws Exception {
        assertThat(get(proxy, big.path).body()).isEqualTo(BIG);

        assertThat(one.asked).isNotEmpty();
        assertThat(other.asked).isNotEmpty();
        assertThat(one.gaveTheFarPart() || other.gaveTheFarPart()).isTrue();
    }

    @Test
    void aLieInTheFarPartReachesNobodyAndNobodyElseIsBlamed() throws Exception {
        byte[] lie = BIG.clone();
        lie[lie.length - 1000] ^= 1;
        lieInTheFarPart(one, lie);
        lieInTheFarPart(other, lie);

        assertThat(get(proxy, big.path).body()).isEqualTo(BIG);

        assertThat(proxy.blame.inGoodStanding("mirror-0") || one.gaveTheFarPart())
                .isTrue();
        assertThat(proxy.blame.inGoodStanding("mirror-1") || other.gaveTheFarPart())
                .isTrue();
    }

    /** Who gives the whole is honest. */
    private void lieInTheFarPart(Slow mirror, byte[] lie) {
        mirror.mirror.answerBy((path, from) -> {
            if (!path.equals("/" + big.path)) {
                return Optional.empty();
            }
            mirror.given = from == 0 ? BIG : Arrays.copyOf(lie, lie.length);
            return Optional.of(mirror.slowly(from));
        });
    }

    @Test
    void whenTheFarPartFailsTheFirstMirrorGoesOnAlone() throws Exception {
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
