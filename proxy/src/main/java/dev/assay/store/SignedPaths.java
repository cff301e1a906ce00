package dev.assay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a path was last signed as by one repository, which tells a target that was taken back from one that never was. It is no ground for trust:
 * it only chooses between two refusals, and so its writes are logged but not synced, as losing the last seconds before a power cut
 * costs a 404 in place of a 410. Thread-safe; may block on the disk.
 */
public final class SignedPaths {
    /**
     * One signed state of a path.
     *
     * @param digest of its content
     * @param since when this digest was first seen signed, to the second
     */
    public record Signed(Digest digest, Instant since) {}

    /** Behind every key, which is text in UTF-8. */
    private static final byte[] LAST = {(byte) 0xFF};

    private final Database database;
    private final String repository;

    SignedPaths(Database database, String repository) {
        this.database = database;
        this.repository = repository;
    }

    /** Notes that signed metadata vouches for this digest at this path; writes only when that is news. */
    public void record(String path, Digest digest, Instant now) {
        if (lookup(path).filter(signed -> signed.digest().equals(digest)).isPresent()) {
            return;
        }
        byte[] encoded = BlobInfo.encode(digest);
        byte[] value = ByteBuffer.allocate(Long.BYTES + encoded.length)
                .putLong(now.getEpochSecond())
                .put(encoded)
                .array();
        database.write(false, batch -> batch.put(Family.PATHS, key(path), value));
    }

    /** What the path was last signed as; empty when it never was, as far as this store knows. */
    public Optional<Signed> lookup(String path) {
        return database.get(Family.PATHS, key(path)).map(SignedPaths::decode);
    }

    /** The paths that any repository last signed as one of these digests. Reads every row there is. */
    static List<String> signedAs(Database database, List<Digest> digests) {
        List<String> paths = new ArrayList<>();
        database.scan(Family.PATHS, new byte[0], LAST, (key, value) -> {
            if (digests.contains(decode(value).digest())) {
                String text = new String(key, UTF_8);
                paths.add(text.substring(text.indexOf('\0') + 1));
            }
            return true;
        });
        return paths;
    }

    /** A repository's name holds no NUL, so no two of them share a key. */
    private byte[] key(String path) {
        return (repository + '\0' + path).getBytes(UTF_8);
    }

    private static Signed decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        try {
            Instant since = Instant.ofEpochSecond(in.getLong());
            return new Signed(BlobInfo.take(in), since);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new StoreException(Kind.DAMAGED, "a signed path's record can't be read: " + e, e);
        }
    }
}
