package dev.assay.app.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An sdist that builds without anything from an index: its PEP 517 backend is part of it ({@code backend-path}) and requires
 * nothing. The same value gives the same bytes on every machine.
 */
record SourceArchive(String project, String version) {
    private static final Date WRITTEN = Date.from(Instant.parse("2026-01-01T00:00:00Z"));

    private static final String PYPROJECT = """
            [build-system]
            requires = []
            build-backend = "assay_demo_backend"
            backend-path = ["backend"]

            [project]
            name = "@PROJECT@"
            version = "@VERSION@"
            """;

    /** The smallest backend that PEP 517 allows: one hook. */
    private static final String BACKEND = """
            import os
            import zipfile

            PACKAGE = "@PACKAGE@"
            INFO = "@PACKAGE@-@VERSION@.dist-info/"


            def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
                files = {
                    INFO + "METADATA": open("PKG-INFO").read(),
                    INFO + "WHEEL": "Wheel-Version: 1.0\\nGenerator: assay-demo\\n"
                    "Root-Is-Purelib: true\\nTag: py3-none-any\\n",
                    PACKAGE + "/__init__.py": open("src/" + PACKAGE + "/__init__.py").read(),
                }
                files[INFO + "RECORD"] = "".join(name + ",,\\n" for name in [*files, INFO + "RECORD"])
                wheel = PACKAGE + "-@VERSION@-py3-none-any.whl"
                with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w") as archive:
                    for name, text in files.items():
                        archive.writestr(name, text)
                return wheel
            """;

    private static final String SOURCE = "GREETING = \"built from source\"\n";

    /** The name as PEP 625 wants it. */
    String filename() {
        return stem() + ".tar.gz";
    }

    /** The archive: gzip over ustar. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(bytes), StandardCharsets.UTF_8.name())) {
            for (Map.Entry<String, String> file : files().entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(stem() + "/" + file.getKey());
                entry.setSize(content.length);
                entry.setModTime(WRITTEN);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory failed", e);
        }
        return bytes.toByteArray();
    }

    Path writeTo(Path folder) throws IOException {
        return Files.write(folder.resolve(filename()), bytes());
    }

    /** Whether what this archive builds is installed in {@code target}. */
    boolean isInstalledIn(Path target) throws IOException {
        Path module = target.resolve(WheelFile.packageName(project)).resolve("__init__.py");
        return Files.exists(module) && Files.readString(module).equals(SOURCE);
    }

    private Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("PKG-INFO", "Metadata-Version: 2.1\nName: " + project + "\nVersion: " + version + "\n");
        files.put("pyproject.toml", filled(PYPROJECT));
        files.put("backend/assay_demo_backend.py", filled(BACKEND));
        files.put("src/" + WheelFile.packageName(project) + "/__init__.py", SOURCE);
        return files;
    }

    private String filled(String template) {
        return template.replace("@PROJECT@", project)
                .replace("@PACKAGE@", WheelFile.packageName(project))
                .replace("@VERSION@", version);
    }

    private String stem() {
        return WheelFile.packageName(project) + "-" + version;
    }
}
