package dev.assay.benchmarks.store;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Requests shaped like package downloads, from a seed: popularity by Zipf's law (0.9), log-normal sizes (median 100 KB, mean 0.7 MB, at
 * most 64 MiB), new releases that take over a popular place, and four times a job that mirrors a quarter of all files in a row, beside
 * everybody else.
 */
public final class Trace {
    /** One file; several requests are for the same. */
    record Wanted(int number, Digest digest, long bytes) {}

    private static final double ZIPF = 0.9;
    private static final long MOST_BYTES = 64L << 20;
    private static final int PIECE = 1 << 20;
    private static final int SCANS = 4;
    /** One in so many requests is for a file that is new. */
    private static final int RELEASES = 400;
    /** One in so many requests is for the page. */
    private static final int PAGES = 10;

    private final Random random;
    /** What is popular now, the most popular first. */
    private final Wanted[] places;
    /** Sums of the places' shares. */
    private final double[] shares;

    private int made;

    private Trace(int files, long seed) {
        random = new Random(seed);
        places = new Wanted[files];
        shares = new double[files];
        double sum = 0;
        for (int i = 0; i < files; i++) {
            sum += 1 / Math.pow(i + 1, ZIPF);
            shares[i] = sum;
            places[i] = newFile();
        }
    }

    /**
     * {@code FILES REQUESTS SEED SIZES_FILE PATHS_FILE}: writes the size of each file, a line each, and the path of each request to
     * {@link dev.assay.benchmarks.load.CrowdIndex}, every tenth of them for the page.
     */
    public static void main(String[] args) throws IOException {
        List<Wanted> requests = of(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
        SortedMap<Integer, Long> sizes = new TreeMap<>();
        List<String> paths = new ArrayList<>();
        for (Wanted wanted : requests) {
            sizes.put(wanted.number(), wanted.bytes());
            paths.add(
                    paths.size() % PAGES == 0
                            ? "/simple/crowd/"
                            : "/packages/crowd-1." + wanted.number() + "-py3-none-any.whl");
        }
        List<String> lines = IntStream.rangeClosed(0, sizes.lastKey())
                .mapToObj(number -> sizes.getOrDefault(number, 2000L).toString())
                .toList();
        Files.write(Path.of(args[3]), lines);
        Files.write(Path.of(args[4]), paths);
    }

    /** So many requests; of {@code files} files that are there at the start, and of some that come later. */
    static List<Wanted> of(int files, int requests, long seed) {
        return new Trace(files, seed).requests(requests);
    }

    private List<Wanted> requests(int count) {
        List<Wanted> requests = new ArrayList<>();
        int toScan = 0;
        int scanned = 0;
        for (int i = 0; i < count; i++) {
            if (i % (count / SCANS) == count / SCANS / 2) {
                toScan = places.length / SCANS;
            }
            if (toScan > 0 && random.nextInt(3) == 0) {
                toScan--;
                requests.add(places[scanned++ % places.length]);
                continue;
            }
            if (random.nextInt(RELEASES) == 0) {
                places[(int) (Math.pow(random.nextDouble(), 3) * places.length)] = newFile();
            }
            requests.add(popular());
        }
        return requests;
    }

    private Wanted popular() {
        int found = Arrays.binarySearch(shares, random.nextDouble() * shares[shares.length - 1]);
        return places[Math.min(places.length - 1, found < 0 ? -found - 1 : found)];
    }

    private Wanted newFile() {
        long bytes = (long) Math.min(MOST_BYTES, 2000 + Math.exp(11.5 + random.nextGaussian() * 2));
        int number = made++;
        Hasher hasher = new Hasher(List.of(HashAlgorithm.SHA256));
        pieces(number, bytes, (piece, length) -> hasher.update(piece, 0, length));
        return new Wanted(number, hasher.finish().get(0), bytes);
    }

    /** The content of a file, piece by piece in the same buffer: its number, and zeros. */
    static void pieces(int number, long bytes, ObjIntConsumer<byte[]> consumer) {
        byte[] piece = new byte[PIECE];
        ByteBuffer.wrap(piece).putInt(number);
        for (long left = bytes; left > 0; left -= PIECE) {
            consumer.accept(piece, (int) Math.min(left, PIECE));
        }
    }
}
