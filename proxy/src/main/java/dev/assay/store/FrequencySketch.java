package dev.assay.store;

/**
 * How often things were asked for lately, roughly and in fixed memory: a count-min sketch of four-bit counters that are all halved from
 * time to time, as in "TinyLFU: A Highly Efficient Cache Admission Policy" (Einziger, Friedman, Manes, 2017). Thread-safe.
 */
final class FrequencySketch {
    static final int MOST = 15;

    private static final int ROWS = 4;
    private static final int COUNTERS_PER_WORD = 16;
    private static final long ODD_BITS_CLEARED = 0x7777777777777777L;
    private static final long[] SEEDS = {
        0x9E3779B97F4A7C15L, 0xC2B2AE3D27D4EB4FL, 0x165667B19E3779F9L, 0xD6E8FEB86659FD93L
    };

    private final long[] words;
    private long counted;

    /** A sketch of {@code words} times 8 bytes, a power of two; good for as many things. */
    FrequencySketch(int words) {
        this.words = new long[words];
    }

    /**
     * Counts one.
     *
     * @param things how many there are: after ten times as many counts, all are halved, so that yesterday fades
     */
    synchronized void count(long hash, long things) {
        boolean any = false;
        for (int row = 0; row < ROWS; row++) {
            long place = place(hash, row);
            int word = word(place);
            int shift = shift(place);
            if (((words[word] >>> shift) & MOST) < MOST) {
                words[word] += 1L << shift;
                any = true;
            }
        }
        if (any && ++counted >= 10 * Math.max(things, COUNTERS_PER_WORD)) {
            halve();
        }
    }

    /** How often it was counted lately, at least; 0 to 15. */
    synchronized int frequency(long hash) {
        long least = MOST;
        for (int row = 0; row < ROWS; row++) {
            long place = place(hash, row);
            least = Math.min(least, (words[word(place)] >>> shift(place)) & MOST);
        }
        return (int) least;
    }

    private void halve() {
        for (int i = 0; i < words.length; i++) {
            words[i] = (words[i] >>> 1) & ODD_BITS_CLEARED;
        }
        counted /= 2;
    }

    private static long place(long hash, int row) {
        long mixed = (hash + SEEDS[row]) * SEEDS[row];
        mixed ^= mixed >>> 32;
        return (mixed * SEEDS[ROWS - 1 - row]) >>> 16;
    }

    private int word(long place) {
        return (int) (place >>> 4) & (words.length - 1);
    }

    private static int shift(long place) {
        return (int) (place & (COUNTERS_PER_WORD - 1)) << 2;
    }
}
