package dev.assay.app;

import dev.assay.crypto.Digest;
import dev.assay.gate.GateOptions;
import dev.assay.gate.Layout;
import dev.assay.server.Network;
import dev.assay.server.ServerOptions;
import dev.assay.store.StoreOptions;
import dev.assay.trust.TrustOptions;
import dev.assay.upstream.Access;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an operator decided, checked and complete: the option records of the rooms, and what belongs to none of them.
 *
 * @param mirrors those that nothing is known of are asked in this order; at least one
 * @param transfers how many downloads run at once
 * @param upstream allows exactly the hosts and folders that {@code repository} and {@code mirrors} name
 * @param server listens where the configuration says
 * @param clients who may ask it
 * @param operations where metrics and the like are asked for
 * @param accessLog file of one line a request
 */
public record Config(
        Repository repository,
        List<Mirror> mirrors,
        GateOptions gate,
        int transfers,
        UpstreamOptions upstream,
        ServerOptions server,
        Clients clients,
        ServerOptions operations,
        StoreOptions store,
        TrustOptions trust,
        LogLevel logLevel,
        Optional<Path> accessLog) {

    /**
     * Whose signature is trusted, and where it is published.
     *
     * @param metadata base URL of the metadata files, ends with a slash
     * @param targets base URL of signed pages, ends with a slash
     * @param root file of the trust anchor
     * @param access how both are spoken to
     * @param rootSha256 what the root file must be, when that was configured
     */
    public record Repository(
            URI metadata,
            URI targets,
            Access access,
            Path root,
            Optional<Digest> rootSha256,
            Layout layout,
            Duration refreshInterval) {}

    /**
     * Who may ask.
     *
     * @param allowed networks; empty for everybody
     * @param users file of the accounts; empty when nobody needs one
     */
    public record Clients(List<Network> allowed, Optional<Path> users) {
        static final Clients EVERYBODY = new Clients(List.of(), Optional.empty());

        public Clients {
            allowed = List.copyOf(allowed);
        }
    }

    public Config {
        mirrors = List.copyOf(mirrors);
    }
}
