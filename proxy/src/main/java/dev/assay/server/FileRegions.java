package dev.assay.server;

import dev.assay.store.FileParts;
import io.netty.channel.DefaultFileRegion;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A file on its way to the socket, region after region; the kernel sends them. Instead of each region closing the file, the last
 * who lets go of it does: a region when it is sent or given up, or {@link #letGo}. On one event loop.
 */
final class FileRegions implements Iterator<DefaultFileRegion> {
    private final FileParts file;
    private long position;
    private int references = 1;

    FileRegions(FileParts file) {
        this.file = file;
    }

    @Override
    public boolean hasNext() {
        return position < file.length();
    }

    @Override
    public DefaultFileRegion next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        FileParts.Part part = file.part(position);
        position += part.length();
        references++;
        return new DefaultFileRegion(file.channel(), part.position(), part.length()) {
            @Override
            protected void deallocate() {
                letGo();
            }
        };
    }

    /** Called once by whoever made it, when no region is asked for any more. */
    void letGo() {
        if (--references == 0) {
            file.close();
        }
    }
}
