package dev.assay.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.server.BytesBody;
import dev.assay.server.Handler;
import dev.assay.server.Headers;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How fast one address may ask. */
final class RequestRateTest {
    private static final Response PAGE = new Response(200, null, Headers.NONE, BytesBody.EMPTY);
    private static final int PER_SECOND = 5;
    private static final int AT_ONCE = PER_SECOND * (int) RequestRate.BURST.toSeconds();

    private final AtomicLong nanos = new AtomicLong(-1);
    private final RequestRate rate = new RequestRate(
            new Handler() {
                @Override
                public Reply handle(Request request) {
                    return PAGE;
                }

                @Override
                public Optional<Response> answerInMemory(Request request) {
                    return Optional.of(PAGE);
                }
            },
            PER_SECOND,
            nanos::get);

    @Test
    void tenSecondsWorthMayComeAtOnceAndOneMoreIs429WithTheTimeToWait() throws Exception {
        assertThat(answered("192.0.2.1", AT_ONCE)).isEqualTo(AT_ONCE);

        Response more = ask("192.0.2.1");

        assertThat(more.status()).isEqualTo(429);
        assertThat(more.headers().first("Retry-After")).contains("1");
    }

    @Test
    void afterASecondOneSecondsWorthMayCome() throws Exception {
        answered("192.0.2.1", AT_ONCE);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(answered("192.0.2.1", AT_ONCE)).isEqualTo(PER_SECOND);
    }

    @Test
    void whatIsRefusedCostsNothing() throws Exception {
        answered("192.0.2.1", 3 * AT_ONCE);

        nanos.addAndGet(RequestRate.BURST.toNanos());

        assertThat(answered("192.0.2.1", 2 * AT_ONCE)).isEqualTo(AT_ONCE);
    }

    @Test
    void anotherAddressHasItsOwn() throws Exception {
        answered("192.0.2.1", 2 * AT_ONCE);

        assertThat(ask("192.0.2.2").status()).isEqualTo(200);
    }

    @Test
    void oneIpv6NetworkIsOneAddress() throws Exception {
        answered("2001:db8::1", AT_ONCE);

        assertThat(ask("2001:db8::2").status()).isEqualTo(429);
    }

    private int answered(String client, int requests) throws Exception {
        int answered = 0;
        for (int i = 0; i < requests; i++) {
            answered += ask(client).status() == 200 ? 1 : 0;
        }
        return answered;
    }

    private Response ask(String client) throws Exception {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(client), 1);
        return rate.answerInMemory(new Request("GET", "/simple/a/", "", Headers.NONE, remote, Instant.EPOCH, "1"))
                .orElseThrow();
    }
}
