package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** h2spec, the conformance suite of HTTP/2 that others wrote, against the real server over TLS. */
@ExtendWith(NoLeaks.class)
final class H2specTest extends TlsTestCase {
    private static final String ARCHIVE = "/h2spec/2.1.1/h2spec_linux_amd64.tar.gz";
    private static final int CASES = 145;

    private static final String STREAM_ALONE =
            "Netty's codec resets the stream, where RFC 7540 wants another code, or the connection's end";
    private static final String REFUSED_EARLIER =
            "a request with a body is refused at its head, and what follows is not read"
                    + " unless it came with the head";

    /** Cases that may fail, and why. In none is the request answered. */
    private static final Map<String, String> EXEMPT = Map.of(
            "http2/5.1 half closed (remote): Sends a HEADERS frame",
            STREAM_ALONE,
            "http2/5.1 closed: Sends a HEADERS frame",
            STREAM_ALONE,
            "http2/5.1.1 Sends stream identifier that is numerically smaller than previous",
            STREAM_ALONE,
            "http2/6.9.1 Sends multiple WINDOW_UPDATE frames increasing the flow control window to above 2^31-1 on a stream",
            REFUSED_EARLIER,
            "http2/8.1 Sends a second HEADERS frame without the END_STREAM flag",
            REFUSED_EARLIER,
            "http2/8.1.2.1 Sends a HEADERS frame that contains a pseudo-header field as trailers",
            REFUSED_EARLIER,
            "http2/8.1.2.6 Sends a HEADERS frame with the \"content-length\" header field which does not equal the DATA frame"
                    + " payload length",
            REFUSED_EARLIER,
            "http2/8.1.2.6 Sends a HEADERS frame with the \"content-length\" header field which does not equal the sum of the"
                    + " multiple DATA frames payload length",
            REFUSED_EARLIER);

    @Test
    void everyCasePassesThatIsNotExempt() throws Exception {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "there is no h2spec for this machine");
        Response hello = new Response(200, null, Headers.NONE, BytesBody.of("hello\n".getBytes(US_ASCII)));
        start(ServerOptions.DEFAULTS.withTls(tls.options()), request -> hello, ended -> {});
        Path report = folder.resolve("report.xml");

        String output = run(report);

        List<String> failed = new ArrayList<>();
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element each = (Element) cases.item(i);
            if (each.getElementsByTagName("error").getLength() > 0) {
                failed.add(each.getAttribute("package") + " " + each.getAttribute("classname"));
            }
        }
        assertThat(cases.getLength()).as(output).isEqualTo(CASES);
        assertThat(failed).as(output).isSubsetOf(EXEMPT.keySet());
    }

    private String run(Path report) throws Exception {
        Path output = folder.resolve("output.txt");
        Process h2spec = new ProcessBuilder(
                        binary().toString(),
                        "--host=127.0.0.1",
                        "--port=" + server().port(),
                        "--tls",
                        "--insecure",
                        "--junit-report=" + report)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(h2spec.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    private Path binary() throws IOException {
        Path binary = folder.resolve("h2spec");
        InputStream archive = Objects.requireNonNull(H2specTest.class.getResourceAsStream(ARCHIVE), ARCHIVE);
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(archive))) {
            tar.getNextEntry();
            Files.copy(tar, binary);
        }
        assertThat(binary.toFile().setExecutable(true)).isTrue();
        return binary;
    }
}
