package dev.assay.app;

import dev.assay.author.Repository;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Following;
import dev.assay.author.follow.Growth;
import dev.assay.gate.Deadlines;
import dev.assay.gate.Newcomers;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.FileWatch;
import dev.assay.server.Handler;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A follower that stands apart, running: it follows for as long as it is open, and serves what it publishes. */
final class FollowServer implements AutoCloseable {

    private final Opened opened = new Opened();
    private final HttpServer server;
    private @Nullable HttpServer operations;

    /**
     * Where it listens, and who may ask it for what.
     *
     * @param accounts file of those who may ask for a project
     * @param operations where operators ask; empty for nowhere
     */
    record Options(
            HostAndPort listen,
            Optional<TlsOptions> tls,
            Optional<Path> accounts,
            Optional<HostAndPort> operations,
            Duration recheck,
            Growth growth) {
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
            Following following =
                    opened.add(new Following(follower, options.recheck(), options.growth(), new SplittableRandom()));
            Newcomers newcomers = opened.add(new Newcomers(
                    project -> EmbeddedFollower.outcome(project, following), opened.add(new Deadlines(clock))));
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
            FollowReports reports = new FollowReports("follow", metrics, audit, clock);
            reports.watch(following::followed);
            if (options.operations().isPresent()) {
                Supplier<String> text = () -> reports.text(following.followed(), follower.alarmLog());
                operations = opened.add(operations(options.operations().get(), text, metrics, clock));
            }
            following.start(reports);
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

    private static HttpServer operations(
            HostAndPort listen, Supplier<String> following, Metrics metrics, InstantSource clock) throws IOException {
        Handler handler = FollowRoutes.operations(metrics, following);
        ServerOptions options = ServerOptions.DEFAULTS
                .withListen(listen.host(), listen.port())
                .withThreads(new ServerOptions.Threads(1, 2, 16));
        return HttpServer.start(options, handler, ended -> {}, clock);
    }

    /** Where operators ask; ends with a slash. Empty for nowhere. */
    Optional<URI> operationsUrl() {
        return Optional.ofNullable(operations).map(FollowServer::url);
    }

    /** Where it answers; ends with a slash. */
    URI url() {
        return url(server);
    }

    private static URI url(HttpServer server) {
        HostAndPort address = new HostAndPort(server.address().getAddress().getHostAddress(), server.port());
        return URI.create((server.isSecure() ? "https://" : "http://") + address + "/");
    }

    /** Safe to call twice. */
    @Override
    public void close() {
        opened.close();
    }
}
