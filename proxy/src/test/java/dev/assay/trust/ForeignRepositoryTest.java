package dev.assay.trust;

import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonReader.Numbers;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.tuf.ForeignRepository;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What other software signed is accepted as that software meant it, and refused when anything of it was changed. */
class ForeignRepositoryTest {
    private static final int FLIPS = 50;
    private static final String ALL = "dev.assay.tuf.ForeignRepository#all";

    /** What a client makes of these files that begins with root 1: the role that signs each path, empty for none. */
    private static Map<String, String> outcome(
            ForeignRepository repository, Map<String, byte[]> files, Set<String> asked) throws Exception {
        MetadataSource source = (name, maxBytes) -> {
            asked.add(name);
            return Optional.ofNullable(files.get(name));
        };
        byte[] pinned = files.getOrDefault("1.root.json", new byte[0]);
        Updater updater = new Updater(pinned, source, new FakeStore(), TrustOptions.DEFAULTS);
        updater.refresh(NOW);
        Map<String, String> roles = new TreeMap<>();
        for (String path : expected(repository).keySet()) {
            Lookup found = updater.load(new TargetPath(path), NOW);
            roles.put(
                    path, found instanceof Lookup.Signed signed ? signed.file().role() : "");
        }
        return roles;
    }

    private static Map<String, String> outcome(ForeignRepository repository, Map<String, byte[]> files)
            throws Exception {
        return outcome(repository, files, new HashSet<>());
    }

    private static Map<String, String> expected(ForeignRepository repository) throws Exception {
        Map<String, String> roles = new TreeMap<>();
        repository
                .expected()
                .object("found")
                .members()
                .forEach((path, role) -> roles.put(path, ((JsonString) role).value()));
        for (JsonValue path : repository.expected().array("absent")) {
            roles.put(((JsonString) path).value(), "");
        }
        return roles;
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void everyTopLevelRoleIsAccepted(ForeignRepository repository) throws Exception {
        JsonObject versions = repository.expected();
        FakeSource source = new FakeSource(repository.files());
        Updater updater = new Updater(repository.pinnedRoot(), source, new FakeStore(), TrustOptions.DEFAULTS);
        assertThat(updater.refresh(NOW))
                .isEqualTo(new RefreshResult(
                        true,
                        versions.integer("root"),
                        versions.integer("timestamp"),
                        versions.integer("snapshot"),
                        versions.integer("targets")));
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void everyTargetIsFoundInTheRoleThatSignsItAndNoOther(ForeignRepository repository) throws Exception {
        assertThat(outcome(repository, repository.files())).isEqualTo(expected(repository));
    }

    /** The script that made those of python-tuf, run by the python-tuf that is here, with new keys. */
    @Test
    void whatPythonTufMakesNowIsAcceptedToo(@TempDir Path folder) throws Exception {
        String python = System.getenv().getOrDefault("ASSAY_TESTS_PYTHON_TUF", "");
        assumeTrue(!python.isEmpty(), "ASSAY_TESTS_PYTHON_TUF names no Python with python-tuf");
        Process author = new ProcessBuilder(python, "src/test/interop/author.py", folder.toString())
                .inheritIO()
                .start();
        assertThat(author.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(author.exitValue()).isZero();

        List<ForeignRepository> made = ForeignRepository.in(folder).toList();

        assertThat(made).hasSize(4);
        for (ForeignRepository repository : made) {
            assertThat(outcome(repository, repository.files()))
                    .as(repository.name())
                    .isEqualTo(expected(repository));
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void oneSignatureLessIsRefused(ForeignRepository repository) throws Exception {
        for (String file : visited(repository)) {
            JsonObject json = JsonReader.parseObject(repository.file(file), Numbers.INTEGERS_ONLY);
            List<JsonValue> signatures = json.array("signatures");
            for (int i = 0; i < signatures.size(); i++) {
                List<JsonValue> fewer = new ArrayList<>(signatures);
                fewer.remove(i);
                assertRefused(repository, file, with(json, "signatures", new JsonArray(fewer)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void everySignedMemberThatIsChangedIsRefused(ForeignRepository repository) throws Exception {
        for (String file : visited(repository)) {
            JsonObject json = JsonReader.parseObject(repository.file(file), Numbers.INTEGERS_ONLY);
            JsonObject signed = json.object("signed");
            for (String member : signed.members().keySet()) {
                Map<String, JsonValue> fewer = new LinkedHashMap<>(signed.members());
                fewer.remove(member);
                assertRefused(repository, file, with(json, "signed", new JsonObject(fewer)));
            }
            assertRefused(repository, file, with(json, "signed", with(signed, "version", JsonInteger.of(99))));
            assertRefused(repository, file, with(json, "signed", with(signed, "added", new JsonString("x"))));
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void flippedByteIsRefusedOrChangesNothing(ForeignRepository repository) throws Exception {
        List<String> visited = visited(repository);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < FLIPS; i++) {
            Map<String, byte[]> files = new HashMap<>(repository.files());
            String file = visited.get(random.nextInt(visited.size()));
            byte[] bytes = repository.file(file).clone();
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            files.put(file, bytes);
            try {
                assertThat(outcome(repository, files))
                        .as("seed %d: %s, byte %d", seed, file, at)
                        .isEqualTo(expected(repository));
            } catch (InvalidMetadataException refused) {
                assertThat(refused.reason()).isNotNull();
            }
        }
    }

    private static JsonObject with(JsonObject json, String member, JsonValue value) {
        Map<String, JsonValue> members = new LinkedHashMap<>(json.members());
        members.put(member, value);
        return new JsonObject(members);
    }

    private static void assertRefused(ForeignRepository repository, String file, JsonObject changed) {
        Map<String, byte[]> files = new HashMap<>(repository.files());
        files.put(file, JsonWriter.write(changed));
        assertThatExceptionOfType(InvalidMetadataException.class).as(file).isThrownBy(() -> outcome(repository, files));
    }

    /** The files that a client reads who looks for everything. */
    private static List<String> visited(ForeignRepository repository) throws Exception {
        Set<String> asked = new TreeSet<>(Set.of("1.root.json"));
        outcome(repository, repository.files(), asked);
        asked.retainAll(repository.files().keySet());
        return List.copyOf(asked);
    }
}
