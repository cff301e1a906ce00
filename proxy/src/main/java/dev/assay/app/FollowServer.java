package dev.assay.app;

import dev.assay.author.Repository;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Following;
import dev.assay.gate.Deadlines;
import dev.assay.gate.Newcomers;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.FileWatch;
import dev.assay.server.HttpServer;
import dev.assay.server.ServerOptions;
import dev.assay.server.TlsOptions;
import dev.assay.upstream.Loopback;
import dev.assay.web.Accounts;
import dev.assay.web.FollowRoutes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A follower that stands apart, running: it follows for as long as it is open, and serves what it publishes. */
final class FollowServer implements AutoCloseable {

    private final Opened opened = new Opened();
    private final HttpServer server;

    /**
     * Where it listens, and who may ask it for what.
     *
     * @param accounts file of those who may ask for a project
     */
    record Options(HostAndPort listen, Optional<TlsOptions> tls, Optional<Path> accounts, Duration recheck) {
        Options {
            boolean open = !Loopback.isAt(URI.create("http://" + listen + "/"));
            if (accounts.isPresent() && tls.isEmpty() && open) {
                throw new IllegalArgumentException("--serve " + listen + " (expected: a loopback address, or"
                        + " --certificate and --key, since proxies show secrets there)");
            }
        }
    }

    private FollowServer(Options options, Repository repository, Follower follower, InstantSource clock)
            throws IOException {
        boolean started = false;
        try {
            Metrics metrics = new Metrics();
            AuditLog audit = new AuditLog(repository.followFolder(), clock);
            Following following = opened.add(new Following(follower, options.recheck(), new SplittableRandom()));
            Newcomers newcomers = opened.add(new Newcomers(following::follow, opened.add(new Deadlines(clock))));
            Optional<Accounts> accounts = Optional.empty();
            if (options.accounts().isPresent()) {
                accounts = Optional.of(new Accounts(options.accounts().get()));
            }
            FollowRoutes routes = new FollowRoutes(repository.publicFolder(), newcomers, accounts, metrics, audit);
            accounts.ifPresent(present -> opened.add(new FileWatch(List.of(present.file()), routes::reload)));
            ServerOptions listen = ServerOptions.DEFAULTS.withListen(
                    options.listen().host(), options.listen().port());
            server = opened.add(
                    HttpServer.start(options.tls().map(listen::withTls).orElse(listen), routes, ended -> {}, clock));
            following.start(new FollowReports("follow", metrics, audit));
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /**
     * Starts both; returns when requests are answered.
     *
     * @param follower used by nobody else until this is closed
     */
    static FollowServer start(Options options, Repository repository, Follower follower, InstantSource clock)
            throws IOException {
        return new FollowServer(options, repository, follower, clock);
    }

    /** Where it answers; ends with a slash. */
    URI url() {
        HostAndPort address = new HostAndPort(server.address().getAddress().getHostAddress(), server.port());
        return URI.create((server.isSecure() ? "https://" : "http://") + address + "/");
    }

    /** Safe to call twice. */
    @Override
    public void close() {
        opened.close();
    }
}
