package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.crypto.Digest;
import dev.assay.simple.ProjectName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index that says something else than before is caught by what was signed and seen; TLS alone would not show it. */
class RewrittenHistoryTest extends FollowTestCase {

    @BeforeEach
    void follow() throws Exception {
        pass("demo");
    }

    private String alarms() throws Exception {
        return Files.readString(repository.followFolder().resolve("alarms.log"));
    }

    @Test
    void aChangedDigestIsAnAlarmAndTheOldEntryStaysSigned() throws Exception {
        says("demo", forged(ONE), entry(TWO));
        PassReport report = pass("demo");

        assertThat(kinds(report)).containsExactly(Alarm.Kind.FILE_CHANGED);
        assertThat(digest("demo", ONE)).isEqualTo(entry(ONE).sha256());
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void theAlarmKeepsBothSidesAsEvidence() throws Exception {
        says("demo", forged(ONE), entry(TWO));
        pass("demo");

        assertThat(alarms()).contains(entry(ONE).sha256(), forged(ONE).sha256(), "x-pypi-last-serial", "file-changed");
        try (var kept = Files.list(repository.followFolder().resolve("evidence"))) {
            List<String> pages = kept.map(RewrittenHistoryTest::text).toList();
            assertThat(pages).hasSize(2);
            assertThat(pages).anyMatch(page -> page.contains(forged(ONE).sha256()));
            assertThat(pages).anyMatch(page -> page.contains(entry(ONE).sha256()));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anAlarmThatLastsIsRaisedOnceAndStaysCounted() throws Exception {
        says("demo", forged(ONE), entry(TWO));
        pass("demo");
        restart();
        PassReport report = pass("demo");

        assertThat(report.alarms()).isEmpty();
        assertThat(report.lasting()).isEqualTo(1);
    }

    @Test
    void newsBesideAForgeryAreSigned() throws Exception {
        String three = "demo-3.0-py3-none-any.whl";
        says("demo", forged(ONE), entry(TWO), entry(three));
        pass("demo");

        assertThat(files("demo")).containsExactly(ONE, TWO, three);
    }

    @Test
    void aChangedSizeUnderTheSameDigestIsAnAlarm() throws Exception {
        Entry one = entry(ONE);
        says("demo", new Entry(ONE, one.sha256(), one.size() + 1, one.metadataSha256(), ""), entry(TWO));

        assertThat(kinds(pass("demo"))).containsExactly(Alarm.Kind.FILE_CHANGED);
    }

    @Test
    void changedCoreMetadataIsAnAlarm() throws Exception {
        Entry one = entry(ONE);
        says("demo", new Entry(ONE, one.sha256(), one.size(), one.sha256(), ""), entry(TWO));

        assertThat(kinds(pass("demo"))).containsExactly(Alarm.Kind.FILE_CHANGED);
        assertThat(signed("demo").orElseThrow().file(ONE).orElseThrow().coreMetadata())
                .singleElement()
                .extracting(Digest::hex)
                .isEqualTo(one.metadataSha256());
    }

    @Test
    void aFileThatVanishesIsRevokedAndReported() throws Exception {
        says("demo", entry(TWO));
        PassReport report = pass("demo");

        assertThat(kinds(report)).containsExactly(Alarm.Kind.FILE_VANISHED);
        assertThat(files("demo")).containsExactly(TWO);
    }

    @Test
    void aFileThatComesBackAsItWasIsSignedAgain() throws Exception {
        says("demo", entry(TWO));
        pass("demo");
        says("demo", entry(ONE), entry(TWO));
        PassReport report = pass("demo");

        assertThat(report.alarms()).isEmpty();
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void aFileThatVanishedAndComesBackAsAnotherIsNotSigned() throws Exception {
        says("demo", entry(TWO));
        pass("demo");
        restart();
        says("demo", forged(ONE), entry(TWO));
        PassReport report = pass("demo");

        assertThat(kinds(report)).containsExactly(Alarm.Kind.FILE_CHANGED);
        assertThat(files("demo")).containsExactly(TWO);
    }

    @Test
    void aProjectThatVanishesIsRevokedAndItsFilesStayRemembered() throws Exception {
        canonical.forget("demo");
        PassReport report = pass("demo");
        canonical.put(new Listing("demo", 500, List.of(forged(ONE))));
        PassReport again = pass("demo");

        assertThat(kinds(report)).containsExactly(Alarm.Kind.PROJECT_VANISHED);
        assertThat(kinds(again)).containsExactly(Alarm.Kind.FILE_CHANGED);
        assertThat(files("demo")).isEmpty();
    }

    @Test
    void aSerialThatGoesBackIsDiscardedAndAskedForAgain() throws Exception {
        int before = canonical.whole();
        canonical.put(new Listing("demo", 99, List.of(entry(ONE))));
        PassReport report = pass("demo");

        assertThat(report.alarms()).isEmpty();
        assertThat(report.unconfirmed()).containsOnlyKeys(new ProjectName("demo"));
        assertThat(canonical.whole() - before).isEqualTo(3);
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void aSerialThatStaysBehindIsAnAlarm() throws Exception {
        canonical.put(new Listing("demo", 99, List.of(entry(ONE))));
        pass("demo");
        now = now.plus(Duration.ofHours(2));
        PassReport report = pass("demo");

        assertThat(kinds(report)).containsExactly(Alarm.Kind.SERIAL_WENT_BACK);
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void aPageThatLosesItsSerialIsNotBelievedAndAnAlarmWhenThatLasts() throws Exception {
        canonical.withoutSerials();
        says("demo", entry(ONE), entry(TWO), entry("demo-3.0-py3-none-any.whl"));
        PassReport first = pass("demo");
        now = now.plus(Duration.ofHours(2));
        PassReport second = pass("demo");

        assertThat(first.alarms()).isEmpty();
        assertThat(first.unconfirmed()).containsOnlyKeys(new ProjectName("demo"));
        assertThat(kinds(second)).containsExactly(Alarm.Kind.SERIAL_WENT_BACK);
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void aSerialThatCatchesUpIsNoAlarm() throws Exception {
        canonical.put(new Listing("demo", 99, List.of(entry(ONE))));
        pass("demo");
        now = now.plus(Duration.ofHours(2));
        canonical.put(new Listing("demo", 101, List.of(entry(ONE), entry(TWO))));

        assertThat(pass("demo").alarms()).isEmpty();
    }

    /** An HTML page does not name its project: its files do. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherProjectsPageIsAnAlarmAndTheOldPageStaysSigned(boolean json) throws Exception {
        if (!json) {
            canonical.onlyHtml();
        }
        canonical.put(new Listing("other", 500, List.of(entry("other-1.0-py3-none-any.whl"))));
        canonical.swap("demo", "other");
        PassReport report = pass("demo");

        assertThat(kinds(report)).containsExactly(Alarm.Kind.PAGE_SWAPPED);
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }

    @Test
    void aForeignFileOnAPageIsNotSigned() throws Exception {
        says("demo", entry(ONE), entry(TWO), entry("other-1.0-py3-none-any.whl"));
        PassReport report = pass("demo");

        assertThat(report.unsigned()).hasSize(1);
        assertThat(files("demo")).containsExactly(ONE, TWO);
    }
}
