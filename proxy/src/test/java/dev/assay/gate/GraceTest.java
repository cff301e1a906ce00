package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.tuf.TestRepository;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is handed over after the metadata has expired, because an operator said so, and what is not even then. */
final class GraceTest extends GateTestCase {
    private static final byte[] BYTES = bytes(1000);
    private static final String MARK = "X-Assay-Grace";
    /** Then the metadata has expired an hour ago. */
    private static final Duration AN_HOUR_LATE = Duration.ofHours(25);

    private final SignedIndex index = expiringIn(index(), "timestamp");

    private static SignedIndex expiringIn(SignedIndex index, String... roles) {
        List.of(roles).forEach(role -> index.tuf.expires.put(role, TestRepository.NOW.plus(Duration.ofDays(1))));
        return index;
    }

    private TestProxy.Setup gracious(SignedIndex of, TestMirror mirror) throws Exception {
        return setup(of.publish(), mirror).withGrace(Duration.ofHours(2));
    }

    @Test
    void storedContentIsHandedOnMarkedAndKeptOutOfCaches() throws Exception {
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(gracious(index, mirror(index)));
        assertStored(proxy, entry);
        assertThat(get(proxy, "simple/demo/").headers().firstValue(MARK)).isEmpty();

        clock.advance(AN_HOUR_LATE);

        for (String path : List.of(entry.path, "simple/demo/")) {
            HttpResponse<byte[]> answer = get(proxy, path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(field(answer, MARK)).contains("timestamp 2 expired at 2026-01-02T00:00:00Z");
            assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
        }
        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
        assertThat(new String(get(proxy, "-/readyz").body(), UTF_8)).startsWith("ready, for what is stored alone: ");
        assertThat(new String(get(proxy, "-/metrics").body(), UTF_8)).contains("assay_grace_answers_total 3.0");
        assertThat(Files.readAllLines(data().resolve("audit.log")))
                .filteredOn(line -> line.contains("\"grace\""))
                .hasSize(1);
    }

    @Test
    void pastTheGraceNothingIsHandedOver() throws Exception {
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(gracious(index, mirror(index)));
        assertStored(proxy, entry);

        clock.advance(AN_HOUR_LATE.plusHours(1));

        assertRefused(get(proxy, entry.path));
        assertRefused(get(proxy, "simple/demo/"));
        assertThat(get(proxy, "-/readyz").statusCode()).isEqualTo(503);
    }

    @Test
    void whatIsNotStoredIsNotFetchedUnderIt() throws Exception {
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        SignedIndex.Entry stored = index.add("other", "other-1.0-py3-none-any.whl", bytes(2000));
        TestMirror mirror = mirror(index);
        TestProxy proxy = start(gracious(index, mirror));
        assertStored(proxy, stored);

        clock.advance(AN_HOUR_LATE);

        assertRefused(get(proxy, entry.path));
        assertRefused(get(proxy, "simple/demo/"));
        assertThat(head(proxy, entry.path).statusCode()).isEqualTo(424);
        assertThat(mirror.asked(entry.path)).isZero();
        assertThat(mirror.asked("simple/demo/")).isZero();
    }

    @Test
    void thatSomethingIsNotSignedIsNotConcludedFromIt() throws Exception {
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(gracious(index, mirror(index)));
        assertStored(proxy, entry);
        assertThat(get(proxy, "simple/unknown/").statusCode()).isEqualTo(404);

        clock.advance(AN_HOUR_LATE);

        assertRefused(get(proxy, "simple/unknown/"));
    }

    @Test
    void itReachesOverARestartDelegatedRolesIncluded() throws Exception {
        SignedIndex binned = expiringIn(index().inHashedBins(), "timestamp", "snapshot", "targets");
        SignedIndex.Entry entry = binned.add(PROJECT, WHEEL, BYTES);
        TestMirror signing = mirror(binned);
        TestProxy.Setup setup =
                setupSignedBy(signing, binned.publish(), mirror(binned)).withGrace(Duration.ofHours(2));
        TestProxy before = start(setup);
        assertStored(before, entry);
        before.close();
        signing.close();

        clock.advance(AN_HOUR_LATE);
        TestProxy proxy = start(setup);

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
        assertThat(field(get(proxy, entry.path), MARK)).contains("expired at 2026-01-02T00:00:00Z");
    }

    @Test
    void aDelegatedRoleThatIsNotStoredIsNotFetchedUnderIt() throws Exception {
        SignedIndex binned = expiringIn(index().inHashedBins(), "timestamp");
        SignedIndex.Entry entry = binned.add(PROJECT, WHEEL, BYTES);
        List<SignedIndex.Entry> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(binned.add("other-" + i, "other_" + i + "-1.0-py3-none-any.whl", bytes(100 + i)));
        }
        TestMirror signing = mirror(binned);
        TestProxy proxy =
                start(setupSignedBy(signing, binned.publish(), mirror(binned)).withGrace(Duration.ofHours(2)));
        assertStored(proxy, entry);
        Set<String> fetched = bins(signing);
        assertThat(fetched).isNotEmpty();

        clock.advance(AN_HOUR_LATE);

        for (SignedIndex.Entry other : others) {
            assertRefused(get(proxy, other.path));
        }
        assertThat(bins(signing)).isEqualTo(fetched);
        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(200);
    }

    private static Set<String> bins(TestMirror signing) {
        return signing.askedPaths().stream()
                .filter(path -> path.contains(".bin-"))
                .collect(Collectors.toSet());
    }

    @Test
    void aDelegatedRoleThatAloneHasExpiredMarksWhatItVouchesFor() throws Exception {
        SignedIndex binned = index().inHashedBins();
        for (int i = 0; i < 16; i++) {
            expiringIn(binned, "bin-" + Integer.toHexString(i));
        }
        SignedIndex.Entry entry = binned.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(gracious(binned, mirror(binned)));
        assertStored(proxy, entry);

        clock.advance(AN_HOUR_LATE);

        HttpResponse<byte[]> answer = get(proxy, entry.path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(field(answer, MARK)).contains("bin-");
    }

    @Test
    void whoHasTheFileIsNotToldThatItIsStillRight() throws Exception {
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(gracious(index, mirror(index)));
        assertStored(proxy, entry);
        String etag = field(get(proxy, entry.path), "ETag");
        assertThat(get(proxy, entry.path, "If-None-Match", etag).statusCode()).isEqualTo(304);

        clock.advance(AN_HOUR_LATE);

        assertThat(get(proxy, entry.path, "If-None-Match", etag).statusCode()).isEqualTo(200);
    }

    /** A first answer does not wait for the disk. */
    private void assertStored(TestProxy proxy, SignedIndex.Entry entry) throws Exception {
        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(200);
        while (!proxy.fileSources.holds(proxy.signed(entry.path))) {
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(424);
        assertThat(new String(answer.body(), UTF_8)).contains("expired at 2026-01-02T00:00:00Z");
    }
}
