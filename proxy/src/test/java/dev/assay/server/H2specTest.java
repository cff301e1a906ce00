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

    @Test
    void everyCasePasses() throws Exception {
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
        assertThat(failed).as(output).isEmpty();
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
