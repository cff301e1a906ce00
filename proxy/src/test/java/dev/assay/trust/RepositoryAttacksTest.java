package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PEP 458, appendix A: what somebody can do who answers in the repository's stead and holds no key. The rows that are about
 * transfers, not metadata, are tested where transfers are made: slow retrieval in {@code upstream.DownloadTest}, malicious mirrors
 * that keep others' updates away in {@code app.LyingMirrorsTest}. The row on key compromises is {@link KeyCompromiseTest}.
 */
class RepositoryAttacksTest {
    private final Compromised scene = new Compromised();
    private final TestRepository repository = scene.repository;
    private final TestClient client = scene.client;
    private final Map<String, byte[]> before = new TreeMap<>(repository.files);

    @BeforeEach
    void clientHasSeenAnUpdate() throws Exception {
        client.refresh();
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("older");
        scene.update("newer");
        client.refresh();
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
    }

    @Test
    void arbitrarySoftwareInstallationIsRefused() throws Exception {
        scene.seize(Set.of());
        assertRefused(Reason.THRESHOLD, () -> scene.maliciousUpdate(Set.copyOf(Compromised.ROLES)));
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
    }

    @Test
    void rollbackOfTheWholeRepositoryIsRefused() throws Exception {
        repository.files.putAll(before);
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
        client.open();
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
    }

    @Test
    void freezeIsNoticedWhenTimestampExpires() throws Exception {
        assertThat(scene.content(scene.victim, Compromised.WHEN_TIMESTAMP_ENDS.minusSeconds(1)))
                .isEqualTo("newer");
        assertRefused(Reason.EXPIRED, () -> client.updater().refresh(Compromised.WHEN_TIMESTAMP_ENDS));
        assertRefused(Reason.EXPIRED, () -> scene.content(scene.victim, Compromised.WHEN_TIMESTAMP_ENDS));
    }

    @ParameterizedTest
    @CsvSource({"3.root.json,TOO_LARGE", "timestamp.json,TOO_LARGE", "snapshot,MISMATCH", "targets,MISMATCH"})
    void endlessDataIsCutAtTheCapOrTheSignedLengthOfEachRole(String role, Reason reason) throws Exception {
        repository.publishRoot();
        scene.update("older");
        String file = role.contains(".") ? role : repository.name(role);
        MetadataSource endless = (name, maxBytes) ->
                name.equals(file) ? Optional.of(new byte[(int) maxBytes + 1]) : client.source.fetch(name, maxBytes);
        Updater updater = new Updater(client.pinnedRoot, endless, client.store, client.options);
        assertRefused(reason, () -> updater.refresh(NOW));
    }

    @Test
    void endlessDataIsCutAtTheSignedLengthOfADelegatedRole() throws Exception {
        MetadataSource endless = (name, maxBytes) -> name.endsWith("bin-0.json")
                ? Optional.of(new byte[(int) maxBytes + 1])
                : client.source.fetch(name, maxBytes);
        Updater updater = new Updater(client.pinnedRoot, endless, new FakeStore(), client.options);
        updater.refresh(NOW);
        assertRefused(Reason.MISMATCH, () -> updater.load(scene.victim, NOW));
    }

    @Test
    void retrievalThatIsGivenUpLeavesTheOldSetInForceUntilItExpires() throws Exception {
        client.source.unreachable.add("timestamp.json");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
        assertRefused(Reason.EXPIRED, () -> scene.content(scene.victim, Compromised.WHEN_TIMESTAMP_ENDS));
    }

    /** What a package depends on is told by bytes that are signed: nobody on the way can add to them. */
    @Test
    void extraneousDependencyInSignedMetadataIsRefused() throws Exception {
        scene.update("older");
        String name = repository.name("bin-0");
        String file = new String(repository.file(name), StandardCharsets.UTF_8);
        String more = file.replace("\"length\":5", "\"length\":6");
        assertThat(more).isNotEqualTo(file).hasSameSizeAs(file);
        repository.files.put(name, more.getBytes(StandardCharsets.UTF_8));
        client.refresh();
        assertRefused(Reason.MISMATCH, () -> client.load(scene.victim));
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "targets", "bins", "bin-0"})
    void olderRoleAmongNewerOnesIsRefused(String role) {
        String old = repository.version(role) + "." + role + ".json";
        byte[] oldBytes = repository.file(old);
        scene.update("older");
        repository.files.put(repository.name(role), oldBytes);
        assertRefused(Reason.MISMATCH, () -> {
            client.refresh();
            client.load(scene.victim);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "targets", "bins", "bin-0"})
    void olderRoleAmongNewerOnesIsRefusedWhereVersionsAloneAreSigned(String role) throws Exception {
        repository.hashes = false;
        String old = repository.version(role) + "." + role + ".json";
        byte[] oldBytes = repository.file(old);
        scene.update("older");
        repository.files.put(repository.name(role), oldBytes);
        assertRefused(Reason.WRONG_VERSION, () -> {
            client.refresh();
            client.load(scene.victim);
        });
    }

    @Test
    void trustedFileOfAnotherNameIsNotWhatIsSigned() throws Exception {
        scene.sign("bin-1", scene.other, "wrong");
        repository.publish("bin-1");
        client.refresh();
        Lookup wanted = client.load(scene.victim);
        Lookup served = client.load(scene.other);
        assertThat(((Lookup.Signed) wanted).file().digests())
                .doesNotContainAnyElementsOf(((Lookup.Signed) served).file().digests());
    }

    @Test
    void roleServedUnderTheNameOfAnotherIsRefusedThoughBothHaveTheSameKeys() throws Exception {
        client.store.roles.clear();
        scene.update("older");
        repository.files.put(repository.name("bin-0"), repository.file(repository.name("bin-1")));
        client.refresh();
        assertRefused(Reason.MISMATCH, () -> client.load(scene.victim));
    }
}
