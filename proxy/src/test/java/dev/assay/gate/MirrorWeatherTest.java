package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A seeded simulation: mirrors that for each file are honest, lying, stale, cut off, truncating, busy, broken or redirecting, one of
 * them honest at least, and clients that try again as pip does. Larger runs: {@code -Dassay.weather.rounds=N}.
 */
final class MirrorWeatherTest extends GateTestCase {
    private static final int ROUNDS = Integer.getInteger("assay.weather.rounds", 1);
    private static final long SEED = Long.getLong("assay.weather.seed", 7);
    private static final int MIRRORS = 5;
    private static final int FILES = 120;
    private static final Duration[] PIP_WAITS = {
        Duration.ZERO, Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)
    };

    private enum Weather {
        HONEST,
        LYING,
        STALE,
        CUT,
        TRUNCATING,
        TOO_LONG,
        BUSY,
        BROKEN,
        REDIRECTING
    }

    @TempDir
    private Path rounds;

    private int tampered;

    @Test
    void whoeverTriesAgainGetsEachFileWhileOneMirrorIsHonestAndNobodyGetsAnother() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            round(SEED + round);
        }
        assertThat(tampered).isGreaterThan(ROUNDS * FILES / 2);
    }

    private void round(long seed) throws Exception {
        Random random = new Random(seed);
        SignedIndex index = index();
        List<SignedIndex.Entry> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4000)];
            random.nextBytes(bytes);
            files.add(index.add(PROJECT, "demo-" + i + ".0-py3-none-any.whl", bytes));
        }
        index.publish();
        TestMirror[] mirrors = new TestMirror[MIRRORS];
        Arrays.setAll(mirrors, i -> mirrorOf(index));
        Path data = Files.createDirectory(rounds.resolve("seed-" + seed));
        try (TestProxy proxy = TestProxy.start(TestProxy.Setup.of(index, mirror(index), data, clock, mirrors))) {
            for (SignedIndex.Entry file : files) {
                int honest = random.nextInt(MIRRORS);
                for (int i = 0; i < MIRRORS; i++) {
                    Weather weather = Weather.values()[random.nextInt(Weather.values().length)];
                    apply(i == honest ? Weather.HONEST : weather, mirrors[i], file);
                }
                assertThat(asPip(proxy, file))
                        .describedAs("seed %d, %s", seed, file.path)
                        .isEqualTo(file.bytes);
            }
        }
        for (TestMirror mirror : mirrors) {
            mirror.close();
        }
    }

    private byte[] asPip(TestProxy proxy, SignedIndex.Entry file) throws Exception {
        byte[] got = {};
        for (Duration wait : PIP_WAITS) {
            clock.advance(wait);
            HttpResponse<byte[]> answer = get(proxy, file.path);
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            got = answer.body();
        }
        return got;
    }

    private TestMirror mirrorOf(SignedIndex index) {
        try {
            return mirror(index);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void apply(Weather weather, TestMirror mirror, SignedIndex.Entry file) {
        byte[] bytes = file.bytes;
        switch (weather) {
            case HONEST -> mirror.unscript(file.path);
            case LYING -> mirror.script(file.path, out -> tampered(out, flipped(bytes), bytes.length));
            case STALE -> mirror.status(file.path, 404);
            case CUT -> mirror.cutAfter(file.path, bytes, bytes.length / 2);
            case TRUNCATING ->
                mirror.script(
                        file.path, out -> tampered(out, Arrays.copyOf(bytes, bytes.length / 2), bytes.length / 2));
            case TOO_LONG ->
                mirror.script(
                        file.path, out -> tampered(out, Arrays.copyOf(bytes, bytes.length + 9), bytes.length + 9));
            case BUSY ->
                mirror.script(
                        file.path,
                        out -> out.write("HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(ISO_8859_1)));
            case BROKEN -> mirror.status(file.path, 503);
            case REDIRECTING ->
                mirror.script(
                        file.path,
                        out -> out.write(
                                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
                                        .getBytes(ISO_8859_1)));
        }
    }

    private synchronized void tampered(OutputStream out, byte[] bytes, int announced) throws IOException {
        tampered++;
        out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + announced + "\r\n\r\n").getBytes(ISO_8859_1));
        out.write(bytes);
    }
}
