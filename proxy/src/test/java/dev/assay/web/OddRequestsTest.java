package dev.assay.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestClock;
import dev.assay.gate.TestMirror;
import dev.assay.gate.TestProxy;
import dev.assay.server.RawClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that HTTP allows and no installer sends, made at random out of what the routes look at. */
final class OddRequestsTest {
    private static final long SEED = 20261130;
    private static final int REQUESTS = 5_000;

    private static final List<String> SEGMENTS = List.of(
            "simple",
            "demo",
            "Demo",
            "packages",
            "tuf",
            "metadata",
            "targets",
            "-",
            "healthz",
            "readyz",
            "",
            "a",
            "%41",
            "+",
            "%2B",
            "%C3%A9",
            "%FF",
            "!",
            "1.root.json",
            "timestamp.json",
            "x".repeat(300),
            "-demo",
            "demo-1.0.tar.gz",
            "demo-1.0-py3-none-any.whl",
            "demo-1.0-py3-none-any.whl.metadata",
            ".metadata",
            "aa",
            "..a",
            "~",
            "a b".replace(' ', '_'));
    private static final List<String> QUERIES = List.of(
            "",
            "",
            "?",
            "?format=",
            "?format=text/html",
            "?format=%FF",
            "?format=%2Bjson&format=x",
            "?a=b&&=",
            "?format");
    private static final List<String> FIELDS = List.of(
            "Range: bytes=0-",
            "Range: bytes=-",
            "Range: bytes=5-1",
            "Range: bytes=0-0,2-3",
            "Range: bytes=-99999999999999999999",
            "Range: bytes=00000000000000000000000000001-2",
            "Range: bytes",
            "Range: bytes=3-",
            "If-Range: \"x\"",
            "If-Range: W/\"x",
            "If-None-Match: *",
            "If-None-Match: \"",
            "If-None-Match: W/\"a\" \"b\"",
            "Accept: ;q=1",
            "Accept: */*;q=2",
            "Accept: text/*;q=0.0001, application/*",
            "Accept: application/vnd.pypi.simple.v1+json;q=;q=1",
            "Accept: ,,,",
            "Accept-Encoding: gzip;q=x",
            "Accept-Encoding: ,;",
            "Accept-Encoding: gzip",
            "Authorization: Basic =",
            "User-Agent: pip/",
            "If-Modified-Since: never",
            "Expect: 100-continue",
            "Upgrade: h2c",
            "X-Forwarded-For: nobody",
            "Connection: keep-alive, x");

    @TempDir
    private Path folder;

    @Test
    void oddRequestIsAnsweredAndNeverA5xxNorAHang() throws Exception {
        SignedIndex index = new SignedIndex(Layout.ASSAY);
        SignedIndex.Entry file = index.add("demo", "demo-1.0-py3-none-any.whl", "wheel 1.0".getBytes(US_ASCII));
        index.publish();
        Random random = new Random(SEED);
        try (TestMirror mirror = new TestMirror(index::content);
                TestProxy proxy = TestProxy.start(TestProxy.Setup.of(index, mirror, folder, new TestClock(), mirror));
                RawClient client = new RawClient(proxy.port())) {
            for (int i = 0; i < REQUESTS; i++) {
                String method = random.nextInt(4) > 0 ? "GET" : random.nextBoolean() ? "HEAD" : "OPTIONS";
                String request =
                        method + ' ' + path(random, file.path) + " HTTP/1.1\r\nHost: a\r\n" + fields(random) + "\r\n";
                RawClient.Head head = client.send(request).head();
                client.bytes(method.equals("HEAD") ? 0 : head.length());

                assertThat(head.status())
                        .as("seed %d, request %d: %s", SEED, i, request)
                        .isBetween(200, 499);
            }
        }
    }

    private static String path(Random random, String file) {
        StringBuilder path = new StringBuilder();
        if (random.nextInt(4) == 0) {
            path.append('/').append(file);
        }
        for (int i = random.nextInt(6); i >= 0; i--) {
            path.append('/').append(any(SEGMENTS, random));
        }
        return path.append(any(QUERIES, random)).toString();
    }

    private static String fields(Random random) {
        StringBuilder fields = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.append(any(FIELDS, random)).append("\r\n");
        }
        return fields.toString();
    }

    private static String any(List<String> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }
}
