package dev.assay.app;

import dev.assay.author.Passphrases;
import dev.assay.author.RepositoryException;
import java.io.Console;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where {@code assay repository} gets the passphrases of key files: {@code --passphrase-file}, then the environment variable {@code
 * ASSAY_PASSPHRASE}, then a prompt where there is a terminal. Never the command line, which other users can read.
 */
final class PassphraseOptions {
    static final String VARIABLE = "ASSAY_PASSPHRASE";

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "First line: the passphrase of the key files. Without it: $" + VARIABLE + ", then a prompt.")
    private @Nullable Path file;

    private char @Nullable [] fromFile;

    Passphrases asked() {
        return keyFile -> of(keyFile, false);
    }

    /** As {@link #asked}, but a prompt asks twice, once for all keys: there is no file yet that would show a slip. */
    Passphrases chosen() {
        return new Passphrases() {
            private char @Nullable [] typed;

            @Override
            public char[] of(Path keyFile) throws RepositoryException {
                if (typed == null) {
                    typed = PassphraseOptions.this.of(keyFile, true);
                }
                return Arrays.copyOf(typed, typed.length);
            }
        };
    }

    private char[] of(Path keyFile, boolean confirm) throws RepositoryException {
        if (file != null) {
            if (fromFile == null) {
                fromFile = firstLine(file);
            }
            return Arrays.copyOf(fromFile, fromFile.length);
        }
        String variable = System.getenv(VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return variable.toCharArray();
        }
        return prompt(keyFile, confirm);
    }

    private static char[] firstLine(Path file) throws RepositoryException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new RepositoryException("passphrase file " + file + " can't be read: " + e.getMessage(), e);
        }
        CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content));
        Arrays.fill(content, (byte) 0);
        int end = 0;
        while (end < decoded.length() && decoded.charAt(end) != '\n' && decoded.charAt(end) != '\r') {
            end++;
        }
        if (end == 0) {
            throw new RepositoryException("passphrase file " + file + " has an empty first line");
        }
        char[] line = new char[end];
        decoded.get(line);
        return line;
    }

    private static char[] prompt(Path keyFile, boolean confirm) throws RepositoryException {
        Console console = terminal()
                .orElseThrow(() -> new RepositoryException("no passphrase: give --passphrase-file or set " + VARIABLE
                        + " (there is no terminal to ask at)"));
        char[] typed = confirm
                ? console.readPassword("Passphrase for the new keys: ")
                : console.readPassword("Passphrase of %s: ", keyFile);
        if (typed == null || typed.length == 0) {
            throw new RepositoryException("no passphrase was typed");
        }
        if (confirm && !Arrays.equals(typed, console.readPassword("The same again: "))) {
            throw new RepositoryException("the two passphrases differ");
        }
        return typed;
    }

    /** From JDK 22 on there is a console without a terminal too; only {@code isTerminal}, new there, tells. */
    private static Optional<Console> terminal() {
        Optional<Console> console = Optional.ofNullable(System.console());
        try {
            Method isTerminal = Console.class.getMethod("isTerminal");
            return console.filter(present -> invoke(isTerminal, present));
        } catch (NoSuchMethodException e) {
            return console;
        }
    }

    private static boolean invoke(Method isTerminal, Console console) {
        try {
            return Boolean.TRUE.equals(isTerminal.invoke(console));
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
