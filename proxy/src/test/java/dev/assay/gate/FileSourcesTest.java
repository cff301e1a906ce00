package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which mirror is asked, what is remembered of it, and what becomes of a file when the disk is full. */
final class FileSourcesTest extends GateTestCase {
    private static final byte[] BYTES = bytes(1000);
    private static final byte[] LARGE = bytes((16 << 20) + 1);

    private final SignedIndex index = index();
    private final SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);

    @Test
    void whereEveryMirrorServedWrongBytesTheSecondRefusalAsksNone() throws Exception {
        TestMirror mirror = mirror(index.publish());
        mirror.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, mirror));

        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(403);
        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(403);
        assertThat(mirror.asked(entry.path)).isEqualTo(1);
    }

    @Test
    void wrongBytesFromOneMirrorDoNotStandInTheWayOfTheNext() throws Exception {
        index.publish();
        TestMirror liar = mirror(index);
        liar.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, liar, mirror(index)));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 429, 500, 503})
    void aMirrorThatDoesNotServeItIsPassedOver(int status) throws Exception {
        index.publish();
        TestMirror without = mirror(index);
        without.status(entry.path, status);
        TestProxy proxy = start(setup(index, without, mirror(index)));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @Test
    void lagIsNoVerdict() throws Exception {
        TestMirror mirror = mirror(index.publish());
        mirror.status(entry.path, 404);
        TestProxy proxy = start(setup(index, mirror));

        HttpResponse<byte[]> lacking = get(proxy, entry.path);

        assertThat(lacking.statusCode()).isEqualTo(502);
        assertThat(field(lacking, "Retry-After")).isNotEmpty();
        assertThat(proxy.fileSources.unanimousVerdict(proxy.signed(entry.path))).isEmpty();
    }

    @Test
    void whatIsStoredIsServedWithoutAskingAnyMirror() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));
        get(proxy, entry.path);
        mirror.close();

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @Test
    void whatHasRottedIsFetchedAgainThoughNobodyAsks() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));
        get(proxy, entry.path);
        awaitNothingStaged(proxy);
        List<Digest> digests = proxy.signed(entry.path).digests();
        proxy.store.blobs().forget(digests.get(0));

        RottenFiles rotten = new RottenFiles(proxy.store, proxy.index, proxy.distributions, proxy.workers, proxy.clock);
        rotten.replace(digests);
        while (!proxy.fileSources.holds(proxy.signed(entry.path))) {
            Thread.onSpinWait();
        }

        assertThat(mirror.askedForFiles()).isEqualTo(2);
    }

    @Test
    void onAFullDiskASmallFileIsVerifiedInMemory() throws Exception {
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror).onFullDisk());

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
        assertThat(get(proxy, entry.path, "Range", "bytes=0-9").body()).hasSize(10);
        assertThat(mirror.asked(entry.path)).isEqualTo(1);
    }

    @Test
    void onAFullDiskASmallFileOfWrongBytesIsRefusedAlike() throws Exception {
        TestMirror mirror = mirror(index.publish());
        mirror.put(entry.path, flipped(BYTES));
        TestProxy proxy = start(setup(index, mirror).onFullDisk());

        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(403);
    }

    @Test
    void onADiskThatTakesNoWritesASmallFileIsVerifiedInMemoryToo() throws Exception {
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        Files.delete(data().resolve("staging"));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @Test
    void onAFullDiskALargeFileGoesOutAtOnceButForItsTail() throws Exception {
        SignedIndex.Entry large = large();
        TestMirror mirror = mirror(index.publish());
        TestMirror.Held held = mirror.hold(large.path, LARGE, LARGE.length - 1);
        TestProxy proxy = start(setup(index, mirror).onFullDisk());

        HttpResponse<InputStream> answer = open(proxy, large.path);
        byte[] flowed = answer.body().readNBytes(LARGE.length - TestProxy.TAIL);
        HttpResponse<byte[]> second = get(proxy, large.path);
        held.release();
        byte[] tail = answer.body().readAllBytes();

        assertThat(flowed).isEqualTo(Arrays.copyOf(LARGE, LARGE.length - TestProxy.TAIL));
        assertThat(tail).isEqualTo(Arrays.copyOfRange(LARGE, LARGE.length - TestProxy.TAIL, LARGE.length));
        assertThat(second.statusCode()).as("for another client meanwhile").isEqualTo(503);
        assertThat(field(second, "Retry-After")).isNotEmpty();
    }

    @Test
    void onAFullDiskALargeFileOfWrongBytesIsCutBeforeItsTail() throws Exception {
        SignedIndex.Entry large = large();
        TestMirror mirror = mirror(index.publish());
        mirror.put(large.path, flipped(LARGE));
        TestProxy proxy = start(setup(index, mirror).onFullDisk());

        try (InputStream body = open(proxy, large.path).body()) {
            ByteArrayOutputStream flowed = new ByteArrayOutputStream();
            assertThatThrownBy(() -> body.transferTo(flowed)).isInstanceOf(IOException.class);
            assertThat(flowed.size()).isLessThanOrEqualTo(LARGE.length - TestProxy.TAIL);
        }
    }

    @Test
    void onAFullDiskStrictDeliveryHasNoLargeFileNow() throws Exception {
        SignedIndex.Entry large = large();
        TestProxy proxy = start(setup(index.publish(), mirror(index))
                .impatient(GateOptions.Delivery.STRICT)
                .onFullDisk());

        HttpResponse<byte[]> answer = get(proxy, large.path);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(field(answer, "Retry-After")).isNotEmpty();
    }

    private SignedIndex.Entry large() {
        return index.add(PROJECT, "demo-2.0-py3-none-any.whl", LARGE);
    }
}
