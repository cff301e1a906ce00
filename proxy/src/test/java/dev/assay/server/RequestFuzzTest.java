package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests that were damaged at random. */
@ExtendWith(NoLeaks.class)
final class RequestFuzzTest {
    private static final long SEED = 20260714;
    private static final int REQUESTS = 5_000;
    private static final List<String> SEEDS = List.of(
            "GET /simple/a/ HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nConnection: close\r\n\r\n",
            "HEAD /packages/aa/bb/c-1.0%2Blocal.whl?x=y HTTP/1.1\r\nHost: a:80\r\nRange: bytes=-100\r\nConnection: close\r\n\r\n",
            "POST /x HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n");
    private static final List<String> PIECES = List.of(
            "\r\n",
            "\n",
            "\r",
            " ",
            "\t",
            "\0",
            ":",
            "%2e",
            "%",
            "..",
            "/",
            "?",
            "\u00FF",
            "Host: b\r\n",
            " folded\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 1\r\n",
            "HTTP/1.1",
            "GET ",
            "\r\n\r\n",
            "[",
            "a".repeat(9000));

    @Test
    void damagedRequestIsAnsweredOrTheLastOfItsConnectionAndNeverA5xxNorAHang() throws IOException {
        Response response = new Response(200, null, Headers.NONE, BytesBody.of("ok".getBytes(US_ASCII)));
        Random random = new Random(SEED);
        try (HttpServer server =
                HttpServer.start(ServerOptions.DEFAULTS, request -> response, ended -> {}, InstantSource.system())) {
            for (int i = 0; i < REQUESTS; i++) {
                String request = damaged(random);
                try (RawClient client = new RawClient(server.port())) {
                    client.send(request);
                    client.endOfInput();
                    String answer = new String(client.rest(), US_ASCII);
                    assertThat(answers(answer))
                            .as("seed %d, request %d: %s", SEED, i, request)
                            .allMatch(each -> each.matches("(?s)HTTP/1\\.1 [24].*"))
                            .filteredOn(each -> each.startsWith("HTTP/1.1 4"))
                            .allMatch(each -> each.contains("\r\nConnection: close\r\n") && answer.endsWith(each));
                }
            }
        }
    }

    /** What came on one connection, answer by answer. */
    private static List<String> answers(String all) {
        return all.isEmpty() ? List.of() : List.of(all.split("(?=HTTP/1\\.1 [0-9]{3} )", -1));
    }

    private static String damaged(Random random) {
        StringBuilder request = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(request.length());
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            switch (random.nextInt(4)) {
                case 0 -> request.insert(at, piece);
                case 1 -> request.deleteCharAt(at);
                case 2 -> request.setCharAt(at, (char) random.nextInt(256));
                default -> request.replace(at, Math.min(request.length(), at + piece.length()), piece);
            }
        }
        return request.toString();
    }
}
