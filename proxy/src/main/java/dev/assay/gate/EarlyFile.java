package dev.assay.gate;

import dev.assay.store.StagedBlob;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file that is handed over while it is still being verified: its tail is withheld until the hash matches, and it completes
 * only from the very bytes it began with. Read by one thread at a time; close it.
 */
public final class EarlyFile implements AutoCloseable {
    private final VerifiedDownload download;
    private final long length;
    private @Nullable StagedBlob begunWith;
    private boolean closed;

    EarlyFile(VerifiedDownload download, long length) {
        this.download = download;
        this.length = length;
    }

    /** Bytes: the signed length, or the mirror's Content-Length where none is signed. */
    public long length() {
        return length;
    }

    /**
     * Copies what may be handed over now; 0 when nothing may be yet. With its first byte it is bound to what it began with; until
     * then the next mirror's bytes will do.
     */
    public int read(long position, ByteBuffer into) throws CutException {
        StagedBlob bound = begunWith;
        if (bound != null) {
            return copy(bound, position, into);
        }
        StagedBlob staged = download.retainStaged(length);
        if (staged == null) {
            return 0;
        }
        int count = 0;
        try {
            count = copy(staged, position, into);
        } catch (CutException e) {
            // replaced this moment, and nothing of it was sent: whatever comes next will do, or will say that nothing
            // comes
            return 0;
        } finally {
            if (count == 0) {
                staged.release();
            } else {
                begunWith = staged;
            }
        }
        return count;
    }

    private int copy(StagedBlob staged, long position, ByteBuffer into) throws CutException {
        long readable = download.readable(staged, length);
        if (position >= readable) {
            return 0;
        }
        int most = (int) Math.min(into.remaining(), readable - position);
        ByteBuffer part = into.slice(into.position(), most);
        int count = staged.read(position, part);
        into.position(into.position() + count);
        return count;
    }

    /** Runs {@code wake} once when {@link #read} at {@code position} has something to give or to throw. */
    public void onReadable(long position, Runnable wake) {
        download.onReadable(begunWith, position, length, wake);
    }

    @Override
    public void close() {
        StagedBlob staged = begunWith;
        if (staged != null && !closed) {
            staged.release();
        }
        closed = true;
    }
}
