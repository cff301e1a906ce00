package dev.assay.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real pip of this machine, run so that nothing but the index it is told reaches it: no configuration file, no {@code PIP_*}
 * variable, no HTTP proxy, no cache.
 */
public final class Pip {
    /** Names a pip wheel or an interpreter to use where a pip is wanted that resumes downloads. */
    public static final String NEWER_PIP = "ASSAY_DEMO_PIP";

    /** What a pip needs of the environment that it is started from; all else is left out. */
    private static final List<String> PASSED_ON = List.of("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH");

    private static final Pattern WHEEL = Pattern.compile("pip-([0-9.]+)-py3-none-any\\.whl");

    private final List<String> command;
    private final String version;
    private final Map<String, String> environment;

    private Pip(List<String> command, String version, Map<String, String> environment) {
        this.command = List.copyOf(command);
        this.version = version;
        this.environment = Map.copyOf(environment);
    }

    /** The pip of this interpreter, to be run in a scrubbed copy of {@code environment}; empty when it has none. */
    public static Optional<Pip> of(Python python, Map<String, String> environment) {
        return python.pipVersion()
                .map(v -> new Pip(List.of(python.executable().toString(), "-m", "pip"), v, scrubbed(environment)));
    }

    /** A pip that resumes cut downloads (25.2 or later): this interpreter's own, or the one that {@value #NEWER_PIP} names. */
    public static Optional<Pip> resuming(Python python, Map<String, String> environment) {
        return of(python, environment)
                .filter(Pip::resumes)
                .or(() -> Optional.ofNullable(environment.get(NEWER_PIP))
                        .filter(name -> !name.isEmpty())
                        .flatMap(name -> at(name, python, environment))
                        .filter(Pip::resumes));
    }

    /** The pip in this wheel of pip, run by {@code python}, or that of this interpreter; empty when it does not run. */
    public static Optional<Pip> at(String name, Python python, Map<String, String> environment) {
        Matcher wheel = WHEEL.matcher(String.valueOf(Path.of(name).getFileName()));
        if (wheel.matches()) {
            // A wheel of pip is a zip archive that Python can run from.
            List<String> command = List.of(python.executable().toString(), name + "/pip");
            return Optional.of(new Pip(command, wheel.group(1), scrubbed(environment)));
        }
        return Python.ask(name, environment).flatMap(p -> of(p, environment));
    }

    /** The environment that pip runs in. */
    static Map<String, String> scrubbed(Map<String, String> environment) {
        Map<String, String> clean = new HashMap<>();
        PASSED_ON.stream().filter(environment::containsKey).forEach(k -> clean.put(k, environment.getOrDefault(k, "")));
        // To pip this very name means: read no configuration at all, not even the machine's and the interpreter's.
        clean.put("PIP_CONFIG_FILE", "/dev/null");
        clean.put("NO_PROXY", "*");
        clean.put("PYTHONUTF8", "1");
        clean.put("PYTHONDONTWRITEBYTECODE", "1");
        return Map.copyOf(clean);
    }

    public String version() {
        return version;
    }

    /** Whether it continues a cut download with a range request. */
    public boolean resumes() {
        return isAtLeast(25, 2);
    }

    /** Whether its version is this one or a later one. */
    public boolean isAtLeast(int major, int minor) {
        int[] numbers = Arrays.stream(version.split("\\D+", -1))
                .filter(n -> !n.isEmpty())
                .mapToInt(Integer::parseInt)
                .limit(2)
                .toArray();
        return Arrays.compare(numbers, new int[] {major, minor}) >= 0;
    }

    /**
     * Installs from this index alone.
     *
     * @param index ends with {@code /simple/}
     * @param more further arguments: options and requirements
     */
    public PipRun install(URI index, Path target, Duration timeout, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--index-url", index.toString()));
        arguments.addAll(Arrays.asList(more));
        return installInto(target, timeout, arguments);
    }

    /** Installs from a folder of distributions, without any index. */
    public PipRun installFromFolder(Path folder, Path target, Duration timeout, String... requirements)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--no-index", "--find-links", folder.toString()));
        arguments.addAll(Arrays.asList(requirements));
        return installInto(target, timeout, arguments);
    }

    private PipRun installInto(Path target, Duration timeout, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("install", "--no-cache-dir", "--no-compile", "--retries", "0"));
        all.addAll(List.of("--progress-bar", "off", "--target", target.toString()));
        all.addAll(arguments);
        return run(timeout, all);
    }

    /** Runs any pip command. */
    public PipRun run(Duration timeout, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("--isolated", "--no-input", "--no-color", "--disable-pip-version-check"));
        line.addAll(arguments);
        return new PipRun(ChildProcess.run(line, environment, timeout));
    }

    @Override
    public String toString() {
        return "pip " + version;
    }

    /** The command for a person to type. */
    String byHand(URI index, Path target, String requirement) {
        return String.join(" ", command) + " install --isolated --no-cache-dir --target " + target + " --index-url "
                + index + " " + requirement;
    }
}
