package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One mirror stops in the middle, and another goes on: whose bytes were wrong is found out, and nobody else is blamed. */
@Timeout(60)
final class SuspectsTest extends GateTestCase {
    private static final byte[] BYTES = bytes(5 * TestProxy.TAIL);
    private static final int HALF = BYTES.length / 2;
    private static final int EARLY = 7;
    private static final int LATE = BYTES.length - 7;

    private final SignedIndex index = index();
    private final SignedIndex.Entry file = index.add(PROJECT, WHEEL, BYTES);
    private TestMirror stops;
    private TestMirror goesOn;

    @BeforeEach
    void makeMirrors() throws IOException {
        stops = mirror(index.publish());
        goesOn = mirror(index);
    }

    @Test
    void whoStoppedIsGuiltyThoughItsWholeIsRightAfterwards() throws Exception {
        inTurn(stops, half(lieAt(EARLY)), whole(BYTES));
        TestProxy proxy = start(setup(index, stops, goesOn));

        assertThat(get(proxy, file.path).body()).isEqualTo(BYTES);

        assertThat(guilty(proxy)).containsExactly("mirror-0");
        assertThat(stops.asked(file.path)).isEqualTo(2);
        assertThat(report(proxy))
                .contains("another byte " + EARLY + " than what verified", "Content-Length: " + BYTES.length);
    }

    @Test
    void whoWentOnIsGuiltyThoughAnotherGivesTheWhole() throws Exception {
        inTurn(stops, half(BYTES), whole(BYTES));
        inTurn(goesOn, rest(lieAt(LATE)));
        TestProxy proxy = start(setup(index, stops, goesOn));

        assertThat(get(proxy, file.path).body()).isEqualTo(BYTES);

        assertThat(guilty(proxy)).containsExactly("mirror-1");
        assertThat(report(proxy)).contains("another byte " + LATE + " than what verified", "Content-Range: ");
    }

    @Test
    void bothAreGuiltyWhenBothLied() throws Exception {
        inTurn(stops, half(lieAt(EARLY)), half(BYTES));
        inTurn(goesOn, rest(lieAt(LATE)), half(BYTES));
        TestProxy proxy = start(setup(index, stops, goesOn, mirror(index)));

        assertThat(get(proxy, file.path).body()).isEqualTo(BYTES);

        assertThat(guilty(proxy)).containsExactly("mirror-0", "mirror-1");
    }

    @Test
    void whoLiesAgainInTheWholeIsBlamedOnce() throws Exception {
        inTurn(stops, half(lieAt(EARLY)), whole(lieAt(EARLY)));
        TestProxy proxy = start(setup(index, stops, goesOn));

        assertThat(get(proxy, file.path).body()).isEqualTo(BYTES);

        assertThat(guilty(proxy)).containsExactly("mirror-0");
        assertThat(report(proxy)).containsOnlyOnce("\"mirror\": ");
    }

    @Test
    void nobodyIsBlamedWhenTheWholeNeverComes() throws Exception {
        inTurn(stops, half(lieAt(EARLY)), half(BYTES));
        inTurn(goesOn, rest(BYTES), half(BYTES));
        TestProxy proxy = start(setup(index, stops, goesOn));

        HttpResponse<byte[]> answer = get(proxy, file.path);

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(guilty(proxy)).isEmpty();
        assertThat(Files.readString(data().resolve("audit.log")))
                .contains("\"event\":\"wrong-bytes-of-several\",\"mirrors\":\"mirror-0, mirror-1\"");
    }

    @Test
    void nobodyIsBlamedWhenThereIsNoRoomToKeepWhatTheyGave() throws Exception {
        inTurn(stops, half(lieAt(EARLY)), whole(BYTES));
        TestProxy proxy = start(setup(index, stops, goesOn).withStaged(BYTES.length + BYTES.length / 2));

        assertThat(get(proxy, file.path).body()).isEqualTo(BYTES);

        assertThat(guilty(proxy)).isEmpty();
        assertThat(Files.readString(data().resolve("audit.log"))).contains("there is no room to keep them");
    }

    private static List<String> guilty(TestProxy proxy) {
        awaitNothingStaged(proxy);
        return List.of("mirror-0", "mirror-1", "mirror-2").stream()
                .filter(mirror -> !proxy.blame.inGoodStanding(mirror))
                .toList();
    }

    private static String report(TestProxy proxy) {
        return new String(proxy.blame.report(), UTF_8);
    }

    private static byte[] lieAt(int place) {
        byte[] lie = BYTES.clone();
        lie[place] ^= 1;
        return lie;
    }

    /** The last one again and again. */
    private void inTurn(TestMirror mirror, TestMirror.Answer... answers) {
        Deque<TestMirror.Answer> left = new ArrayDeque<>(Arrays.asList(answers));
        mirror.script(file.path, out -> {
            TestMirror.Answer next;
            synchronized (left) {
                next = left.size() > 1 ? left.remove() : left.element();
            }
            next.write(out);
        });
    }

    private static TestMirror.Answer whole(byte[] bytes) {
        return out -> {
            out.write(head("200 OK", bytes.length));
            out.write(bytes);
        };
    }

    private static TestMirror.Answer half(byte[] bytes) {
        return out -> {
            out.write(head("200 OK", bytes.length));
            out.write(bytes, 0, HALF);
            out.flush();
            throw new IOException("cut");
        };
    }

    private static TestMirror.Answer rest(byte[] bytes) {
        return out -> {
            String range = "bytes " + HALF + "-" + (bytes.length - 1) + "/" + bytes.length;
            out.write(head("206 Partial Content\r\nContent-Range: " + range, bytes.length - HALF));
            out.write(bytes, HALF, bytes.length - HALF);
        };
    }

    private static byte[] head(String status, int length) {
        return ("HTTP/1.1 " + status + "\r\nContent-Length: " + length + "\r\n\r\n").getBytes(ISO_8859_1);
    }
}
