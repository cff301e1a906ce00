package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Where a page may come from, and what becomes of one that does not come. */
final class ProjectPagesTest extends GateTestCase {
    private final SignedIndex index = index();
    private final SignedIndex.Entry entry = index.add(PROJECT, WHEEL, bytes(1000));

    @Test
    void twoProjectsWhosePagesAreTheSameBytesKeepTheirNames() throws Exception {
        index.rawPage(PROJECT, "<!DOCTYPE html><html><body></body></html>");
        index.rawPage("other", "<!DOCTYPE html><html><body></body></html>");
        TestProxy proxy = start(setup(index.publish()));
        get(proxy, "simple/demo/");

        assertThat(text(get(proxy, "simple/other/"))).contains("other").doesNotContain("demo");
    }

    @Test
    void aMirrorsPageIsAsGoodWhenItIsByteForByteTheSigned() throws Exception {
        index.publish();
        TestMirror signing = mirror(index);
        TestMirror mirror = mirror(index);
        String place = pagePlace();
        byte[] page = index.content("/" + place).orElseThrow();
        signing.status(place, 500);
        mirror.put("simple/demo/", page);
        TestProxy proxy = start(setupSignedBy(signing, index, mirror));

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL);
    }

    @Test
    void aMirrorsPageThatDiffersIsNotServedAndNoEvidence() throws Exception {
        index.publish();
        TestMirror signing = mirror(index);
        TestMirror mirror = mirror(index);
        String place = pagePlace();
        signing.status(place, 500);
        mirror.put("simple/demo/", flipped(index.content("/" + place).orElseThrow()));
        TestProxy proxy = start(setupSignedBy(signing, index, mirror));

        HttpResponse<byte[]> answer = get(proxy, "simple/demo/");

        assertThat(answer.statusCode()).isEqualTo(424);
        assertThat(text(answer)).contains("another page than the signed one");
    }

    @Test
    void aListOfProjectsThatNobodySignedIsNotInvented() throws Exception {
        TestProxy proxy = start(setup(index.publish()));

        assertThat(get(proxy, "simple/").statusCode()).isEqualTo(404);
    }

    @Test
    void aMirrorsListThatDiffersFromTheSignedIsNotServed() throws Exception {
        index.list("{\"meta\":{\"api-version\":\"1.4\"},\"projects\":[{\"name\":\"demo\"}]}");
        index.publish();
        TestMirror signing = mirror(index);
        TestMirror mirror = mirror(index);
        signing.status(index.listPlace(), 500);
        mirror.put("simple/", "{\"meta\":{\"api-version\":\"1.4\"},\"projects\":[]}".getBytes(UTF_8));
        TestProxy proxy = start(setupSignedBy(signing, index, mirror));

        assertThat(get(proxy, "simple/").statusCode()).isEqualTo(424);
    }

    @Test
    void aPageThatDoesNotComeByTheDeadlineIsATimeout() throws Exception {
        index.publish();
        TestMirror signing = mirror(index);
        TestMirror.Held held =
                signing.hold(pagePlace(), index.content("/" + pagePlace()).orElseThrow(), 1);
        TestProxy proxy = start(setupSignedBy(signing, index, mirror(index)));

        assertThat(proxy.page("unknown", proxy.in(TestProxy.PATIENT)).is(Outcome.Reason.NOT_FOUND))
                .isTrue();

        Outcome<VerifiedPage> late = proxy.page(PROJECT, proxy.in(TestProxy.IMPATIENT));
        held.release();

        assertThat(late.is(Outcome.Reason.TIMEOUT)).isTrue();
        assertThat(proxy.page(PROJECT, proxy.in(TestProxy.PATIENT))).isInstanceOf(Outcome.Found.class);
    }

    @Test
    void aSignedPageThatCanNotBeReadIsRefused() throws Exception {
        index.rawPage(PROJECT, "{\"meta\":{\"api-version\":\"2.0\"},\"name\":\"demo\",\"files\":[]}");
        TestProxy proxy = start(setup(index.publish()));

        HttpResponse<byte[]> answer = get(proxy, "simple/demo/");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(text(answer)).contains("malformed");
    }

    @Test
    void aPageIsFetchedOnceForAllWhoAskForIt() throws Exception {
        index.publish();
        TestMirror signing = mirror(index);
        TestProxy proxy = start(setupSignedBy(signing, index, mirror(index)));

        get(proxy, "simple/demo/");
        get(proxy, "simple/demo/", "Accept", "application/vnd.pypi.simple.v1+json");
        get(proxy, entry.path);

        assertThat(signing.asked(pagePlace())).isEqualTo(1);
    }

    @Test
    void aSignedPageLongerThanTheCapIsNotFetched() throws Exception {
        index.rawPage(PROJECT, " ".repeat((1 << 20) + 1));
        index.publish();
        TestMirror signing = mirror(index);
        TestProxy proxy = start(setupSignedBy(signing, index, mirror(index)));

        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(424);
        assertThat(signing.asked(pagePlace())).isZero();
    }

    @Test
    void metadataOfAFileIsAdvertisedOnlyWhereItCanBeVerified() throws Exception {
        entry.coreMetadata = bytes(10);
        index.add(PROJECT, "demo-2.0-py3-none-any.whl", bytes(1001));
        TestProxy proxy = start(setup(index.publish()));

        assertThat(text(get(proxy, "simple/demo/")).lines().filter(line -> line.contains("data-core-metadata")))
                .hasSize(1);
    }

    /** Where the signing repository keeps the page, without a leading slash. */
    private String pagePlace() {
        return index.pagePlace(PROJECT);
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }
}
