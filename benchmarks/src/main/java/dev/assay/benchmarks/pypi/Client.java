package dev.assay.benchmarks.pypi;

import dev.assay.benchmarks.MemoryStore;
import dev.assay.trust.Lookup;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetPath;
import dev.assay.upstream.HttpMetadataSource;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Our client, as the proxy has it, but for its store: what a run must not measure is the disk. */
final class Client implements AutoCloseable {
    private final UpstreamClient http;
    private final Updater updater;

    Client(IndexProcess index, TrustOptions options) throws IOException, InvalidMetadataException {
        this(index, options, new MemoryStore());
    }

    /** What is stored is loaded and verified, as after a restart. */
    Client(IndexProcess index, TrustOptions options, MetadataStore store) throws IOException, InvalidMetadataException {
        this.http = new UpstreamClient(UpstreamOptions.DEFAULTS.withPlaces(List.of(index.url())));
        this.updater = new Updater(
                index.root(), new HttpMetadataSource(http, index.url().resolve("metadata/")), store, options);
    }

    void refresh() throws IOException, InvalidMetadataException {
        updater.refresh(Instant.now());
    }

    /** Resolves a path, over the network where its bin is not in memory; whether it is signed. */
    boolean resolve(String path) throws IOException, InvalidMetadataException {
        return updater.load(new TargetPath(path), Instant.now()) instanceof Lookup.Signed;
    }

    /** Resolves a path whose bin is in memory. */
    boolean isSigned(TargetPath path, Instant now) throws InvalidMetadataException {
        return updater.view().find(path, now) instanceof Lookup.Signed;
    }

    @Override
    public void close() {
        http.close();
    }
}
