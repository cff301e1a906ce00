package dev.assay.author;

import dev.assay.crypto.KeyException;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.tuf.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The private keys of one run: those in the repository's key folder, each read when it is first needed, and those that the
 * caller hands over. A file is called {@code <owner>-<first 16 digits of the keyid>.pem}, so that its presence is known
 * without a passphrase; which key it really holds is checked when it is read.
 */
final class KeyRing {
    private static final int NAME_DIGITS = 16;

    private final Path keys;
    private final Passphrases passphrases;
    private final KeyFile.Cost cost;
    private final Map<PublicKey, SigningKey> loaded = new HashMap<>();

    KeyRing(Path keys, Passphrases passphrases, KeyFile.Cost cost) {
        this.keys = keys;
        this.passphrases = passphrases;
        this.cost = cost;
    }

    /** Makes a key and its file. */
    Key create(String owner, SignatureScheme scheme) throws IOException, RepositoryException {
        SigningKey key = SigningKey.generate(scheme);
        Path file = file(owner, key.publicKey());
        char[] passphrase = passphrases.of(file);
        try {
            KeyFile.write(file, key, passphrase, cost);
        } catch (KeyException e) {
            throw new RepositoryException(file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
        loaded.put(key.publicKey(), key);
        return Key.of(key.publicKey());
    }

    /** Lends a key that isn't in the folder to this run. */
    void lend(SigningKey key) {
        loaded.put(key.publicKey(), key);
    }

    Path file(String owner, PublicKey key) {
        return keys.resolve(owner + "-" + Key.of(key).id().substring(0, NAME_DIGITS) + ".pem");
    }

    boolean has(String owner, PublicKey key) {
        return loaded.containsKey(key) || Files.isRegularFile(file(owner, key));
    }

    /** The private half of {@code key}; empty when its file is not there. */
    Optional<SigningKey> find(String owner, PublicKey key) throws IOException, RepositoryException {
        SigningKey known = loaded.get(key);
        if (known == null && Files.isRegularFile(file(owner, key))) {
            known = read(file(owner, key), passphrases);
            if (!known.publicKey().equals(key)) {
                throw new RepositoryException(file(owner, key) + ": holds another key than its name says");
            }
            loaded.put(key, known);
        }
        return Optional.ofNullable(known);
    }

    /**
     * As many of a role's private keys as its threshold asks for, or every one that is there when {@code threshold} is the number
     * of keys.
     *
     * @throws RepositoryException when too few are there; it names the files to bring back
     */
    List<SigningKey> require(String owner, Collection<PublicKey> roleKeys, int threshold)
            throws IOException, RepositoryException {
        List<String> absent = new ArrayList<>();
        List<PublicKey> present = new ArrayList<>();
        for (PublicKey key : roleKeys) {
            if (has(owner, key)) {
                present.add(key);
            } else {
                absent.add(file(owner, key).toString());
            }
        }
        if (present.size() < threshold) {
            throw new RepositoryException("signing " + owner + " needs " + (threshold - present.size())
                    + " more of its " + roleKeys.size() + " private keys; bring back " + String.join(" or ", absent));
        }
        List<SigningKey> signers = new ArrayList<>();
        for (PublicKey key : present.subList(0, threshold)) {
            signers.add(find(owner, key).orElseThrow());
        }
        return signers;
    }

    /** A private key from any file, in the form that {@link KeyFile} writes. */
    static SigningKey read(Path file, Passphrases passphrases) throws IOException, RepositoryException {
        char[] passphrase = passphrases.of(file);
        try {
            return KeyFile.read(file, passphrase);
        } catch (KeyException e) {
            throw new RepositoryException(file + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }
}
