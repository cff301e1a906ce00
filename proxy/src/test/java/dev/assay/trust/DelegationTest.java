package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonReader;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Role;
import dev.assay.tuf.SuccinctRoles;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The search for a target (TUF 5.6.7). */
class DelegationTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;

    private void publish(String... roles) throws Exception {
        List<String> all = new ArrayList<>(List.of("targets"));
        all.addAll(List.of(roles));
        repository.publish(all.toArray(String[]::new));
        client.refresh();
        client.source.takeRequests();
    }

    private String signedBy(TargetPath path) throws Exception {
        Lookup lookup = client.load(path);
        assertThat(client.find(path)).isEqualTo(lookup);
        return lookup instanceof Lookup.Signed signed ? signed.file().role() : "nobody";
    }

    private List<String> visited(String path) throws Exception {
        assertThat(client.load(new TargetPath(path))).isEqualTo(new Lookup.NotSigned());
        return client.source.takeRequests();
    }

    @Test
    void roleNotYetLoadedIsNamed() throws Exception {
        repository.delegate("targets", "a", false, "*");
        publish("a");
        assertThat(client.find(new TargetPath("x"))).isEqualTo(new Lookup.NotLoaded("a"));
    }

    @Test
    void searchIsPreOrderDepthFirstInTheOrderListed() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.delegate("a", "c", false, "*");
        repository.delegate("c", "d", false, "*");
        publish("a", "b", "c", "d");
        assertThat(visited("x")).containsExactly("1.a.json", "1.c.json", "1.d.json", "1.b.json");
    }

    @Test
    void firstRoleInOrderWins() throws Exception {
        repository.delegate("targets", "z", false, "*");
        repository.delegate("targets", "a", false, "*");
        repository.target("a", "x");
        TargetPath path = repository.target("z", "x");
        publish("a", "z");
        assertThat(signedBy(path)).isEqualTo("z");
    }

    @Test
    void delegatorWinsOverItsDelegates() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.target("a", "x");
        TargetPath path = repository.target("targets", "x");
        publish("a");
        assertThat(signedBy(path)).isEqualTo("targets");
    }

    @Test
    void terminatingDelegationEndsTheSearchOnEveryLevel() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.delegate("a", "c", true, "*");
        repository.delegate("a", "d", false, "*");
        repository.delegate("c", "e", false, "*");
        repository.target("b", "x");
        repository.target("d", "x");
        publish("a", "b", "c", "d", "e");
        assertThat(visited("x")).containsExactly("1.a.json", "1.c.json", "1.e.json");
    }

    @Test
    void terminatingDelegationOfAnotherPathEndsNothing() throws Exception {
        repository.delegate("targets", "a", true, "*.py");
        repository.delegate("targets", "b", false, "*");
        TargetPath path = repository.target("b", "x");
        publish("a", "b");
        assertThat(signedBy(path)).isEqualTo("b");
    }

    @Test
    void everyRoleOnTheWayMustBeDelegatedThePath() throws Exception {
        repository.delegate("targets", "a", false, "releases/x/*");
        repository.delegate("a", "b", false, "releases/*/*");
        TargetPath path = repository.target("b", "releases/y/file");
        publish("a", "b");
        assertThat(signedBy(path)).isEqualTo("nobody");
    }

    @Test
    void cyclesAreCut() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("a", "b", false, "*");
        repository.delegate("b", "a", false, "*");
        publish("a", "b");
        assertThat(visited("x")).containsExactly("1.a.json", "1.b.json");
    }

    @Test
    void roleReachedTwiceInOneSearchIsVisitedOnce() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        repository.delegate("a", "c", false, "*");
        repository.delegate("b", "c", false, "*");
        publish("a", "b", "c");
        assertThat(visited("x")).containsExactly("1.a.json", "1.c.json", "1.b.json");
    }

    @Test
    void roleReachedTwoWaysIsVerifiedForEachDelegator() throws Exception {
        repository.delegate("targets", "a", false, "*.a");
        repository.delegate("targets", "b", false, "*.b");
        repository.delegate("a", "c", false, "*");
        repository.publishTargets("a");
        byte[] delegatesOldKey = repository.file("1.a.json");
        repository.rotate("c");
        repository.delegate("b", "c", false, "*");
        TargetPath throughA = repository.target("c", "x.a");
        TargetPath throughB = repository.target("c", "x.b");
        publish("b", "c");
        assertThat(repository.file("1.a.json")).isEqualTo(delegatesOldKey);
        assertThat(signedBy(throughB)).isEqualTo("c");
        assertRefused(Reason.THRESHOLD, () -> client.load(throughA));
        assertThat(client.find(throughA)).isEqualTo(new Lookup.NotLoaded("c"));
    }

    @Test
    void loadedRoleServesBothDelegatorsWithoutASecondFetch() throws Exception {
        repository.delegate("targets", "a", false, "*.a");
        repository.delegate("targets", "b", false, "*.b");
        repository.delegate("a", "c", false, "*");
        repository.delegate("b", "c", false, "*");
        publish("a", "b", "c");
        visited("x.a");
        assertThat(visited("x.b")).containsExactly("1.b.json");
    }

    @Test
    void numberOfRolesVisitedIsBounded() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            names.add("r" + i);
            repository.delegate("targets", "r" + i, false, i < 32 ? "*" : "*.more");
        }
        publish(names.toArray(String[]::new));
        assertThat(visited("x")).hasSize(32);
        assertRefused(Reason.TOO_MANY_ROLES, () -> client.load(new TargetPath("x.more")));
    }

    @Test
    void roleThatCanNotBeFetchedEndsTheSearchWithAnError() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        TargetPath path = repository.target("b", "x");
        publish("a", "b");
        client.source.unreachable.add("1.a.json");
        assertThatThrownBy(() -> client.load(path)).isInstanceOf(IOException.class);
        assertThat(client.source.requests).doesNotContain("1.b.json");
    }

    @Test
    void roleThatCanNotBeVerifiedEndsTheSearchWithAnError() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.delegate("targets", "b", false, "*");
        TargetPath path = repository.target("b", "x");
        repository.publishTargets("targets");
        repository.rotate("a");
        repository.publish("a", "b");
        client.refresh();
        assertRefused(Reason.THRESHOLD, () -> client.load(path));
        assertThat(client.store.roles).doesNotContainKey("a");
    }

    @Test
    void roleThatSnapshotDoesNotListEndsTheSearchWithAnError() throws Exception {
        repository.delegate("targets", "a", false, "*");
        publish();
        assertRefused(Reason.MISSING, () -> client.find(new TargetPath("x")));
    }

    @Test
    void delegatedRoleWithAnotherHashIsRefused() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.target("a", "one");
        publish("a");
        repository.versions.put("a", 0L);
        repository.targets.remove("a");
        repository.target("a", "two");
        repository.publishTargets("a");
        assertRefused(Reason.MISMATCH, () -> client.load(new TargetPath("x")));
    }

    @Test
    void delegatedRoleOfAnotherLengthIsRefused() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.target("a", "one");
        publish("a");
        repository.versions.put("a", 0L);
        repository.targets.remove("a");
        repository.publishTargets("a");
        assertRefused(Reason.MISMATCH, () -> client.load(new TargetPath("x")));
    }

    @Test
    void delegatedRoleOfAnotherVersionIsRefused() throws Exception {
        repository.hashes = false;
        repository.delegate("targets", "a", false, "*");
        repository.publishTargets("a");
        publish("a");
        repository.files.put("2.a.json", repository.file("1.a.json"));
        assertRefused(Reason.WRONG_VERSION, () -> client.load(new TargetPath("x")));
    }

    @Test
    void delegatedThresholdCountsDistinctKeys() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.thresholds.put("a", 2L);
        publish("a");
        assertRefused(Reason.THRESHOLD, () -> client.load(new TargetPath("x")));
    }

    @Test
    void pathHashPrefixesSelectBins() throws Exception {
        TargetPath path = repository.target("bin-1", "packages/x.whl");
        String hash = Digest.of(HashAlgorithm.SHA256, path.value().getBytes(StandardCharsets.UTF_8))
                .hex();
        List<String> other = List.of(hash.startsWith("0") ? "1" : "0");
        repository.rotate("bin");
        repository.rotate("bin-0");
        repository.rotate("bin-1");
        repository.delegated.put(
                "targets",
                List.of(
                        new DelegatedRole("bin-0", new Role(List.of(), 1), false, List.of(), other),
                        new DelegatedRole(
                                "bin-1", new Role(List.of(), 1), false, List.of(), List.of(hash.substring(0, 2)))));
        publish("bin-0", "bin-1");
        assertThat(signedBy(path)).isEqualTo("bin-1");
        assertThat(client.source.requests).containsExactly("1.bin-1.json");
    }

    @Test
    void succinctBinsAreFoundByName() throws Exception {
        repository.rotate("bins");
        repository.succinct.put("targets", new SuccinctRoles(new Role(List.of(), 1), 14, "bins"));
        TargetPath path = repository.target("bins-3b1c", "requests");
        publish("bins-3b1c");
        assertThat(signedBy(path)).isEqualTo("bins-3b1c");
        assertThat(client.source.requests).containsExactly("1.bins-3b1c.json");
    }

    @Test
    void namesAreEncodedInRequests() throws Exception {
        repository.delegate("targets", "../a?b #c", false, "*");
        publish("../a?b #c");
        assertThat(visited("x")).containsExactly("1...%2Fa%3Fb%20%23c.json");
        assertThat(client.store.roles).containsKey("../a?b #c");
    }

    @Test
    void goneRoleMeansARefreshAndAnotherTry() throws Exception {
        repository.delegate("targets", "a", false, "*");
        publish("a");
        TargetPath path = repository.target("a", "x");
        repository.publish("a");
        repository.files.remove("1.a.json");
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.source.requests)
                .containsExactly("1.a.json", "2.root.json", "timestamp.json", "3.snapshot.json", "2.a.json");
    }

    @Test
    void goneRoleThatStaysGoneIsAnErrorAfterABoundedNumberOfTries() throws Exception {
        repository.delegate("targets", "a", false, "*");
        publish("a");
        repository.files.remove("1.a.json");
        assertRefused(Reason.MISSING, () -> client.load(new TargetPath("x")));
        assertThat(client.source.requests.stream().filter("1.a.json"::equals)).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void targetWithoutSupportedHashIsRefusedAndOthersAreNot() throws Exception {
        TargetPath good = repository.target("targets", "good");
        repository.publishTargets("targets");
        repository.put(
                "targets",
                JsonReader.parseObject(
                        new String(repository.file("2.targets.json"), StandardCharsets.UTF_8)
                                .replaceFirst(".*\"signed\":", "")
                                .replaceFirst(
                                        "\"targets\":\\{\"good\"",
                                        "\"targets\":{\"bad\":"
                                                + "{\"length\":1,\"hashes\":{\"md5\":\"00\"}},\"empty\":{\"length\":1,\"hashes\":{}},\"good\"")
                                .replaceFirst("\\}$", "")
                                .getBytes(StandardCharsets.UTF_8),
                        JsonReader.Numbers.INTEGERS_ONLY));
        repository.hashes = false;
        repository.entries.put("targets", new MetaFile(2, OptionalLong.empty(), List.of()));
        repository.publish();
        client.refresh();
        assertThat(client.find(good)).isInstanceOf(Lookup.Signed.class);
        assertRefused(Reason.MISMATCH, () -> client.find(new TargetPath("bad")));
        assertRefused(Reason.MISMATCH, () -> client.find(new TargetPath("empty")));
        assertThat(client.view().find(new TargetPath("none"), NOW)).isEqualTo(new Lookup.NotSigned());
    }
}
