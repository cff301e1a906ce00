package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.encoding.JsonString;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.ForeignRepository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code assay tuf} against repositories that other software made. */
final class TufInteropTest {
    private static final String ALL = "dev.assay.tuf.ForeignRepository#all";

    @TempDir
    private Path temp;

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @MethodSource(ALL)
    void everyTargetIsDownloaded(ForeignRepository repository) throws Exception {
        List<String> paths =
                List.copyOf(repository.expected().object("found").members().keySet());

        assertThat(download(repository, paths)).as(err.toString()).isZero();

        for (String path : paths) {
            assertThat(temp.resolve("targets").resolve(URLEncoder.encode(path, UTF_8)))
                    .hasContent(path);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void targetThatNoResponsibleRoleSignsIsNotDownloaded(ForeignRepository repository) throws Exception {
        for (var path : repository.expected().array("absent")) {
            assertThat(download(repository, List.of(((JsonString) path).value())))
                    .isEqualTo(1);
        }
        assertThat(temp.resolve("targets")).doesNotExist();
        assertThat(err.toString()).contains("is not in the signed metadata");
    }

    private int download(ForeignRepository repository, List<String> paths) throws IOException {
        Path root = Files.write(temp.resolve("root.json"), repository.pinnedRoot());
        try (TestMirror server = new TestMirror(path -> served(repository, path))) {
            tuf("init", root.toString());
            List<String> arguments = new ArrayList<>(List.of("--metadata-url", server.base() + "metadata"));
            arguments.addAll(List.of("--target-base-url", server.base() + "targets/"));
            arguments.addAll(List.of("--target-dir", temp.resolve("targets").toString()));
            paths.forEach(path -> arguments.addAll(List.of("--target-name", path)));
            arguments.add("download");
            return tuf(arguments.toArray(String[]::new));
        }
    }

    /** A target's content is its path, without the hash before its name. */
    private static Optional<byte[]> served(ForeignRepository repository, String path) {
        String metadata = "/metadata/";
        if (path.startsWith(metadata)) {
            String name = path.substring(metadata.length());
            return Optional.ofNullable(
                    repository.files().get(URLEncoder.encode(name, UTF_8).replace("+", "%20")));
        }
        String target = path.substring("/targets/".length());
        return Optional.of(
                target.replaceFirst("(^|/)[0-9a-f]{64,128}\\.([^/]*)$", "$1$2").getBytes(UTF_8));
    }

    private int tuf(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("tuf", "--metadata-dir", temp.resolve("metadata").toString()));
        all.addAll(List.of(arguments));
        return Main.commandLine(InstantSource.system())
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
