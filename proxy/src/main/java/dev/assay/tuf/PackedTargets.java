package dev.assay.tuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonWriter;
import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The targets of one role as an immutable map that takes less memory than their metadata file has bytes, where a map of objects takes
 * twice as much as the file: a proxy may hold millions. An entry is made anew each time that it is asked for.
 *
 * <p>Entries stand one after another, sorted by their path's UTF-8, and are found by bisection: length of the path (int), path,
 * length of the target (long), number of digests (byte), each digest's algorithm (byte) and bytes, and the {@code custom} object as
 * JSON, if there is one.
 */
final class PackedTargets extends AbstractMap<TargetPath, TargetFile> {
    private static final List<HashAlgorithm> ALGORITHMS = List.of(HashAlgorithm.values());

    private final String role;
    private final ByteBuffer entries;
    /** Where each entry starts, and where the last one ends. */
    private final int[] starts;

    PackedTargets(String role, Collection<TargetFile> files) {
        this.role = role;
        List<byte[]> packed = new ArrayList<>(files.size());
        files.forEach(file -> packed.add(packed(file)));
        packed.sort((a, b) -> Arrays.compareUnsigned(a, Integer.BYTES, pathEnd(a), b, Integer.BYTES, pathEnd(b)));
        this.entries = ByteBuffer.allocate(
                packed.stream().mapToInt(entry -> entry.length).sum());
        this.starts = new int[packed.size() + 1];
        for (int i = 0; i < packed.size(); i++) {
            entries.put(packed.get(i));
            starts[i + 1] = entries.position();
        }
    }

    private static byte[] packed(TargetFile file) {
        byte[] path = file.path().utf8();
        byte[] custom = file.custom().members().isEmpty() ? new byte[0] : JsonWriter.write(file.custom());
        int digests = file.digests().stream()
                .mapToInt(digest -> 1 + digest.algorithm().length())
                .sum();
        ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + path.length + Long.BYTES + 1 + digests + custom.length);
        entry.putInt(path.length).put(path).putLong(file.length()).put((byte)
                file.digests().size());
        file.digests()
                .forEach(digest ->
                        entry.put((byte) ALGORITHMS.indexOf(digest.algorithm())).put(digest.view()));
        return entry.put(custom).array();
    }

    private static int pathEnd(byte[] entry) {
        return Integer.BYTES + ByteBuffer.wrap(entry).getInt();
    }

    private TargetFile file(int index, @Nullable TargetPath known) {
        ByteBuffer entry = entries.slice(starts[index], starts[index + 1] - starts[index]);
        int pathBytes = entry.getInt();
        TargetPath path = known != null ? known : new TargetPath(new String(bytes(entry, pathBytes), UTF_8));
        long length = entry.position(Integer.BYTES + pathBytes).getLong();
        Digest[] digests = new Digest[entry.get()];
        for (int i = 0; i < digests.length; i++) {
            HashAlgorithm algorithm = ALGORITHMS.get(entry.get());
            digests[i] = new Digest(algorithm, bytes(entry, algorithm.length()));
        }
        return new TargetFile(
                path,
                length,
                List.of(digests),
                entry.hasRemaining() ? custom(bytes(entry, entry.remaining())) : JsonObject.EMPTY,
                role);
    }

    private static byte[] bytes(ByteBuffer entry, int length) {
        byte[] bytes = new byte[length];
        entry.get(bytes);
        return bytes;
    }

    private static JsonObject custom(byte[] json) {
        try {
            return JsonReader.parseObject(json, JsonReader.Numbers.INTEGERS_ONLY);
        } catch (JsonException e) {
            throw new AssertionError("what was written can't be read", e);
        }
    }

    /** Negative when there is no such path. */
    private int find(byte[] path) {
        byte[] all = entries.array();
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int start = starts[middle] + Integer.BYTES;
            int order =
                    Arrays.compareUnsigned(all, start, start + entries.getInt(starts[middle]), path, 0, path.length);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return -1;
    }

    @Override
    public @Nullable TargetFile get(@Nullable Object key) {
        int found = key instanceof TargetPath path ? find(path.utf8()) : -1;
        return found < 0 ? null : file(found, (TargetPath) key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof TargetPath path && find(path.utf8()) >= 0;
    }

    @Override
    public int size() {
        return starts.length - 1;
    }

    @Override
    public Set<Entry<TargetPath, TargetFile>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<TargetPath, TargetFile>> iterator() {
                return IntStream.range(0, size())
                        .mapToObj(i -> file(i, null))
                        .<Entry<TargetPath, TargetFile>>map(file -> new SimpleImmutableEntry<>(file.path(), file))
                        .iterator();
            }

            @Override
            public int size() {
                return PackedTargets.this.size();
            }
        };
    }
}
