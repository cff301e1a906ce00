package dev.assay.server;

import dev.assay.store.FileSlice;
import io.netty.channel.DefaultFileRegion;

/** A slice on its way to the socket; the kernel sends it. It gives the slice back instead of closing the file, which is shared. */
final class SliceRegion extends DefaultFileRegion {
    private final FileSlice slice;

    SliceRegion(FileSlice slice) {
        super(slice.channel(), slice.position(), slice.length());
        this.slice = slice;
    }

    @Override
    protected void deallocate() {
        slice.close();
    }
}
