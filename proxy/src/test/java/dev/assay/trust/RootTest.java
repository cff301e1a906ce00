package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.SigningKey;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;

    @Test
    void chainOfRootsIsFollowedThroughRotations() throws Exception {
        for (int i = 0; i < 3; i++) {
            repository.rotate("root");
            repository.publishRoot();
        }
        assertThat(client.refresh().root()).isEqualTo(4);
        assertThat(client.source.requests).startsWith("2.root.json", "3.root.json", "4.root.json", "5.root.json");
        assertThat(client.store.roots).containsOnlyKeys(1L, 2L, 3L, 4L);
    }

    @Test
    void rootWithoutTheOldThresholdIsRefused() {
        repository.rotate("root");
        repository.versions.put("root", 2L);
        repository.files.put("2.root.json", Envelope.sign(repository.rootModel().toJson(), repository.keys("root")));
        assertRefused(Reason.THRESHOLD, client::refresh);
    }

    @Test
    void rootWithoutItsOwnThresholdIsRefused() {
        List<SigningKey> old = repository.keys("root");
        repository.rotate("root");
        repository.versions.put("root", 2L);
        repository.files.put("2.root.json", Envelope.sign(repository.rootModel().toJson(), old));
        assertRefused(Reason.THRESHOLD, client::refresh);
    }

    @Test
    void rootThatFailedIsNeverTrustedNorStored() throws Exception {
        repository.rotate("root");
        repository.versions.put("root", 2L);
        repository.files.put("2.root.json", Envelope.sign(repository.rootModel().toJson(), repository.keys("root")));
        assertRefused(Reason.THRESHOLD, client::refresh);
        assertThat(client.store.roots).containsOnlyKeys(1L);
        assertThat(client.version("root")).isEqualTo(1);
        repository.files.remove("2.root.json");
        assertThat(client.refresh().root()).isEqualTo(1);
    }

    @Test
    void rootOfAnyVersionButTheNextIsRefused() {
        repository.publishRoot();
        repository.publishRoot();
        repository.files.put("2.root.json", repository.root(3));
        assertRefused(Reason.WRONG_VERSION, client::refresh);
        repository.files.put("2.root.json", repository.root(1));
        assertRefused(Reason.WRONG_VERSION, client::refresh);
    }

    @Test
    void expiredRootIntroducesItsSuccessor() throws Exception {
        repository.expires.put("root", NOW.minusSeconds(1));
        repository.publishRoot();
        repository.expires.remove("root");
        repository.publishRoot();
        assertThat(client.refresh().root()).isEqualTo(3);
    }

    @Test
    void expiredLastRootIsStoredAndEndsTheUpdate() {
        repository.expires.put("root", NOW);
        repository.publishRoot();
        assertRefused(Reason.EXPIRED, client::refresh);
        assertThat(client.store.roots).containsKey(2L);
        assertThat(client.store.roles).isEmpty();
        assertThat(client.source.requests).doesNotContain("timestamp.json");
    }

    @Test
    void otherFailureThanNotFoundAbortsTheUpdate() {
        client.source.unreachable.add("2.root.json");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        assertThat(client.source.requests).containsExactly("2.root.json");
    }

    @Test
    void rootsBeforeAFailureStay() {
        repository.publishRoot();
        client.source.unreachable.add("3.root.json");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        assertThat(client.store.roots).containsKey(2L);
        assertThat(client.version("root")).isEqualTo(2);
    }

    @Test
    void rotationsInOneUpdateAreBounded() throws Exception {
        TrustOptions defaults = TrustOptions.DEFAULTS;
        client.options = new TrustOptions(
                defaults.rootMaxBytes(),
                defaults.timestampMaxBytes(),
                defaults.snapshotMaxBytes(),
                defaults.targetsMaxBytes(),
                defaults.maxDelegations(),
                2,
                defaults.maxLoadedBytes(),
                defaults.schemes());
        client.open();
        for (int i = 0; i < 3; i++) {
            repository.publishRoot();
        }
        assertThat(client.refresh().root()).isEqualTo(3);
        assertThat(client.refresh().root()).isEqualTo(4);
    }

    @Test
    void targetsUnderRotatedKeysAreNotServedUntilSignedAgain() throws Exception {
        client.refresh();
        repository.rotate("targets");
        repository.publishRoot();
        assertRefused(Reason.THRESHOLD, client::refresh);
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
        repository.publish("targets");
        assertThat(client.refresh().targets()).isEqualTo(2);
    }

    @Test
    void targetsThatTheNewKeysSignedTooAreKeptWithoutAFetch() throws Exception {
        client.refresh();
        SigningKey added = TestRepository.newKey();
        repository.keys("targets").add(added);
        repository.publishRoot();
        client.source.takeRequests();
        client.refresh();
        assertThat(client.source.requests).containsExactly("2.root.json", "3.root.json", "timestamp.json");
    }

    @Test
    void restartEndingBelowTheRootFloorTrustsNothing() throws Exception {
        repository.publishRoot();
        client.refresh();
        client.store.roots.remove(2L);
        client.open();
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
    }

    @Test
    void rootsLostHereAreFetchedAgainFromThePinnedOne() throws Exception {
        repository.publishRoot();
        client.refresh();
        client.store.roots.clear();
        client.open();
        client.source.takeRequests();
        assertThat(client.refresh()).isEqualTo(new RefreshResult(true, 2, 1, 1, 1));
        assertThat(client.source.requests).containsExactly("2.root.json", "3.root.json", "timestamp.json");
    }

    @Test
    void sourceThatWithholdsRootsOnceTrustedIsRefusedWithTheRemedy() throws Exception {
        repository.publishRoot();
        client.refresh();
        client.store.roots.clear();
        repository.files.remove("2.root.json");
        client.open();
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThatThrownBy(client::refresh)
                .hasMessageContaining("expected: >= 2")
                .hasMessageContaining("pin");
        assertThat(client.store.floors.rootVersion()).isEqualTo(2);
    }

    @Test
    void damagedStoredRootIsFetchedAgain() throws Exception {
        repository.publishRoot();
        client.refresh();
        client.store.roots.put(2L, "damaged".getBytes(StandardCharsets.UTF_8));
        client.open();
        assertThat(client.refresh().root()).isEqualTo(2);
        assertThat(client.store.roots.get(2L)).isEqualTo(repository.root(2));
    }

    @Test
    void pinnedRootThatIsNotSignedIsRefused() {
        byte[] unsigned = Envelope.sign(repository.rootModel().toJson(), List.of(TestRepository.newKey()));
        assertRefused(Reason.THRESHOLD, () -> new Updater(unsigned, client.source, new FakeStore(), client.options));
    }
}
