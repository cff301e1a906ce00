package dev.assay.app.demo;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A pure Python wheel to be written: the same value gives the same bytes on every machine (binary distribution format 1.0).
 *
 * @param project as it is spelled in METADATA
 * @param fields lines of METADATA behind the version, such as {@code Requires-Dist: other>=1.0}
 * @param modules path inside the wheel → source text
 * @param payloadBytes size of a file {@code payload.bin} in the package that no compression makes smaller; 0 for none
 */
public record WheelFile(
        String project, String version, List<String> fields, Map<String, String> modules, int payloadBytes) {
    private static final LocalDateTime WRITTEN = LocalDateTime.of(2026, 1, 1, 0, 0);

    public WheelFile {
        fields = List.copyOf(fields);
        modules = Map.copyOf(modules);
        if (payloadBytes < 0) {
            throw new IllegalArgumentException("payloadBytes: " + payloadBytes + " (expected: >= 0)");
        }
    }

    /** With a package of the project's name that holds one line of source. */
    public static WheelFile of(String project, String version, String source, String... fields) {
        return new WheelFile(
                project, version, Arrays.asList(fields), Map.of(packageName(project) + "/__init__.py", source), 0);
    }

    WheelFile withModule(String path, String source) {
        Map<String, String> more = new LinkedHashMap<>(modules);
        more.put(path, source);
        return new WheelFile(project, version, fields, more, payloadBytes);
    }

    WheelFile withPayload(int bytes) {
        return new WheelFile(project, version, fields, modules, bytes);
    }

    public String filename() {
        return packageName(project) + "-" + version + "-py3-none-any.whl";
    }

    /** The name of the package to import. */
    static String packageName(String project) {
        return project.replace('-', '_');
    }

    /** The text of the METADATA file (core metadata 2.1). */
    String metadata() {
        StringBuilder text = new StringBuilder();
        text.append("Metadata-Version: 2.1\nName: ").append(project).append('\n');
        text.append("Version: ").append(version).append('\n');
        text.append("Summary: Made by the demonstration of Assay\n");
        fields.forEach(field -> text.append(field).append('\n'));
        return text.toString();
    }

    /** Every file of the wheel in the order of the archive, RECORD last. */
    Map<String, byte[]> files() {
        String info = packageName(project) + "-" + version + ".dist-info/";
        Map<String, byte[]> files = new LinkedHashMap<>();
        modules.keySet().stream().sorted().forEach(path -> files.put(path, utf8(modules.getOrDefault(path, ""))));
        if (payloadBytes > 0) {
            files.put(packageName(project) + "/payload.bin", Noise.of(filename(), payloadBytes));
        }
        files.put(info + "METADATA", utf8(metadata()));
        files.put(
                info + "WHEEL",
                utf8("Wheel-Version: 1.0\nGenerator: assay-demo\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
        StringBuilder recorded = new StringBuilder();
        files.forEach((path, bytes) -> recorded.append(recordLine(path, bytes)));
        recorded.append(info).append("RECORD,,\n");
        files.put(info + "RECORD", utf8(recorded.toString()));
        return files;
    }

    /** The wheel: a zip archive of stored entries. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, byte[]> file : files().entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(file.getValue());
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(file.getValue().length);
                entry.setCrc(crc.getValue());
                entry.setTimeLocal(WRITTEN);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** Writes the wheel under its own name and returns where. */
    public Path writeTo(Path folder) throws IOException {
        return Files.write(folder.resolve(filename()), bytes());
    }

    /** Whether exactly this wheel's code is installed in {@code target}: each of its modules is there, byte for byte. */
    public boolean isInstalledIn(Path target) throws IOException {
        for (Map.Entry<String, byte[]> file : files().entrySet()) {
            Path installed = target.resolve(file.getKey());
            boolean code = !file.getKey().contains(".dist-info/");
            if (code && !(Files.exists(installed) && Arrays.equals(Files.readAllBytes(installed), file.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private static String recordLine(String path, byte[] bytes) {
        byte[] digest = Digest.of(HashAlgorithm.SHA256, bytes).bytes();
        return path + ",sha256=" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + "," + bytes.length
                + "\n";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
