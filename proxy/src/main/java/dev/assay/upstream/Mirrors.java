package dev.assay.upstream;

import java.util.Iterator;
import java.util.List;

/** Every configured mirror, each with its client. Thread-safe. */
public final class Mirrors implements AutoCloseable, Iterable<MirrorClient> {
    private final List<MirrorClient> all;

    /** Clients for all of them, within the same limits. */
    public Mirrors(List<Mirror> mirrors, UpstreamOptions options) {
        this.all = mirrors.stream()
                .map(mirror -> new MirrorClient(mirror, options))
                .toList();
    }

    /** In the order of the configuration. */
    public List<MirrorClient> all() {
        return all;
    }

    @Override
    public Iterator<MirrorClient> iterator() {
        return all.iterator();
    }

    /** Cuts every transfer; a call made later fails. */
    @Override
    public void close() {
        all.forEach(MirrorClient::close);
    }
}
