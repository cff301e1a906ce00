package dev.assay.upstream;

import java.net.URI;
import java.util.List;

/** One mirror as it is asked: through a client of its own, so that nothing that is meant for it reaches another. Thread-safe. */
public final class MirrorClient implements AutoCloseable {
    private final Mirror mirror;
    private final UpstreamClient client;

    /** A client for this mirror alone; the options name the hosts that it may redirect to. */
    public MirrorClient(Mirror mirror, UpstreamOptions options) {
        this.mirror = mirror;
        this.client = new UpstreamClient(options, mirror.access(), List.of(mirror.simple(), mirror.files()));
    }

    /** For logs, metrics and messages. */
    public String name() {
        return mirror.name();
    }

    /** Where it keeps what. */
    public Mirror mirror() {
        return mirror;
    }

    /** A page of it, whole, as {@link UpstreamClient#fetch}. */
    public byte[] fetch(URI uri, long maxBytes, String accept) throws UpstreamException {
        return client.fetch(uri, maxBytes, accept);
    }

    /**
     * Starts the transfer of a file.
     *
     * @param from bytes of it that are here already
     * @param maxBytes of the rest
     */
    public Download open(String path, long from, long maxBytes) throws UpstreamException {
        return client.open(mirror.file(path), from, maxBytes);
    }

    @Override
    public void close() {
        client.close();
    }
}
