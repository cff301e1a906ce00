package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.SigningKey;
import dev.assay.encoding.CanonicalJson;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.Key;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Role;
import dev.assay.tuf.Root;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.TestRepository;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that other TUF clients broke and that no other test here is about; {@link RulesTest} says where the rest is. */
class KnownMistakesTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;

    @ParameterizedTest
    @ValueSource(strings = {"2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"})
    void fileThatIsNoJsonIsRefusedAndLeavesTheOldViewInForce(String file) throws Exception {
        client.refresh();
        repository.hashes = false;
        repository.publish("targets");
        repository.files.put(file, new byte[] {'{', '"'});
        assertRefused(Reason.MALFORMED, client::refresh);
        client.view().requireCurrent(TestRepository.NOW);
        assertThat(client.version("targets")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "targets"})
    void roleWithAnotherHashIsRefusedAndNotStored(String role) {
        spoilLastDigit(repository.name(role));
        assertRefused(Reason.MISMATCH, client::refresh);
        assertThat(client.store.roles).doesNotContainKey(role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "targets"})
    void roleOfAnotherVersionIsRefusedAndNotStored(String role) {
        repository.hashes = false;
        byte[] first = repository.file(repository.name(role));
        repository.publish("targets");
        repository.files.put(repository.name(role), first);
        assertRefused(Reason.WRONG_VERSION, client::refresh);
        assertThat(client.store.roles).doesNotContainKey(role);
    }

    /** The last hex digit of a signature: the file has the signed length and is JSON all the same. */
    private void spoilLastDigit(String file) {
        byte[] bytes = repository.file(file).clone();
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.indexOf("\"}]") - 1;
        bytes[last] = (byte) (bytes[last] == '0' ? '1' : '0');
        repository.files.put(file, bytes);
    }

    /** One key for every role is allowed, so only {@code _type} tells their files apart. */
    @ParameterizedTest
    @CsvSource({
        "timestamp.json, 1.snapshot.json",
        "1.snapshot.json, timestamp.json",
        "1.targets.json, 1.snapshot.json",
        "2.root.json, timestamp.json"
    })
    void fileOfAnotherTypeIsRefusedThoughTheKeyIsTheSame(String file, String from) throws Exception {
        SigningKey only = TestRepository.newKey();
        for (String role : Root.TOP_LEVEL) {
            repository.keys(role).clear();
            repository.keys(role).add(only);
        }
        repository.hashes = false;
        repository.versions.clear();
        repository.publishRoot();
        byte[] pinned = repository.root(1);
        repository.publish("targets");
        Updater updater = new Updater(pinned, client.source, new FakeStore(), client.options);
        updater.refresh(TestRepository.NOW);
        repository.files.put(file, repository.file(from));
        Updater next = new Updater(pinned, client.source, new FakeStore(), client.options);
        assertRefused(Reason.MALFORMED, () -> next.refresh(TestRepository.NOW));
    }

    @Test
    void snapshotThatDoesNotListTargetsIsAnErrorAndNotAnEmptyRepository() throws Exception {
        repository.entries.clear();
        repository.publish();
        assertRefused(Reason.MISSING, client::refresh);
        assertRefused(Reason.MISSING, () -> client.find(new TargetPath("x")));
    }

    @Test
    void thresholdAboveTheKeysOfOneRoleStopsThatRoleOnly() throws Exception {
        repository.thresholds.put("timestamp", 2L);
        repository.publishRoot();
        assertRefused(Reason.THRESHOLD, client::refresh);
        assertThat(client.version("root")).isEqualTo(2);
        repository.thresholds.put("timestamp", 1L);
        repository.publishRoot();
        assertThat(client.refresh().root()).isEqualTo(3);
    }

    @Test
    void keyidBelongsToTheFileThatListsIt() throws Exception {
        repository.delegate("targets", "a", false, "*");
        TargetPath path = repository.target("a", "x");
        String keyid = Key.of(repository.keys("a").get(0).publicKey()).id();
        repository.versions.put("root", 2L);
        Root root = repository.rootModel();
        Map<String, Key> keys = new LinkedHashMap<>(root.keys());
        keys.put(keyid, Key.of(TestRepository.newKey().publicKey()));
        Root next = new Root(2, root.expires(), true, keys, root.roles());
        repository.files.put("2.root.json", Envelope.sign(next.toJson(), repository.keys("root")));
        repository.publish("targets", "a");
        assertThat(client.refresh().root()).isEqualTo(2);
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
    }

    @Test
    void keyidsNeedNotBeHashes() throws Exception {
        SigningKey key = TestRepository.newKey();
        TargetPath path =
                delegateTo(new Role(List.of("the key of a"), 1), Map.of("the key of a", Key.of(key.publicKey())));
        putSigned("the key of a", key);
        client.refresh();
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
    }

    @Test
    void oneKeyUnderTwoKeyidsCountsOnceInADelegatedRole() throws Exception {
        SigningKey key = TestRepository.newKey();
        Key listed = Key.of(key.publicKey());
        TargetPath path = delegateTo(new Role(List.of("1", "2"), 2), Map.of("1", listed, "2", listed));
        putSigned("1", key, "2", key);
        client.refresh();
        assertRefused(Reason.THRESHOLD, () -> client.load(path));
    }

    @Test
    void signatureRepeatedInADelegatedRoleIsRefused() throws Exception {
        SigningKey key = TestRepository.newKey();
        TargetPath path = delegateTo(
                new Role(List.of("1", "2"), 2),
                Map.of(
                        "1",
                        Key.of(key.publicKey()),
                        "2",
                        Key.of(TestRepository.newKey().publicKey())));
        putSigned("1", key, "1", key);
        client.refresh();
        assertRefused(Reason.MALFORMED, () -> client.load(path));
    }

    /** Targets delegates everything to a role {@code a} whose file carries no length and hash in snapshot. */
    private TargetPath delegateTo(Role role, Map<String, Key> keys) {
        DelegatedRole delegated = new DelegatedRole("a", role, true, List.of("*"), List.of());
        repository.versions.put("targets", 2L);
        Targets targets =
                new Targets(2, TestRepository.LATER, Map.of(), Optional.of(Delegations.to(keys, List.of(delegated))));
        repository.put("targets", targets.toJson());
        TargetPath path = repository.target("a", "x");
        repository.versions.put("a", 1L);
        MetaFile versionOnly = new MetaFile(1, OptionalLong.empty(), List.of());
        repository.entries.put("a", versionOnly);
        repository.entries.put("targets", new MetaFile(2, OptionalLong.empty(), List.of()));
        repository.publish();
        return path;
    }

    private void putSigned(Object... keyidsAndKeys) {
        JsonObject signed = repository.targetsModel("a").toJson();
        List<JsonValue> signatures = new ArrayList<>();
        for (int i = 0; i < keyidsAndKeys.length; i += 2) {
            byte[] signature = ((SigningKey) keyidsAndKeys[i + 1]).sign(CanonicalJson.encode(signed));
            signatures.add(new JsonObject(Map.of(
                    "keyid", new JsonString((String) keyidsAndKeys[i]),
                    "sig", new JsonString(HexFormat.of().formatHex(signature)))));
        }
        repository.files.put(
                "1.a.json",
                JsonWriter.write(new JsonObject(Map.of("signatures", new JsonArray(signatures), "signed", signed))));
    }

    /** Verified over what was received: a model that forgets a member would make another canonical form. */
    @Test
    void memberThatNobodyKnowsIsPartOfWhatIsSigned() throws Exception {
        Map<String, JsonValue> members =
                new LinkedHashMap<>(repository.targetsModel("targets").toJson().members());
        members.put("x-unknown", JsonInteger.of(1));
        repository.hashes = false;
        repository.put("targets", new JsonObject(members));
        repository.entries.put("targets", new MetaFile(1, OptionalLong.empty(), List.of()));
        repository.publish();
        assertThat(client.refresh().targets()).isEqualTo(1);
        byte[] stored = client.store.roles.getOrDefault("targets", new byte[0]);
        assertThat(Arrays.equals(stored, repository.file("1.targets.json"))).isTrue();
    }

    @Test
    void roleOnTheWayThatIsMalformedEndsTheSearchThoughALaterOneSignsThePath() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        TargetPath path = repository.target("b", "x");
        repository.hashes = false;
        repository.publish("targets", "a", "b");
        client.refresh();
        repository.files.put("1.a.json", new byte[] {'n', 'u', 'l', 'l'});
        assertRefused(Reason.MALFORMED, () -> client.load(path));
    }
}
