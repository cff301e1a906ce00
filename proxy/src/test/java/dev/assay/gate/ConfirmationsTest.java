package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.simple.Confirmed;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.SuccinctRoles;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the signer has not seen at its index for longer than the limit is refused, however fresh the signatures are. */
final class ConfirmationsTest extends GateTestCase {
    private static final Duration TOO_LONG = TestProxy.MAX_UNCONFIRMED.plusMinutes(1);

    private final SignedIndex index = index();
    private final SignedIndex.Entry entry = index.add(PROJECT, WHEEL, bytes(1000));

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private TestProxy following(Confirmed confirmed) throws Exception {
        index.listCustom(confirmed.write());
        return start(setup(index.publish(), mirror(index)));
    }

    private void assertServed(TestProxy proxy) throws Exception {
        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(200);
        assertThat(get(proxy, entry.path).body()).isEqualTo(entry.bytes);
    }

    private void assertRefused(TestProxy proxy, String why) throws Exception {
        for (String path : new String[] {"simple/demo/", entry.path, entry.path + ".metadata"}) {
            HttpResponse<byte[]> answer = get(proxy, path);
            assertThat(answer.statusCode()).isEqualTo(424);
            assertThat(new String(answer.body(), UTF_8)).contains("not seen at the index lately", why);
        }
    }

    @Test
    void whatWasSeenLatelyIsServed() throws Exception {
        assertServed(following(Confirmed.at(now().minus(Duration.ofHours(47)))));
    }

    @Test
    void theAgeIsCheckedAtEveryUseOfWhatIsInMemoryToo() throws Exception {
        entry.coreMetadata = bytes(100);
        TestProxy proxy = following(Confirmed.at(now()));
        assertServed(proxy);

        clock.advance(TOO_LONG);

        assertRefused(proxy, "demo: the signer last saw its page at the index at 2026-01-01T00:00:0");
    }

    @Test
    void signingAnewDoesNotMakeAPageFresh() throws Exception {
        TestProxy proxy = following(Confirmed.at(now()));
        clock.advance(TOO_LONG);
        index.publish();
        proxy.refresh();

        assertRefused(proxy, "(expected: within 48h)");
    }

    @Test
    void seeingItAgainDoes() throws Exception {
        TestProxy proxy = following(Confirmed.at(now()));
        clock.advance(TOO_LONG);
        assertRefused(proxy, "last saw");

        index.listCustom(Confirmed.at(now()).write());
        index.publish();
        proxy.refresh();

        assertServed(proxy);
    }

    @Test
    void eachProjectHasItsOwnAge() throws Exception {
        index.add("other", "other-1.0-py3-none-any.whl", bytes(500));
        ProjectName demo = new ProjectName(PROJECT);
        TestProxy proxy = following(new Confirmed(now(), Map.of(demo, now().minus(TOO_LONG))));

        assertRefused(proxy, "demo: ");
        assertThat(get(proxy, "simple/other/").statusCode()).isEqualTo(200);
    }

    @Test
    void aTimeThatCanNotBeReadVouchesForNothing() throws Exception {
        index.listCustom(new JsonObject(Map.of(
                "confirmed-with-index",
                new JsonObject(Map.of("all", new JsonString("always"), "exceptions", JsonObject.EMPTY)))));

        assertRefused(start(setup(index.publish(), mirror(index))), "can't be read");
    }

    @Test
    void aSignerThatFollowsNoIndexIsNotHeldToIt() throws Exception {
        index.listCustom(JsonObject.EMPTY);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        clock.advance(TOO_LONG);

        assertServed(proxy);
    }

    @Test
    void holdingBackTheRoleThatSaysItHelpsNobody() throws Exception {
        SignedIndex bins = index().inSuccinctBins();
        SignedIndex.Entry file = bins.add(PROJECT, WHEEL, bytes(1000));
        bins.listCustom(Confirmed.at(now().minus(TOO_LONG)).write());
        TestMirror signing = mirror(bins.publish());
        SuccinctRoles roles = Objects.requireNonNull(bins.tuf.succinct.get("targets"));
        String saying = roles.bin(Layout.ASSAY.listPath().orElseThrow());
        signing.status("metadata/" + bins.tuf.name(saying), 404);
        TestProxy proxy = start(setupSignedBy(signing, bins, mirror(bins)));

        for (String path : new String[] {"simple/demo/", file.path}) {
            HttpResponse<byte[]> answer = get(proxy, path);
            assertThat(answer.statusCode()).isEqualTo(424);
            assertThat(new String(answer.body(), UTF_8)).contains("no file for " + saying);
        }
    }
}
