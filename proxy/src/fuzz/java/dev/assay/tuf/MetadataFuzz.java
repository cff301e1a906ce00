package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.encoding.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Metadata of every role from any bytes: refused with {@link InvalidMetadataException}, or a model that writes itself as what it
 * reads again. What is fuzzed is the signed part, put into a file without signatures, as no fuzzer guesses a signature; who signed is
 * not asked here, but for {@link #pinnedRoot}.
 */
class MetadataFuzz {
    @MethodSource("roots")
    @FuzzTest(maxDuration = "10m")
    void root(byte[] signed) throws InvalidMetadataException {
        Root root = stable(signed, "root", Root::read);
        if (root != null) {
            Root.TOP_LEVEL.forEach(role -> assertThat(root.signers(role).fingerprint())
                    .isEqualTo(root.signers(role).fingerprint()));
        }
    }

    @MethodSource("timestamps")
    @FuzzTest(maxDuration = "10m")
    void timestamp(byte[] signed) throws InvalidMetadataException {
        stable(signed, "timestamp", Timestamp::read);
    }

    @MethodSource("snapshots")
    @FuzzTest(maxDuration = "10m")
    void snapshot(byte[] signed) throws InvalidMetadataException {
        stable(signed, "snapshot", Snapshot::read);
    }

    @MethodSource("targets")
    @FuzzTest(maxDuration = "10m")
    void targets(byte[] signed) throws InvalidMetadataException {
        Targets targets = stable(signed, "targets", json -> Targets.read("targets", json));
        if (targets != null && targets.delegations().isPresent()) {
            Delegations delegations = targets.delegations().get();
            targets.targets().keySet().forEach(delegations::matching);
        }
    }

    /** A whole file, with its signatures and keys of every scheme. */
    @MethodSource("rootFiles")
    @FuzzTest(maxDuration = "10m")
    void pinnedRoot(byte[] file) {
        try {
            Root root = TrustedSet.pinned(file, SignatureScheme.ALL).root();
            assertThat(root.signers("root").threshold()).isPositive();
        } catch (InvalidMetadataException e) {
            assertThat(e.getMessage()).matches("[ -~]{1,500}");
        }
    }

    private static <M extends Metadata> @Nullable M stable(
            byte[] signed, String role, Envelope.Reader<M> reader) throws InvalidMetadataException {
        M first;
        try {
            first = Envelope.parse(role, file(signed)).read(role, reader);
        } catch (InvalidMetadataException e) {
            return null;
        }
        byte[] written = JsonWriter.write(first.toJson());
        M second = Envelope.parse(role, file(written)).read(role, reader);
        assertThat(second.toJson()).isEqualTo(first.toJson());
        return first;
    }

    private static byte[] file(byte[] signed) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("{\"signatures\":[],\"signed\":".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(signed);
        file.write('}');
        return file.toByteArray();
    }

    private static TestRepository repository() {
        TestRepository repository = new TestRepository();
        List<SigningKey> keys =
                Arrays.stream(SignatureScheme.values()).map(SigningKey::generate).toList();
        repository.rotate("timestamp", keys);
        repository.publishRoot();
        repository.target("targets", "simple/requests/");
        repository.delegate("targets", "wheels", true, "packages/*/*.whl", "packages/[a-f]?/*");
        repository.publish("targets", "wheels");
        return repository;
    }

    static Stream<byte[]> roots() {
        return Stream.of(JsonWriter.write(repository().rootModel().toJson()));
    }

    static Stream<byte[]> rootFiles() {
        TestRepository repository = repository();
        repository.rotate("root", Arrays.stream(SignatureScheme.values()).map(SigningKey::generate).toList());
        repository.publishRoot();
        return Stream.of(repository.root(1), repository.root(3));
    }

    static Stream<byte[]> timestamps() throws InvalidMetadataException {
        return signedPart("timestamp", repository().file("timestamp.json"), Timestamp::read);
    }

    static Stream<byte[]> snapshots() throws InvalidMetadataException {
        TestRepository repository = repository();
        return signedPart("snapshot", repository.file(repository.name("snapshot")), Snapshot::read);
    }

    static Stream<byte[]> targets() {
        TestRepository repository = repository();
        Role bins = repository.role("wheels", new HashMap<>());
        Delegations succinct = Delegations.to(Map.of(), new SuccinctRoles(bins, 14, "bins"));
        Delegations prefixes = Delegations.to(
                Map.of(), List.of(new DelegatedRole("bin-0", bins, true, List.of(), List.of("0", "1f", "a3c"))));
        Targets patterns = repository.targetsModel("targets");
        return Stream.of(patterns, with(patterns, succinct), with(patterns, prefixes))
                .map(model -> JsonWriter.write(model.toJson()));
    }

    private static Targets with(Targets model, Delegations delegations) {
        return new Targets(
                model.version(), model.expires(), model.targets(), Optional.of(delegations));
    }

    private static <M extends Metadata> Stream<byte[]> signedPart(
            String role, byte[] file, Envelope.Reader<M> reader) throws InvalidMetadataException {
        return Stream.of(
                JsonWriter.write(Envelope.parse(role, file).read(role, reader).toJson()));
    }
}
