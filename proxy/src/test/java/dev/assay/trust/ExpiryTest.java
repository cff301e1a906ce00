package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryTest {
    private static final Instant SOON = NOW.plusSeconds(60);

    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;
    private final TargetPath path = repository.target("targets", "a");

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void expiredNewRoleIsRefusedAndNotStored(String role) {
        repository.expires.put(role, NOW);
        repository.publish("targets");
        assertRefused(Reason.EXPIRED, client::refresh);
        assertThat(client.store.roles).doesNotContainKey(role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void roleThatExpiresIsNotUsedFromThatMomentOn(String role) throws Exception {
        repository.expires.put(role, SOON);
        repository.publish("targets");
        client.refresh();
        assertThat(client.view().find(path, SOON.minusSeconds(1))).isInstanceOf(Lookup.Signed.class);
        assertRefused(Reason.EXPIRED, () -> client.view().find(path, SOON));
        assertRefused(Reason.EXPIRED, () -> client.view().requireCurrent(SOON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void expiredButUnchangedRoleFailsTheRefresh(String role) throws Exception {
        repository.expires.put(role, SOON);
        repository.publish("targets");
        client.refresh();
        assertRefused(Reason.EXPIRED, () -> client.updater().refresh(SOON));
    }

    @Test
    void rootThatExpiresStopsUpdatesButNotUse() throws Exception {
        repository.expires.put("root", SOON);
        repository.publishRoot();
        repository.publish("targets");
        client.refresh();
        assertRefused(Reason.EXPIRED, () -> client.updater().refresh(SOON));
        assertThat(client.view().find(path, SOON)).isInstanceOf(Lookup.Signed.class);
    }

    @Test
    void expiredTimestampStillServesRollbackChecks() throws Exception {
        byte[] first = repository.file("timestamp.json");
        repository.expires.put("timestamp", SOON);
        repository.publish("targets");
        client.refresh();
        repository.files.put("timestamp.json", first);
        client.open();
        assertRefused(Reason.ROLLBACK, () -> client.updater().refresh(SOON));
    }

    @Test
    void expiredStoredRolesDoNotHinderAnUpdate() throws Exception {
        repository.expires.put("timestamp", SOON);
        repository.expires.put("snapshot", SOON);
        repository.publish("targets");
        client.refresh();
        client.open();
        repository.expires.clear();
        repository.publish("targets");
        assertThat(client.updater().refresh(SOON)).isEqualTo(new RefreshResult(true, 1, 3, 3, 3));
    }

    @Test
    void delegatedRoleThatExpiresEndsTheSearch() throws Exception {
        repository.delegate("targets", "first", false, "*");
        repository.delegate("targets", "second", false, "*");
        TargetPath behind = repository.target("second", "b");
        repository.expires.put("first", SOON);
        repository.publish("targets", "first", "second");
        client.refresh();
        assertThat(client.load(behind)).isInstanceOf(Lookup.Signed.class);
        assertRefused(Reason.EXPIRED, () -> client.view().find(behind, SOON));
        assertRefused(Reason.EXPIRED, () -> client.updater().load(behind, SOON));
    }

    @Test
    void answerThatWasGivenBeforeHoldsUntilTheFirstRoleOnTheWayExpires() throws Exception {
        repository.delegate("targets", "first", false, "*");
        repository.delegate("targets", "second", false, "*");
        TargetPath behind = repository.target("second", "b");
        repository.expires.put("first", SOON);
        repository.publish("targets", "first", "second");
        client.refresh();
        client.load(behind);
        assertThat(client.view().find(behind, NOW)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.view().find(behind, SOON.minusNanos(1))).isInstanceOf(Lookup.Signed.class);
        assertRefused(Reason.EXPIRED, () -> client.view().find(behind, SOON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void answerThatWasGivenBeforeEndsWithEachTopLevelRole(String role) throws Exception {
        TargetPath path = repository.target("targets", "b");
        repository.expires.put(role, SOON);
        repository.publish("targets");
        client.refresh();
        assertThat(client.view().find(path, NOW)).isInstanceOf(Lookup.Signed.class);
        assertRefused(Reason.EXPIRED, () -> client.view().find(path, SOON));
    }

    @Test
    void expiredNewDelegatedRoleIsRefusedAndNotStored() throws Exception {
        repository.delegate("targets", "first", false, "*");
        repository.expires.put("first", NOW);
        repository.publish("targets", "first");
        client.refresh();
        assertRefused(Reason.EXPIRED, () -> client.load(new TargetPath("b")));
        assertThat(client.store.roles).doesNotContainKey("first");
    }
}
