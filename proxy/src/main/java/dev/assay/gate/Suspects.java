package dev.assay.gate;

import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Provenance;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What several mirrors gave of a file that did not verify together. It stays staged, within the bound on what is, until the whole has
 * verified from elsewhere; then each part is held against that. Nobody is blamed before, and nobody at all when that never comes.
 * Thread-safe.
 */
final class Suspects {
    private static final int BUFFER = 128 << 10;

    /** What one mirror gave, with a reference to the bytes. */
    private record Part(MirrorClient mirror, Provenance provenance, StagedBlob bytes, long from, long end) {
        /** The first byte of the file that is another here; empty when all are right. */
        OptionalLong firstDifference(StagedBlob right) {
            for (long at = from; at < end; at += BUFFER) {
                int most = (int) Math.min(BUFFER, end - at);
                int differs = Arrays.mismatch(read(bytes, at, most), read(right, at, most));
                if (differs >= 0) {
                    return OptionalLong.of(at + differs);
                }
            }
            return OptionalLong.empty();
        }

        byte[] first() {
            return read(bytes, from, (int) Math.min(Attempt.SAMPLE, end - from));
        }

        byte[] last() {
            int count = (int) Math.min(Attempt.SAMPLE, end - from);
            return read(bytes, end - count, count);
        }

        private static byte[] read(StagedBlob blob, long at, int most) {
            ByteBuffer into = ByteBuffer.allocate((int) Math.max(0, Math.min(most, blob.size() - at)));
            while (into.hasRemaining()) {
                int unused = blob.read(at + into.position(), into);
            }
            return into.array();
        }
    }

    private final SignedFile file;
    private final FileSources sources;
    private final List<Part> parts = new ArrayList<>();
    private boolean ended;

    Suspects(SignedFile file, FileSources sources) {
        this.file = file;
        this.sources = sources;
    }

    synchronized boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Keeps the bytes of an attempt that is about to be dropped. */
    void keep(Attempt wrong) {
        if (!wrong.isOnDisk() || !add(wrong)) {
            notBlamed(wrong.sources().stream().map(Source::mirror), "they can't be kept");
        }
    }

    private synchronized boolean add(Attempt wrong) {
        if (ended) {
            return false;
        }
        List<Source> givers = wrong.sources();
        for (int i = 0; i < givers.size(); i++) {
            Source giver = givers.get(i);
            long end = i + 1 < givers.size() ? givers.get(i + 1).from() : wrong.size();
            wrong.staged().retain();
            parts.add(new Part(giver.mirror(), giver.body().provenance(), wrong.staged(), giver.from(), end));
        }
        return true;
    }

    /** Blames who gave other bytes than these, which have verified. */
    void compare(Attempt right) {
        if (right.streams()) {
            return;
        }
        List<Part> compared = take();
        try {
            compared.forEach(part -> compare(part, right.staged()));
        } finally {
            compared.forEach(part -> part.bytes().release());
        }
    }

    private void compare(Part part, StagedBlob right) {
        try {
            OptionalLong differs = part.firstDifference(right);
            if (differs.isPresent() && sources.verdict(part.mirror(), file).isEmpty()) {
                String found = "another byte " + differs.getAsLong() + " than what verified";
                sources.convict(part.mirror(), file, found, part.provenance(), part.first(), part.last());
            }
        } catch (StoreException e) {
            notBlamed(Stream.of(part.mirror()), "local store: " + e.getMessage());
        }
    }

    /** Gives the room back. */
    void giveUp(String why) {
        List<Part> given = take();
        given.forEach(part -> part.bytes().release());
        if (!given.isEmpty()) {
            notBlamed(given.stream().map(Part::mirror), why);
        }
    }

    /** Nothing more will verify. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        giveUp("the whole did not come to compare them with");
    }

    private void notBlamed(Stream<MirrorClient> mirrors, String why) {
        sources.notBlamed(file, mirrors.distinct().toList(), why);
    }

    private synchronized List<Part> take() {
        List<Part> taken = List.copyOf(parts);
        parts.clear();
        return taken;
    }
}
