package dev.assay.author.follow;

import dev.assay.author.Passphrases;
import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An index, a repository that follows it, and a clock that stands until it is moved. */
@Timeout(60)
abstract class FollowTestCase {
    static final String ONE = "demo-1.0-py3-none-any.whl";
    static final String TWO = "demo-2.0-py3-none-any.whl";
    static final Manners QUICK =
            new Manners(4, 100_000, 3, Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(1));

    @TempDir
    static Path keys;

    @TempDir
    Path temp;

    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    final InstantSource clock = () -> now;
    CanonicalIndex canonical;
    Repository repository;
    Index index;
    Follower follower;

    @BeforeEach
    void start() throws Exception {
        canonical = CanonicalIndex.start(keys);
        canonical.put(new Listing("demo", 100, List.of(entry(ONE), entry(TWO))));
        RepositoryOptions options = new RepositoryOptions(
                1,
                1,
                SignatureScheme.ED25519,
                8,
                RepositoryOptions.BinForm.SUCCINCT,
                Duration.ofDays(365),
                Duration.ofDays(7),
                KeyFile.Cost.LOW);
        repository = Repository.init(temp.resolve("repository"), options, passphrase(), clock);
        index = new Index(canonical.simple(), Access.PLAIN.with(Authorities.in(canonical.authority())), QUICK, clock);
        follower = Follower.open(repository, index, clock);
    }

    @AfterEach
    void stop() throws Exception {
        follower.close();
        index.close();
        repository.close();
        canonical.close();
    }

    static Passphrases passphrase() {
        return Passphrases.same("correct horse".toCharArray());
    }

    /** The process ends and starts again, over the same folder. */
    void restart() throws Exception {
        follower.close();
        repository.close();
        repository = Repository.open(temp.resolve("repository"), passphrase(), clock);
        follower = Follower.open(repository, index, clock);
    }

    static Entry entry(String filename) {
        return Entry.of(filename, filename.getBytes(StandardCharsets.UTF_8));
    }

    /** The same name with other bytes behind it. */
    static Entry forged(String filename) {
        return Entry.of(filename, ("evil " + filename).getBytes(StandardCharsets.UTF_8));
    }

    void says(String project, Entry... files) {
        canonical.put(canonical.listing(project).with(Arrays.asList(files)));
    }

    PassReport pass(String... projects) throws Exception {
        return follower.pass(Arrays.stream(projects).map(ProjectName::normalize).toList(), Progress.NONE);
    }

    Optional<ProjectPage> signed(String project) throws Exception {
        return repository.changePages().signed(new ProjectName(project));
    }

    /** File names on the signed page, none when there is no page. */
    List<String> files(String project) throws Exception {
        return signed(project)
                .map(page -> page.files().stream().map(ProjectFile::filename).toList())
                .orElse(List.of());
    }

    String digest(String project, String filename) throws Exception {
        return signed(project)
                .orElseThrow()
                .file(filename)
                .orElseThrow()
                .sha256()
                .orElseThrow()
                .hex();
    }

    static List<Alarm.Kind> kinds(PassReport report) {
        return report.alarms().stream().map(Alarm::kind).toList();
    }
}
