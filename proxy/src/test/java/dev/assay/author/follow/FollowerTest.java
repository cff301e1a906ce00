package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.author.Progress;
import dev.assay.author.RepositoryException;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.crypto.Digest;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.Yanked;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an honest index says is signed, and only that; asking is cheap and polite. */
class FollowerTest extends FollowTestCase {

    @Test
    void whatTheIndexSaysIsSigned() throws Exception {
        PassReport report = pass("demo");

        assertThat(report.added()).isEqualTo(1);
        assertThat(report.unconfirmed()).isEmpty();
        ProjectFile file = signed("demo").orElseThrow().file(ONE).orElseThrow();
        assertThat(file.sha256().orElseThrow().hex()).isEqualTo(entry(ONE).sha256());
        assertThat(file.size()).isEqualTo(entry(ONE).size());
        assertThat(file.coreMetadata())
                .singleElement()
                .extracting(Digest::hex)
                .isEqualTo(entry(ONE).metadataSha256());
        assertThat(file.requiresPython()).isEqualTo(">=3.8");
        assertThat(file.uploadTime()).isEqualTo("2024-05-05T12:00:00.123456Z");
    }

    @Test
    void filesKeepThePathOfTheIndexByteForByte() throws Exception {
        String local = "demo-3.0+cpu-py3-none-any.whl";
        says("demo", entry(local));
        pass("demo");

        assertThat(signed("demo").orElseThrow().file(local).orElseThrow().url())
                .isEqualTo("../../" + entry(local).path())
                .contains("%2B");
    }

    @Test
    void anIndexWithoutJsonIsReadInHtml() throws Exception {
        canonical.onlyHtml();
        pass("demo");

        assertThat(digest("demo", ONE)).isEqualTo(entry(ONE).sha256());
    }

    @Test
    void anUnchangedPageIsAskedForConditionallyAndNotSentAgain() throws Exception {
        pass("demo");
        PassReport second = pass("demo");

        assertThat(second.unchanged()).isEqualTo(1);
        assertThat(canonical.whole()).isEqualTo(1);
        assertThat(canonical.notModified()).isEqualTo(1);
    }

    @Test
    void newsAreSigned() throws Exception {
        pass("demo");
        says("demo", entry(ONE), entry(TWO), entry("demo-3.0-py3-none-any.whl"));
        PassReport report = pass("demo");

        assertThat(report.changed()).isEqualTo(1);
        assertThat(report.alarms()).isEmpty();
        assertThat(files("demo")).hasSize(3);
    }

    @Test
    void aYankIsNewsAndNoAlarm() throws Exception {
        pass("demo");
        Entry one = entry(ONE);
        says("demo", new Entry(one.filename(), one.sha256(), one.size(), one.metadataSha256(), "broken"), entry(TWO));
        PassReport report = pass("demo");

        assertThat(report.alarms()).isEmpty();
        assertThat(signed("demo").orElseThrow().file(ONE).orElseThrow().yanked())
                .isEqualTo(new Yanked("broken"));
    }

    @Test
    void aProjectThatTheIndexDoesNotHaveIsNotFollowed() throws Exception {
        PassReport report = pass("nonesuch");

        assertThat(report.unknown()).containsExactly(new ProjectName("nonesuch"));
        assertThat(follower.followed()).isEmpty();
    }

    @Test
    void aFileWithoutSha256IsNotSignedAndSaidSo() throws Exception {
        says("demo", Entry.withoutDigest(ONE), entry(TWO));
        PassReport report = pass("demo");

        assertThat(report.unsigned()).singleElement().asString().contains(ONE, "gives no SHA-256");
        assertThat(files("demo")).containsExactly(TWO);
    }

    @Test
    void anErrorIsTriedAgainAFewTimes() throws Exception {
        canonical.breakDown(2);

        assertThat(pass("demo").added()).isEqualTo(1);
    }

    @Test
    void anIndexThatStaysDownLeavesWhatIsSigned() throws Exception {
        pass("demo");
        canonical.breakDown(1000);
        PassReport report = pass("demo");

        assertThat(report.unconfirmed()).containsOnlyKeys(new ProjectName("demo"));
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void whatIsFollowedIsRememberedAcrossARestart() throws Exception {
        pass("demo");
        restart();

        assertThat(follower.followed()).containsExactly(new ProjectName("demo"));
        assertThat(pass("demo").unchanged()).isEqualTo(1);
        assertThat(canonical.notModified()).isEqualTo(1);
    }

    @Test
    void anIndexWithACertificateOfSomebodyElseIsNotBelieved() throws Exception {
        try (Index strange = new Index(canonical.simple(), Access.PLAIN, QUICK, clock)) {
            assertThat(strange.page(new ProjectName("demo"), null)).isInstanceOf(IndexAnswer.Failed.class);
        }
    }

    @Test
    void plainHttpIsForLoopbackAlone() {
        assertThatThrownBy(() -> new Index(URI.create("http://index.example/simple/"), Access.PLAIN, QUICK, clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: https");
    }

    @Test
    void aRepositoryFollowsOneIndexForGood() throws Exception {
        pass("demo");
        follower.close();
        URI other = URI.create("https://127.0.0.1:1/simple/");
        try (Index another = new Index(other, Access.PLAIN, QUICK, clock)) {
            assertThatThrownBy(() -> Follower.open(repository, another, clock))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("follows https://127.0.0.1");
        }
    }

    @Test
    void freshnessIsTheIndexsOwn() throws Exception {
        canonical.put(new Listing("other", 5, List.of(entry("other-1.0-py3-none-any.whl"))));
        pass("demo", "other");
        var first = now;
        now = now.plus(Duration.ofHours(5));
        pass("demo");

        var confirmed = repository.changePages().confirmed().orElseThrow();
        assertThat(confirmed.of(new ProjectName("demo"))).isEqualTo(now);
        assertThat(confirmed.of(new ProjectName("other"))).isEqualTo(first);
    }

    @Test
    void signingAnewDoesNotAdvanceWhenAPageWasConfirmed() throws Exception {
        pass("demo");
        var first = now;
        now = now.plus(Duration.ofDays(5));
        repository.refresh();

        assertThat(repository.changePages().confirmed().orElseThrow().of(new ProjectName("demo")))
                .isEqualTo(first);
    }

    @Test
    void anUnreachableIndexConfirmsNothing() throws Exception {
        pass("demo");
        var first = now;
        now = now.plus(Duration.ofDays(1));
        canonical.breakDown(1000);
        pass("demo");

        assertThat(repository.changePages().confirmed().orElseThrow().of(new ProjectName("demo")))
                .isEqualTo(first);
    }

    @Test
    void anIndexWithoutSerialsIsFollowedByItsPages() throws Exception {
        canonical.withoutSerials();
        pass("demo");
        says("demo", entry(ONE), entry(TWO), entry("demo-3.0-py3-none-any.whl"));

        assertThat(pass("demo").changed()).isEqualTo(1);
    }

    @Test
    void whatNobodyExpectedOfOnePageIsThatPagesFailureAlone() throws Exception {
        canonical.put(new Listing("other", 5, List.of(entry("other-1.0-py3-none-any.whl"))));
        AtomicBoolean fails = new AtomicBoolean(true);
        InstantSource failing = () -> {
            if (Thread.currentThread().getName().equals("assay-follow") && fails.getAndSet(false)) {
                throw new IllegalStateException("of all things");
            }
            return now;
        };
        follower.close();
        try (Index odd = new Index(
                        canonical.simple(), Access.PLAIN.with(Authorities.in(canonical.authority())), QUICK, failing);
                Follower following = Follower.open(repository, odd, clock)) {
            PassReport report =
                    following.pass(List.of(new ProjectName("demo"), new ProjectName("other")), Progress.NONE);

            assertThat(report.added()).isEqualTo(1);
            assertThat(report.unconfirmed().values()).singleElement().asString().contains("of all things");
        }
    }

    @Test
    void aDamagedMemoryIsThatProjectsFailureAloneWithTheRemedy() throws Exception {
        canonical.put(new Listing("other", 5, List.of(entry("other-1.0-py3-none-any.whl"))));
        pass("demo", "other");
        Path memory = repository.followFolder().resolve("projects/demo");
        Files.writeString(memory, Files.readString(memory).substring(1));
        says("demo", forged(ONE), entry(TWO));
        says("other", entry("other-1.0-py3-none-any.whl"), entry("other-2.0-py3-none-any.whl"));
        PassReport report = pass("demo", "other");

        assertThat(report.unconfirmed().get(new ProjectName("demo")))
                .contains(memory + " is damaged", "restore it from a backup");
        assertThat(digest("demo", ONE)).isEqualTo(entry(ONE).sha256());
        assertThat(files("other")).hasSize(2);
    }

    @Test
    void aDamagedSignedPageIsThatProjectsFailureAloneWithTheRemedy() throws Exception {
        canonical.put(new Listing("other", 5, List.of(entry("other-1.0-py3-none-any.whl"))));
        pass("demo", "other");
        try (Stream<Path> pages = Files.list(repository.publicFolder().resolve("simple/demo"))) {
            for (Path page : pages.toList()) {
                Files.writeString(page, "rotten");
            }
        }
        says("demo", forged(ONE), entry(TWO));
        says("other", entry("other-1.0-py3-none-any.whl"), entry("other-2.0-py3-none-any.whl"));
        PassReport report = pass("demo", "other");

        assertThat(report.unconfirmed().get(new ProjectName("demo")))
                .contains("simple/demo", "is damaged", "restore it from a backup");
        assertThat(files("other")).hasSize(2);
    }

    @Test
    void whatElseLiesAmongTheMemoriesIsNoProject() throws Exception {
        pass("demo");
        Files.writeString(repository.followFolder().resolve("projects/.demo.swp"), "an editor's");

        assertThat(follower.followed()).containsExactly(new ProjectName("demo"));
    }

    @Test
    void longPagesWaitForTheirReviewInBoundedMemory() throws Exception {
        canonical.generate(7, 1);
        canonical.pad(20 << 20);
        List<ProjectName> all = IntStream.range(0, 7)
                .mapToObj(n -> new ProjectName("project-" + n))
                .toList();
        PassReport report = follower.pass(all, (what, done, of) -> {
            while (done == 1 && !everyQuestionWaits()) {
                Thread.onSpinWait();
            }
            assertThat(canonical.whole())
                    .as("reviewed, in the memory for waiting answers, and one a connection")
                    .isLessThanOrEqualTo(done + 1 + QUICK.connections());
        });

        assertThat(report.added()).isEqualTo(7);
    }

    private static boolean everyQuestionWaits() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("assay-follow"))
                .allMatch(thread -> thread.getState() == Thread.State.WAITING);
    }

    @Test
    void anAnswerThatACacheHasKeptForDaysConfirmsNothing() throws Exception {
        pass("demo");
        canonical.header("Age", "200000");
        PassReport report = pass("demo");

        assertThat(report.unconfirmed()).hasSize(1);
    }
}
