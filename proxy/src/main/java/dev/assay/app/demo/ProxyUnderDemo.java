package dev.assay.app.demo;

import dev.assay.upstream.Mirror;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A running proxy as the demonstration sees it. The program hands in how to start one, so that this package stays below it. */
public interface ProxyUnderDemo extends AutoCloseable {
    /** Ends with a slash. */
    URI base();

    @Override
    void close();

    /**
     * What differs from proxy to proxy here; everything else is as in the default configuration.
     *
     * @param pinnedRoot file of the trust anchor
     * @param metadata base URL of the signed metadata, ends with a slash
     * @param targets base URL of the signed pages, ends with a slash
     * @param mirrors asked in this order
     * @param data the data folder
     * @param patience before bytes of an unverified file begin to flow
     * @param tailBytes withheld until it is verified
     * @param refresh interval between looks for newer metadata
     * @param stall how long an upstream may stay below the minimum rate
     */
    record Setup(
            Path pinnedRoot,
            URI metadata,
            URI targets,
            List<Mirror> mirrors,
            Path data,
            Duration patience,
            int tailBytes,
            Duration refresh,
            Duration stall) {
        public Setup {
            mirrors = List.copyOf(mirrors);
        }
    }

    /** Starts a proxy on a free port of 127.0.0.1. */
    @FunctionalInterface
    interface Starter {
        ProxyUnderDemo start(Setup setup) throws IOException;
    }
}
