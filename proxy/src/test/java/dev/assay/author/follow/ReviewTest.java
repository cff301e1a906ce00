package dev.assay.author.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.upstream.Representation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an index says against what it said before, one page at a time. */
class ReviewTest {
    private static final ProjectName DEMO = new ProjectName("demo");
    private static final URI PAGE = URI.create("https://index.invalid/simple/demo/");
    private static final String FILE = "demo-1.0-py3-none-any.whl";
    private static final Digest SEEN = Digest.of(HashAlgorithm.SHA256, "seen".getBytes(UTF_8));

    @Test
    void aSignedFileThatMovesToWhereItCannotBeSignedIsRevokedAndRemembered() throws Exception {
        Review.Result result = review(page("/elsewhere/"), Optional.of(page("/packages/a/")), Memory.NONE);

        assertThat(result.alarms()).extracting(Alarm::kind).containsExactly(Alarm.Kind.FILE_VANISHED);
        assertThat(result.memory().gone()).containsEntry(FILE, SEEN);
    }

    @Test
    void aFileThatComesBackStaysRemembered() throws Exception {
        Memory revoked = new Memory(null, -1, Map.of(FILE, SEEN), Set.of(), null);
        Review.Result result = review(page("/packages/a/"), Optional.empty(), revoked);

        assertThat(result.page()).isNotNull();
        assertThat(result.memory().gone()).containsEntry(FILE, SEEN);
    }

    private static Review.Result review(ProjectPage says, Optional<ProjectPage> signed, Memory memory) {
        Representation sent = new Representation(PAGE, Optional.of(new byte[0]), Map.of());
        IndexPage now = new IndexPage(sent, says, -1, null);
        return Review.of(DEMO, now, signed, memory, Instant.EPOCH, Duration.ofHours(1));
    }

    private static ProjectPage page(String folder) throws Exception {
        String json = "{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"demo\",\"files\":[{\"filename\":\"" + FILE
                + "\",\"url\":\"" + folder + FILE + "\",\"hashes\":{\"sha256\":\"" + SEEN.hex() + "\"}}]}";
        return PageParser.parse(json.getBytes(UTF_8), DEMO, PAGE);
    }
}
