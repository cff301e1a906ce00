package dev.assay.author;

import java.nio.file.Path;
import java.util.Arrays;

/** Where the passphrases of key files come from: a file, the environment, a prompt. */
@FunctionalInterface
public interface Passphrases {
    /**
     * The passphrase of this key file, in an array of its own: the caller overwrites it after use.
     *
     * @throws RepositoryException when there is none to be had; the message says where one was looked for
     */
    char[] of(Path keyFile) throws RepositoryException;

    /** One passphrase for every key file. */
    static Passphrases same(char[] passphrase) {
        char[] copy = passphrase.clone();
        return keyFile -> Arrays.copyOf(copy, copy.length);
    }
}
