package dev.assay.author.follow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.TestMirror;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.Access;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an answer of an index must tell of itself before it counts. */
final class IndexTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String PAGE = "{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"demo\",\"files\":[]}";

    private static IndexAnswer answer(String headers) throws Exception {
        try (TestMirror server = new TestMirror(path -> Optional.empty());
                Index index =
                        new Index(server.base().resolve("simple/"), Access.PLAIN, FollowTestCase.QUICK, () -> NOW)) {
            server.script(
                    "simple/demo/",
                    out -> out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.pypi.simple.v1+json\r\n"
                                    + headers + "Content-Length: " + PAGE.length() + "\r\n\r\n" + PAGE)
                            .getBytes(ISO_8859_1)));
            return index.page(new ProjectName("demo"), null);
        }
    }

    private static String date(Instant at) {
        return "Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC)) + "\r\n";
    }

    @Test
    void anAnswerOfTodayCounts() throws Exception {
        assertThat(answer(date(NOW.minusSeconds(60)))).isInstanceOf(IndexAnswer.Sent.class);
    }

    @Test
    void anAnswerThatDoesNotTellWhenItWasMadeCountsForNothing() throws Exception {
        assertThat(answer("")).isEqualTo(answer("Date: yesterday\r\n")).isInstanceOf(IndexAnswer.Failed.class);
    }

    @Test
    void theAgeThatACacheTellsIsSubtracted() throws Exception {
        assertThat(answer(date(NOW) + "Age: 86399\r\n")).isInstanceOf(IndexAnswer.Sent.class);
        assertThat(answer(date(NOW) + "Age: 86401\r\n")).isInstanceOf(IndexAnswer.Failed.class);
    }
}
