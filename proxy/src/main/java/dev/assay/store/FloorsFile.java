package dev.assay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.store.StoreException.Kind;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The version floors of one repository, the only trusted state on the disk: a few lines of text under their own SHA-256. Damage is
 * reported, never read around. The checksum finds accidents; who can write the file can write its checksum too.
 */
final class FloorsFile {
    private static final String HEAD = "assay-floors 1";
    private static final int LINES = 8;
    private static final int MAX_BYTES = 4096;

    private final Path file;
    private final String remedy;

    /**
     * A floors file that may or may not be there.
     *
     * @param remedy what to do about damage, and what it costs; ends the sentence "To go on, …"
     */
    FloorsFile(Path file, String remedy) {
        this.file = file;
        this.remedy = remedy;
    }

    /** What the file says; empty when there is none. */
    Optional<VersionFloors> read() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw damaged("is longer than " + MAX_BYTES + " bytes");
            }
            return Optional.of(parse(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Faults.of(file, "reading the version floors", e);
        }
    }

    private VersionFloors parse(byte[] bytes) {
        List<String> lines = new String(bytes, UTF_8).lines().toList();
        if (lines.size() != LINES || !lines.get(0).equals(HEAD)) {
            throw damaged("is cut short or no such file");
        }
        try {
            VersionFloors floors = new VersionFloors(
                    Long.parseLong(value(lines.get(1), "root")),
                    value(lines.get(2), "timestamp-keys"),
                    Long.parseLong(value(lines.get(3), "timestamp")),
                    value(lines.get(4), "snapshot-keys"),
                    Long.parseLong(value(lines.get(5), "snapshot")),
                    Long.parseLong(value(lines.get(6), "time")));
            if (!Arrays.equals(bytes, render(floors))) {
                throw damaged("doesn't match its checksum");
            }
            return floors;
        } catch (IllegalArgumentException e) {
            throw damaged("has a line that can't be read: " + e.getMessage());
        }
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key + " ")) {
            throw new IllegalArgumentException("no " + key);
        }
        return line.substring(key.length() + 1);
    }

    /** Replaces the file; durable on return. */
    void write(VersionFloors floors) {
        try {
            DurableFile.write(file, file.resolveSibling(file.getFileName() + ".new"), render(floors));
        } catch (IOException e) {
            throw Faults.of(file, "writing the version floors", e);
        }
    }

    private static byte[] render(VersionFloors floors) {
        String text = HEAD + "\nroot " + floors.rootVersion()
                + "\ntimestamp-keys " + line(floors.timestampKeys())
                + "\ntimestamp " + floors.timestampVersion()
                + "\nsnapshot-keys " + line(floors.snapshotKeys())
                + "\nsnapshot " + floors.snapshotVersion()
                + "\ntime " + floors.time() + "\n";
        Digest digest = Digest.of(HashAlgorithm.SHA256, text.getBytes(UTF_8));
        return (text + digest + "\n").getBytes(UTF_8);
    }

    private static String line(String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "fingerprint with a control character: " + value.length() + " characters");
        }
        return value;
    }

    StoreException missing() {
        return new StoreException(
                Kind.DAMAGED, "version floors " + file + " are missing beside existing data. To go on, " + remedy);
    }

    private StoreException damaged(String how) {
        return new StoreException(
                Kind.DAMAGED, "version floors " + file + ": the file " + how + ". To go on, " + remedy);
    }
}
