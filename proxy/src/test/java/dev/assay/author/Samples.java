package dev.assay.author;

import dev.assay.crypto.KeyException;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** Distributions and repositories to test with. */
final class Samples {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final char[] PASSPHRASE = "correct horse".toCharArray();

    private Samples() {}

    /** A clock that stands until it is moved. */
    static final class Clock implements InstantSource {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        void advance(Duration by) {
            now = now.plus(by);
        }
    }

    static RepositoryOptions options(int bins, RepositoryOptions.BinForm form) {
        return new RepositoryOptions(
                3, 2, SignatureScheme.ED25519, bins, form, Duration.ofDays(365), Duration.ofDays(7), KeyFile.Cost.LOW);
    }

    /** A repository just made, with its private keys unlocked: deriving keys from passphrases takes most of a test's time. */
    static Repository init(Path folder, Clock clock) throws Exception {
        copyTree(Template.FOLDER, folder);
        return openUnlocked(folder, clock, Publication.Observer.NONE);
    }

    static Repository openUnlocked(Path folder, Clock clock, Publication.Observer observer) throws Exception {
        Repository repository =
                Repository.open(folder, Passphrases.same(PASSPHRASE), clock, observer, KeyFile.Cost.LOW);
        Template.KEYS.forEach(repository::lend);
        return repository;
    }

    /** Opened as a stranger to its keys: each is read from its file, when it is needed and there. */
    static Repository open(Path folder, Clock clock) throws Exception {
        return Repository.open(
                folder, Passphrases.same(PASSPHRASE), clock, Publication.Observer.NONE, KeyFile.Cost.LOW);
    }

    /** Made once for all tests. */
    private static final class Template {
        static final Path FOLDER;
        static final List<SigningKey> KEYS = new ArrayList<>();

        static {
            try {
                FOLDER = Files.createTempDirectory("assay-template");
                Repository.init(
                                FOLDER,
                                options(4, RepositoryOptions.BinForm.SUCCINCT),
                                Passphrases.same(PASSPHRASE),
                                new Clock())
                        .close();
                try (var files = Files.newDirectoryStream(FOLDER.resolve("keys"))) {
                    for (Path file : files) {
                        KEYS.add(KeyFile.read(file, PASSPHRASE));
                    }
                }
                deleteAtExit(FOLDER);
            } catch (IOException | RepositoryException | KeyException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    private static void deleteAtExit(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            all.forEach(path -> path.toFile().deleteOnExit());
        }
    }

    static String coreMetadata(String name, String version) {
        return "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version
                + "\nRequires-Python: >=3.8\n\nAbout.\n";
    }

    /** The members of a sound wheel, in order, to be changed by a test. */
    static Map<String, String> wheelMembers(String name, String version) {
        String distInfo = name + "-" + version + ".dist-info/";
        Map<String, String> members = new LinkedHashMap<>();
        members.put(name + ".py", "VERSION = '" + version + "'\n");
        members.put(distInfo + "METADATA", coreMetadata(name, version));
        members.put(distInfo + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        members.put(distInfo + "RECORD", "");
        return members;
    }

    static Path wheel(Path folder, String name, String version) throws IOException {
        return zip(folder.resolve(name + "-" + version + "-py3-none-any.whl"), wheelMembers(name, version));
    }

    static Path zip(Path file, Map<String, String> members) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, String> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry(member.getKey());
                entry.setTime(0);
                out.putNextEntry(entry);
                out.write(member.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    static Path sdist(Path folder, String name, String version) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        members.put(name + "-" + version + "/PKG-INFO", coreMetadata(name, version));
        members.put(name + "-" + version + "/setup.py", "\n");
        return tarGz(folder.resolve(name + "-" + version + ".tar.gz"), members);
    }

    static Path tarGz(Path file, Map<String, String> members) throws IOException {
        try (OutputStream raw = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(raw))) {
            for (Map.Entry<String, String> member : members.entrySet()) {
                byte[] content = member.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    /** {@code megabytes} of zeros, deflated. */
    static Path bomb(Path file, Map<String, String> members, int megabytes) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(buffer)) {
            for (Map.Entry<String, String> member : members.entrySet()) {
                out.putNextEntry(new ZipEntry(member.getKey()));
                out.write(member.getValue().getBytes(StandardCharsets.UTF_8));
            }
            out.putNextEntry(new ZipEntry("zeros"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < megabytes; i++) {
                out.write(zeros);
            }
        }
        Files.write(file, buffer.toByteArray());
        return file;
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
