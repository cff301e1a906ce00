package dev.assay.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Delegated roles in memory: how they come, stay and go. */
class LoadTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;
    private final TargetPath path = repository.target("a", "x");

    @BeforeEach
    void oneDelegation() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.publish("targets", "a");
        client.refresh();
        client.load(path);
        client.source.takeRequests();
    }

    @Test
    void loadedRoleNeedsNoFurtherRequest() throws Exception {
        client.load(path);
        assertThat(client.source.requests).isEmpty();
    }

    @Test
    void storedRoleIsVerifiedAgainAndNeedsNoRequestAfterRestart() throws Exception {
        client.open();
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.source.requests).isEmpty();
    }

    @Test
    void storedRoleIsRecalledWithoutARequest() throws Exception {
        Updater updater = client.open();
        assertThat(updater.recall(updater.view(), path, TestRepository.NOW)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.source.requests).isEmpty();
    }

    @Test
    void roleThatIsNotStoredIsNotFetchedToBeRecalled() {
        client.store.roles.remove("a");
        Updater updater = client.open();
        assertThatThrownBy(() -> updater.recall(updater.view(), path, TestRepository.NOW))
                .isInstanceOf(InvalidMetadataException.class);
        assertThat(client.source.requests).isEmpty();
        assertThat(client.store.roles).doesNotContainKey("a");
    }

    @Test
    void damagedStoredRoleIsFetchedAgain() throws Exception {
        client.store.roles.put("a", new byte[100]);
        client.open();
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.source.requests).containsExactly("1.a.json");
        assertThat(client.store.roles.get("a")).isEqualTo(repository.file("1.a.json"));
    }

    @Test
    void unchangedRoleIsCarriedOverARefresh() throws Exception {
        repository.publish("targets");
        client.refresh();
        assertThat(client.find(path)).isInstanceOf(Lookup.Signed.class);
    }

    @Test
    void roleWithANewVersionIsDroppedByARefresh() throws Exception {
        repository.publish("a");
        client.refresh();
        assertThat(client.find(path)).isEqualTo(new Lookup.NotLoaded("a"));
    }

    @Test
    void roleWhoseDelegatorNamesOtherKeysIsDroppedByARefresh() throws Exception {
        repository.rotate("a");
        repository.publish("targets");
        client.refresh();
        assertThat(client.find(path)).isEqualTo(new Lookup.NotLoaded("a"));
    }

    @Test
    void roleWhoseDelegatorRaisesTheThresholdIsDroppedByARefresh() throws Exception {
        repository.thresholds.put("a", 2L);
        repository.publish("targets");
        client.refresh();
        assertThat(client.find(path)).isEqualTo(new Lookup.NotLoaded("a"));
    }

    @Test
    void loadThatBeganUnderAnOlderSnapshotIsNotUsedByTheNewView() throws Exception {
        repository.publish("a");
        client.refresh();
        repository.targets.remove("a");
        client.source.beforeFetch = () -> {
            client.source.beforeFetch = () -> {};
            repository.publish("a");
            refreshElsewhere();
        };
        assertThat(client.load(path)).isEqualTo(new Lookup.NotSigned());
        assertThat(client.find(path)).isEqualTo(new Lookup.NotSigned());
    }

    private void refreshElsewhere() {
        try {
            client.refresh();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void memoryIsBoundedByBytesAndLoadAnswersAllTheSame() throws Exception {
        TrustOptions defaults = TrustOptions.DEFAULTS;
        client.options = new TrustOptions(
                defaults.rootMaxBytes(),
                defaults.timestampMaxBytes(),
                defaults.snapshotMaxBytes(),
                defaults.targetsMaxBytes(),
                defaults.maxDelegations(),
                defaults.maxRootRotations(),
                10,
                defaults.schemes());
        client.open();
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.find(path)).isEqualTo(new Lookup.NotLoaded("a"));
        assertThat(client.updater().dropped()).isEqualTo(1);
    }

    /** The second loader starts within the first one's fetch, and gets as far as it can. */
    @Test
    void concurrentLoadsOfOneRoleFetchItOnce() throws Exception {
        repository.publish("a");
        client.refresh();
        client.source.takeRequests();
        CompletableFuture<Lookup> answer = new CompletableFuture<>();
        Thread second = new Thread(() -> answer.complete(loadElsewhere()));
        client.source.beforeFetch = () -> {
            client.source.beforeFetch = () -> {};
            second.start();
            while (second.getState() != Thread.State.BLOCKED && second.isAlive()) {
                Thread.onSpinWait();
            }
        };
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
        assertThat(answer.get(10, TimeUnit.SECONDS)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.source.requests).containsExactly("2.a.json");
    }

    private Lookup loadElsewhere() {
        try {
            return client.load(path);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void viewNamesTheRolesInForce() {
        assertThat(client.view().roles())
                .extracting(TrustedView.RoleState::role)
                .containsExactly("root", "timestamp", "snapshot", "targets", "a");
    }
}
