package dev.assay.app;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Reads the trust anchor of a repository. */
final class PinnedRoot {
    private PinnedRoot() {}

    /** Its bytes, checked against the digest that was configured. */
    static byte[] read(Config.Repository repository) throws IOException {
        String key = repository.key() + ".root";
        byte[] root;
        try {
            root = Files.readAllBytes(repository.root());
        } catch (NoSuchFileException e) {
            throw new IOException(key + ": no such file: " + repository.root(), e);
        } catch (IOException e) {
            throw new IOException(key + ": " + repository.root() + " can't be read: " + e.getMessage(), e);
        }
        Digest found = Digest.of(HashAlgorithm.SHA256, root);
        Optional<Digest> expected = repository.rootSha256();
        if (expected.isPresent() && !expected.get().equals(found)) {
            throw new IOException(
                    key + ": " + repository.root() + " has " + found + " (" + key + "-sha256: " + expected.get() + ")");
        }
        return root;
    }
}
