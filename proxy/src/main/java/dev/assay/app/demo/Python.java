package dev.assay.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An interpreter of this machine, as it told of itself. */
public final class Python {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final String ASK = """
            import os, sys
            print(sys.executable)
            try:
                import pip
                print(pip.__version__)
            except ImportError:
                print("")
            try:
                import ensurepip
                print(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
            except ImportError:
                print("")
            """;

    private final Path executable;
    private final @Nullable String pipVersion;
    private final @Nullable Path bundledWheels;

    private Python(Path executable, @Nullable String pipVersion, @Nullable Path bundledWheels) {
        this.executable = executable;
        this.pipVersion = pipVersion;
        this.bundledWheels = bundledWheels;
    }

    /** The machine's {@code python3}, looked up with this environment; empty when there is none that runs. */
    public static Optional<Python> find(Map<String, String> environment) {
        return ask("python3", environment);
    }

    /** The interpreter of this name or path; empty when it does not run. */
    static Optional<Python> ask(String command, Map<String, String> environment) {
        try {
            ChildProcess.Result answer = ChildProcess.run(List.of(command, "-c", ASK), environment, TIMEOUT);
            List<String> lines = answer.output().lines().toList();
            if (!answer.succeeded() || lines.size() < 3 || lines.get(0).isEmpty()) {
                return Optional.empty();
            }
            String pip = lines.get(1);
            String bundled = lines.get(2);
            return Optional.of(new Python(
                    Path.of(lines.get(0)), pip.isEmpty() ? null : pip, bundled.isEmpty() ? null : Path.of(bundled)));
        } catch (IOException e) {
            // No such program: for the caller the same as one that does not work.
            return Optional.empty();
        }
    }

    /** The program itself, not a shim that looks for it. */
    public Path executable() {
        return executable;
    }

    /** The version of the pip that it can run as a module. */
    public Optional<String> pipVersion() {
        return Optional.ofNullable(pipVersion);
    }

    /** The folder of wheels that {@code ensurepip} installs from; it need not exist. */
    Optional<Path> bundledWheels() {
        return Optional.ofNullable(bundledWheels);
    }
}
