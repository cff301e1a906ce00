package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of this package share: servers and clients that are closed after each test, and generous limits. */
@Timeout(20)
abstract class UpstreamTestCase {
    static final long MAX_BYTES = 1 << 20;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    <T extends AutoCloseable> T closing(T one) {
        open.add(0, one);
        return one;
    }

    /** Limits that no test on loopback reaches by accident. */
    static UpstreamOptions generous(String... hosts) {
        Duration ample = Duration.ofSeconds(15);
        return new UpstreamOptions(ample, ample, 0, ample, ample, 3, List.of(hosts));
    }

    UpstreamClient clientFor(RawServer... servers) {
        String[] hosts = new String[servers.length];
        for (int i = 0; i < servers.length; i++) {
            hosts[i] = servers[i].hostAndPort();
        }
        return closing(new UpstreamClient(generous(hosts)));
    }

    /** The failure of the call, which must be of this kind. */
    static UpstreamException refused(UpstreamException.Kind kind, ThrowingCallable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).describedAs(failure.getMessage()).isEqualTo(kind);
        return failure;
    }

    static String fetchText(UpstreamClient client, URI uri) throws UpstreamException {
        return new String(client.fetch(uri, MAX_BYTES, "text/html"), StandardCharsets.UTF_8);
    }

    static byte[] readAll(Download download) throws UpstreamException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[1000];
        for (int count = download.read(chunk, 0, 1000); count != -1; count = download.read(chunk, 0, 1000)) {
            all.write(chunk, 0, count);
        }
        return all.toByteArray();
    }

    /** Opens and reads to the end. */
    static byte[] download(UpstreamClient client, URI uri, long maxBytes) throws UpstreamException {
        try (Download download = client.open(uri, maxBytes)) {
            return readAll(download);
        }
    }

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
            out.write(plain);
        }
        return coded.toByteArray();
    }
}
