package dev.assay.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/**
 * Private keys in files: encrypted PKCS#8 PEM (RFC 5958, PBES2 of RFC 8018 with scrypt and AES-256-CBC), mode 0600,
 * readable by OpenSSL 1.1.0 and later. What OpenSSL encrypts by its own defaults (PBKDF2) is read too.
 *
 * <p>A passphrase is used as its UTF-8 bytes, as OpenSSL gets it from a UTF-8 terminal; nothing is normalised. The array
 * stays the caller's to wipe; copies made here are wiped here.
 */
public final class KeyFile {
    private KeyFile() {}

    /** What guessing one passphrase costs. */
    public enum Cost {
        /** A few tenths of a second (scrypt, N = 2^14, r = 8, p = 5: what OWASP asks for at 16 MiB). */
        FULL(5),
        /** A fifth of that (p = 1, OpenSSL's default): for keys that guard nothing, as in a demonstration. */
        LOW(1);

        private final int parallelization;

        Cost(int parallelization) {
            this.parallelization = parallelization;
        }

        int parallelization() {
            return parallelization;
        }
    }

    /**
     * Writes atomically and never over an existing file ({@link FileAlreadyExistsException}): the name is taken first,
     * then the synced content is moved over it. An empty passphrase is refused with {@link KeyException}.
     */
    public static void write(Path file, SigningKey key, char[] passphrase, Cost cost) throws IOException, KeyException {
        byte[] pkcs8 = key.pkcs8();
        String pem;
        try {
            pem = new Pem(Pem.ENCRYPTED_PRIVATE_KEY, Pbes2.encrypt(pkcs8, passphrase, cost)).text();
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
        Path folder = file.resolveSibling("").toAbsolutePath();
        FileAttribute<?>[] ownerOnly = ownerOnly(file);
        Files.createFile(file, ownerOnly);
        try {
            Path temporary = Files.createTempFile(folder, ".key", ".tmp", ownerOnly);
            try {
                writeSynced(temporary, pem);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        syncFolder(folder);
    }

    /** {@link KeyException} when the passphrase is wrong or the file is no encrypted key. */
    public static SigningKey read(Path file, char[] passphrase) throws IOException, KeyException {
        Pem pem = Pem.parse(text(file));
        if (!pem.label().equals(Pem.ENCRYPTED_PRIVATE_KEY)) {
            throw new KeyException("key file: not an encrypted private key (expected: PEM labelled "
                    + Pem.ENCRYPTED_PRIVATE_KEY + ")");
        }
        byte[] pkcs8 = Pbes2.decrypt(pem.content(), passphrase);
        try {
            return SigningKey.ofPkcs8(pkcs8);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** A public key from an SPKI PEM file ({@code openssl pkey -pubout}), its scheme told by its type and curve. */
    public static PublicKey readPublic(Path file) throws IOException, KeyException {
        return PublicKey.parsePublicPem(text(file));
    }

    /** At most one byte more than a PEM may have, so that a huge file is refused unread. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(Pem.MAX_CHARS + 1), StandardCharsets.ISO_8859_1);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void writeSynced(Path file, String pem) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(pem);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
