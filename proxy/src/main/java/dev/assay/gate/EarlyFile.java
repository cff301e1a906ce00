package dev.assay.gate;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file that is handed over while it is still being verified: its tail is withheld until the hash matches, and it completes
 * only from the very bytes it began with. Read by one thread at a time; close it.
 */
public final class EarlyFile implements AutoCloseable {
    private final VerifiedDownload download;
    private final long length;
    private @Nullable Attempt begunWith;
    private @Nullable CutException cut;
    private boolean closed;

    EarlyFile(VerifiedDownload download, long length) {
        this.download = download;
        this.length = length;
    }

    /** Bytes: the signed length, or the mirror's Content-Length where none is signed. */
    public long length() {
        return length;
    }

    /** Copies what may be handed over now; 0 when nothing may be yet. */
    public int read(long position, ByteBuffer into) throws CutException {
        Attempt attempt = begun(null);
        if (attempt == null) {
            return 0;
        }
        long readable = download.readable(attempt, length);
        if (position >= readable) {
            return 0;
        }
        int most = (int) Math.min(into.remaining(), readable - position);
        ByteBuffer part = into.slice(into.position(), most);
        int count = attempt.staged().read(position, part);
        into.position(into.position() + count);
        return count;
    }

    /** Runs {@code wake} once when {@link #read} at {@code position} has something to give or to throw. */
    public void onReadable(long position, Runnable wake) {
        try {
            Attempt attempt = begun(wake);
            if (attempt != null) {
                download.onReadable(attempt, position, length, wake);
            }
        } catch (CutException e) {
            cut = e; // the next read says so, whatever the next mirror does meanwhile
            wake.run();
        }
    }

    /** What it began with, if it has begun by now; else {@code wake} runs when that is worth another look. */
    private @Nullable Attempt begun(@Nullable Runnable wake) throws CutException {
        if (cut != null) {
            throw cut;
        }
        if (begunWith == null) {
            begunWith = download.begin(length, wake);
        }
        return begunWith;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (begunWith == null) {
            download.leave();
        } else {
            download.leave(begunWith);
        }
    }
}
