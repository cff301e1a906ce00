package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the event loop may answer about a file: what a worker would, or nothing. */
final class FileInMemoryTest extends GateTestCase {
    private static final byte[] BYTES = bytes(1000);
    /** Enough to be hot, and for the store to hear of it once. */
    private static final int OFTEN = 100;

    @ParameterizedTest
    @ValueSource(strings = {"", ".metadata"})
    void itIsTheSignedFile(String suffix) throws Exception {
        for (Layout layout : List.of(Layout.ASSAY, Layout.PAGES_ONLY)) {
            SignedIndex index = new SignedIndex(layout);
            SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
            entry.coreMetadata = bytes(200);
            try (TestProxy proxy = TestProxy.start(setup(index.publish(), mirror(index)))) {
                String path = entry.path + suffix;
                assertThat(proxy.index.fileInMemory(path)).isEmpty();
                SignedFile signed = proxy.signed(path);

                assertThat(proxy.index.fileInMemory(path)).contains(signed);
            }
        }
    }

    @Test
    void aFileThatPageAndTargetDisagreeOnIsNone() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.pageSize = BYTES.length + 1L;
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(403);

        assertThat(proxy.index.fileInMemory(entry.path)).isEmpty();
    }

    @Test
    void aHotFileIsAnsweredAlikeHoweverOften() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        HttpResponse<byte[]> first = get(proxy, entry.path);

        for (int i = 0; i < OFTEN; i++) {
            HttpResponse<byte[]> again = get(proxy, entry.path);
            assertThat(again.body()).isEqualTo(BYTES);
            for (String name : List.of("ETag", "Cache-Control", "Content-Type", "Accept-Ranges", "Content-Length")) {
                assertThat(field(again, name)).isEqualTo(field(first, name));
            }
        }
        assertThat(get(proxy, entry.path, "Range", "bytes=1-2").statusCode()).isEqualTo(206);
        assertThat(get(proxy, entry.path, "If-None-Match", field(first, "ETag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void aHotFileIsWithheldWhenItIsSignedNoMore() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        askOften(proxy, entry);

        index.remove(PROJECT);
        index.publish();
        proxy.refresh();

        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(410);
    }

    @Test
    void aHotFileIsWithheldWhenItsMetadataHasExpired() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        askOften(proxy, entry);

        clock.advance(Duration.ofDays(400));

        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(424);
    }

    private void askOften(TestProxy proxy, SignedIndex.Entry entry) throws Exception {
        for (int i = 0; i < OFTEN; i++) {
            assertThat(get(proxy, entry.path).statusCode()).isEqualTo(200);
        }
        assertThat(proxy.index.fileInMemory(entry.path)).isPresent();
    }
}
