package dev.assay.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who has an account: a file of lines {@code name:hash} as {@code htpasswd -B} writes it, with salted bcrypt hashes. A name that nobody has
 * costs as much time as a wrong secret. Thread-safe; {@link #load} replaces all accounts at once.
 */
public final class Accounts {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");

    private final Path file;
    private final PasswordHash nobody = PasswordHash.of(new byte[] {1});
    private volatile Map<String, PasswordHash> hashes = Map.of();

    /** @throws IOException when the file can't be read or holds a wrong line; the message says which */
    public Accounts(Path file) throws IOException {
        this.file = file;
        load();
    }

    /** Where they are. */
    public Path file() {
        return file;
    }

    /** Reads the file anew; when something is wrong with it, the accounts stay as they were. */
    public void load() throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file (make it with: htpasswd -B -C 11 -c FILE NAME)", e);
        }
        Map<String, PasswordHash> found = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(colon, 0));
            PasswordHash hash = PasswordHash.parse(line.substring(colon + 1)).orElse(null);
            if (!NAME.matcher(name).matches() || hash == null) {
                throw new IOException(file + ":" + (i + 1)
                        + ": no account (expected: name:hash of cost 8 to 15, as htpasswd -B -C 11 writes it)");
            }
            if (found.put(name, hash) != null) {
                throw new IOException(file + ":" + (i + 1) + ": a second account of one name");
            }
        }
        hashes = Map.copyOf(found);
    }

    /** Whether it is the secret of that account. Takes some tenths of a second. */
    boolean verify(String name, String secret) {
        PasswordHash hash = hashes.get(name);
        return (hash == null ? nobody : hash).matches(secret.getBytes(StandardCharsets.UTF_8)) && hash != null;
    }
}
