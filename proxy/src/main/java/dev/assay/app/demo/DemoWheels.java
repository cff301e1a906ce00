package dev.assay.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The distributions that the demonstration publishes: some that it makes itself, with dependencies between them, and those
 * that come with the machine's Python.
 */
public final class DemoWheels {
    public static final String APP = "assay-demo-app";
    public static final String LIBRARY = "assay-demo-library";
    public static final String DATA = "assay-demo-data";
    public static final String SOURCE = "assay-demo-source";

    private static final String PYTHON = "Requires-Python: >=3.6";
    private static final String NEEDS_LIBRARY = "Requires-Dist: " + LIBRARY + ">=1.0";
    private static final Path SYSTEM_WHEELS = Path.of("/usr/share/python-wheels");

    /** Published long ago, and replaced since. */
    public static final WheelFile OLD_APP = WheelFile.of(APP, "1.0", "VERSION = \"1.0\"\n", PYTHON, NEEDS_LIBRARY);

    /** Depends on {@link #LIBRARY_WHEEL}; runs with {@code python -m assay_demo_app}. */
    public static final WheelFile APP_WHEEL = WheelFile.of(APP, "1.1", "VERSION = \"1.1\"\n", PYTHON, NEEDS_LIBRARY)
            .withModule(
                    "assay_demo_app/__main__.py",
                    "from assay_demo_library import greet\n\nprint(greet(\"a verified package\"))\n");

    public static final WheelFile LIBRARY_WHEEL =
            WheelFile.of(LIBRARY, "1.2", "def greet(whom):\n    return \"Hello from \" + whom\n", PYTHON);

    /** Large enough that a transfer can be watched and cut in the middle. */
    public static final WheelFile DATA_WHEEL =
            WheelFile.of(DATA, "1.0", "SIZE = 2 << 20\n", PYTHON).withPayload(2 << 20);

    static final SourceArchive SOURCE_ARCHIVE = new SourceArchive(SOURCE, "1.0");

    private DemoWheels() {}

    /** Writes what is published today into {@code folder}; returns the files, wheels and one sdist. */
    public static List<Path> writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        return List.of(
                APP_WHEEL.writeTo(folder),
                LIBRARY_WHEEL.writeTo(folder),
                DATA_WHEEL.writeTo(folder),
                SOURCE_ARCHIVE.writeTo(folder));
    }

    /**
     * A valid wheel of the same name and version as {@code wheelFilename} whose code is an attacker's.
     *
     * @throws IllegalArgumentException when it is no wheel's filename
     */
    static WheelFile evilTwin(String wheelFilename) {
        String[] parts = wheelFilename.split("-", -1);
        if (parts.length < 5 || !wheelFilename.endsWith(".whl")) {
            throw new IllegalArgumentException("filename: " + wheelFilename + " (expected: a wheel's)");
        }
        return evil(parts[0].replace('_', '-'), parts[1]);
    }

    /** An attacker's wheel; {@code pwned.py} in the target folder gives it away. */
    static WheelFile evil(String project, String version) {
        return WheelFile.of(project, version, "import pwned\n").withModule("pwned.py", "EVIL = True\n");
    }

    /** Whether anything of an attacker's wheel is installed in {@code target}. */
    static boolean isEvilInstalledIn(Path target) {
        return Files.exists(target.resolve("pwned.py"));
    }

    /** The wheels that come with this Python ({@code ensurepip}) or with the system's; possibly none. */
    public static List<Path> bundled(Python python) throws IOException {
        List<Path> wheels = new ArrayList<>();
        Optional<Path> ensurepip = python.bundledWheels();
        for (Path folder : ensurepip.isPresent() ? List.of(ensurepip.get(), SYSTEM_WHEELS) : List.of(SYSTEM_WHEELS)) {
            wheels.addAll(wheelsIn(folder));
        }
        return List.copyOf(wheels);
    }

    private static List<Path> wheelsIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f ->
                            f.getFileName().toString().toLowerCase(Locale.ROOT).endsWith("-py3-none-any.whl"))
                    .sorted()
                    .toList();
        }
    }
}
