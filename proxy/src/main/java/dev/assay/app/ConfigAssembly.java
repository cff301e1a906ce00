package dev.assay.app;

import dev.assay.author.follow.Growth;
import dev.assay.author.follow.Index;
import dev.assay.crypto.SignatureScheme;
import dev.assay.gate.GateOptions;
import dev.assay.gate.Layout;
import dev.assay.gate.ProjectPattern;
import dev.assay.server.Balancers;
import dev.assay.server.ServerOptions;
import dev.assay.server.TlsOptions;
import dev.assay.store.StoreOptions;
import dev.assay.trust.TrustOptions;
import dev.assay.upstream.Access;
import dev.assay.upstream.Loopback;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the option records out of values that were checked. Throws {@link IllegalArgumentException} where values that are right
 * by themselves do not go together.
 */
final class ConfigAssembly {
    private final Settings settings;
    private final OutgoingProxies proxies;

    private ConfigAssembly(Settings settings, Map<String, String> environment) {
        this.settings = settings;
        this.proxies = new OutgoingProxies(settings, environment);
    }

    static Config of(
            Settings settings,
            Map<String, ConfigReader.RepositorySettings> named,
            List<Settings> map,
            Map<String, String> environment) {
        ConfigAssembly assembly = new ConfigAssembly(settings, environment);
        List<Config.Repository> repositories = new ArrayList<>();
        Map<String, Mirror> mirrors = new HashMap<>();
        named.forEach((name, of) -> repositories.add(assembly.repository(name, of, mirrors)));
        List<Config.Entry> entries = map.isEmpty()
                ? List.of(Config.Entry.everything())
                : map.stream().map(entry -> entry(entry, named.keySet())).toList();
        requireOwners(entries, named.keySet());
        return new Config(
                repositories,
                entries,
                assembly.gate(),
                settings.get(Keys.TRANSFERS),
                assembly.upstream(),
                assembly.server(),
                assembly.clients(),
                assembly.operations(),
                assembly.store(),
                assembly.trust(),
                settings.get(Keys.LOG_LEVEL),
                settings.find(Keys.ACCESS_LOG));
    }

    private Config.Repository repository(String name, ConfigReader.RepositorySettings of, Map<String, Mirror> mirrors) {
        Settings own = of.settings();
        AccessKeys access = RepositoryKeys.REPOSITORY_ACCESS;
        List<Mirror> places = mirrors(of.mirrors(), mirrors);
        if (own.isSet(RepositoryKeys.INDEX_URL)) {
            return followed(name, of, places);
        }
        URI metadata = own.get(RepositoryKeys.METADATA_URL);
        Optional<URI> follower = own.find(RepositoryKeys.FOLLOWER_URL);
        if (follower.filter(ConfigAssembly::isOpen).isPresent()) {
            throw new IllegalArgumentException(of.key() + ".follower-url: " + follower.get()
                    + " (expected: https, or http on loopback, since credentials go there)");
        }
        return new Config.Repository(
                name,
                of.key(),
                metadata,
                own.find(RepositoryKeys.TARGETS_URL).orElseGet(() -> Mirror.above(metadata)),
                access.access(own, proxies.to(metadata, own.find(access.proxy())), 0, 0),
                own.get(RepositoryKeys.ROOT),
                own.find(RepositoryKeys.ROOT_SHA256),
                layout(of.key(), own),
                own.get(RepositoryKeys.REFRESH_INTERVAL),
                own.get(RepositoryKeys.MAX_UNCONFIRMED),
                own.find(RepositoryKeys.GRACE).orElse(Duration.ZERO),
                places,
                follower.map(Config.Signer.Apart::new));
    }

    /** Signed by this process, and then read like any other: from the folder that it is published in. */
    private Config.Repository followed(String name, ConfigReader.RepositorySettings of, List<Mirror> mirrors) {
        Settings own = of.settings();
        URI index = own.get(RepositoryKeys.INDEX_URL);
        requireVerifiable(of, index);
        Path folder = settings.get(Keys.DATA).resolve("follow-" + name).toAbsolutePath();
        URI published = URI.create("file://" + folder.resolve("public").toUri().getRawPath() + "/");
        AccessKeys access = RepositoryKeys.REPOSITORY_ACCESS;
        return new Config.Repository(
                name,
                of.key(),
                published.resolve("metadata/"),
                published,
                Access.PLAIN,
                folder.resolve("root.json"),
                Optional.empty(),
                Layout.ASSAY,
                own.get(RepositoryKeys.REFRESH_INTERVAL),
                own.get(RepositoryKeys.MAX_UNCONFIRMED),
                own.find(RepositoryKeys.GRACE).orElse(Duration.ZERO),
                mirrors,
                Optional.of(new Config.Signer.Embedded(
                        index,
                        access.access(own, proxies.to(index, own.find(access.proxy())), 0, 0),
                        folder,
                        own.get(RepositoryKeys.RECHECK_INTERVAL),
                        new Growth(own.get(RepositoryKeys.MAX_FOLLOWED), own.get(RepositoryKeys.MAX_NEW_PER_HOUR)))));
    }

    private static void requireVerifiable(ConfigReader.RepositorySettings of, URI index) {
        try {
            Index.requireVerifiable(index);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(of.key() + ".index-url: " + e.getMessage(), e);
        }
        for (Settings mirror : of.mirrors()) {
            URI url = mirror.get(RepositoryKeys.MIRROR_URL);
            URI files = mirror.find(RepositoryKeys.MIRROR_FILES).orElse(url);
            if ((isOpen(url) || isOpen(files)) && mirror.get(RepositoryKeys.MIRROR_PLAIN_HTTP) == Switch.OFF) {
                throw new IllegalArgumentException("mirrors.url: " + url + " (expected: https, or http on loopback;"
                        + " if others may see what is asked for, set mirrors.plain-http: on, or give --plain-http)");
            }
        }
    }

    /** Whether others on the way can read along. */
    private static boolean isOpen(URI url) {
        return "http".equalsIgnoreCase(url.getScheme()) && !Loopback.isAt(url);
    }

    private static Config.Entry entry(Settings entry, Set<String> known) {
        List<String> repositories = entry.get(RepositoryKeys.MAP_REPOSITORIES);
        for (String name : repositories) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("map.repositories: " + Settings.shown(name) + " (expected: of "
                        + String.join(", ", known) + ")");
            }
        }
        if (Set.copyOf(repositories).size() < repositories.size()) {
            throw new IllegalArgumentException("map.repositories: one is named twice in " + repositories);
        }
        int least = Math.min(2, repositories.size());
        int threshold = entry.find(RepositoryKeys.MAP_THRESHOLD).orElse(repositories.size());
        if (threshold < least || threshold > repositories.size()) {
            throw new IllegalArgumentException(
                    "map.threshold: " + threshold + " (expected: " + least + " to " + repositories.size() + ")");
        }
        return new Config.Entry(
                entry.get(RepositoryKeys.MAP_PROJECTS).stream()
                        .map(ConfigAssembly::pattern)
                        .toList(),
                repositories,
                threshold);
    }

    private static ProjectPattern pattern(String text) {
        try {
            return new ProjectPattern(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("map.projects: " + e.getMessage(), e);
        }
    }

    private static void requireOwners(List<Config.Entry> entries, Set<String> known) {
        for (String name : known) {
            if (entries.stream().noneMatch(entry -> entry.repositories().contains(name))) {
                throw new IllegalArgumentException(
                        "repositories." + name + ": no entry of the map names it (expected: at least one)");
            }
        }
    }

    private static Layout layout(String key, Settings settings) {
        Optional<List<String>> pages = settings.find(RepositoryKeys.LAYOUT_PAGES);
        if (pages.isEmpty()
                || settings.isSet(RepositoryKeys.LAYOUT)) { // a variable names a preset in place of the file's own
            return settings.get(RepositoryKeys.LAYOUT);
        }
        try {
            return new Layout(
                    pages.get(),
                    settings.find(RepositoryKeys.LAYOUT_FILES),
                    settings.find(RepositoryKeys.LAYOUT_LIST),
                    settings.get(RepositoryKeys.LAYOUT_PREFIXED) == Switch.ON);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ".layout." + e.getMessage(), e);
        }
    }

    /** Mirrors with one name are one mirror: so say verdicts and metrics. */
    private List<Mirror> mirrors(List<Settings> items, Map<String, Mirror> known) {
        List<Mirror> mirrors = new ArrayList<>();
        for (Settings item : items) {
            URI url = item.get(RepositoryKeys.MIRROR_URL);
            String name = item.find(RepositoryKeys.MIRROR_NAME).orElseGet(() -> nameOf(url));
            URI files = item.find(RepositoryKeys.MIRROR_FILES).orElseGet(() -> Mirror.above(url));
            Mirror mirror = new Mirror(name, url, files, signed(item), access(item, url));
            Mirror other = known.putIfAbsent(name, mirror);
            boolean elsewhere = other != null
                    && !(other.simple().equals(url) && other.files().equals(files));
            if (elsewhere || mirrors.stream().anyMatch(each -> each.name().equals(name))) {
                throw new IllegalArgumentException(
                        "mirrors.name: " + Settings.shown(name) + " twice (expected: a name of its own for each)");
            }
            mirrors.add(mirror);
        }
        return mirrors;
    }

    private static Optional<Mirror.Signed> signed(Settings mirror) {
        Optional<URI> targets = mirror.find(RepositoryKeys.MIRROR_TARGETS);
        Optional<URI> metadata = mirror.find(RepositoryKeys.MIRROR_METADATA);
        if (targets.isPresent() && metadata.isEmpty()) {
            throw new IllegalArgumentException("mirrors.targets-url: " + targets.get()
                    + " without mirrors.metadata-url (expected: both, or metadata-url alone)");
        }
        return metadata.map(url -> new Mirror.Signed(url, targets.orElseGet(() -> Mirror.above(url))));
    }

    private Access access(Settings mirror, URI url) {
        AccessKeys keys = RepositoryKeys.MIRROR_ACCESS;
        return keys.access(
                mirror,
                proxies.to(url, mirror.find(keys.proxy())),
                mirror.find(RepositoryKeys.MIRROR_TRANSFERS).orElse(0),
                mirror.find(RepositoryKeys.MIRROR_RATE).orElse(0L));
    }

    private static String nameOf(URI url) {
        if (url.getHost() == null) {
            return "local";
        }
        String host = url.getHost().replaceAll("[^A-Za-z0-9._-]", "-");
        return url.getPort() == -1 ? host : host + "-" + url.getPort();
    }

    private GateOptions gate() {
        return new GateOptions(
                settings.get(Keys.DELIVERY_MODE),
                settings.get(Keys.PATIENCE),
                settings.get(Keys.LINGER),
                settings.get(Keys.TAIL),
                settings.get(Keys.MAX_FILE_SIZE),
                settings.get(Keys.MAX_PAGE_SIZE),
                settings.get(Keys.MAX_METADATA_FILE_SIZE));
    }

    private UpstreamOptions upstream() {
        return new UpstreamOptions(
                settings.get(Keys.CONNECT_TIMEOUT),
                settings.get(Keys.HEADER_TIMEOUT),
                settings.get(Keys.FIRST_BYTE_TIMEOUT),
                settings.get(Keys.MINIMUM_RATE),
                settings.get(Keys.RATE_WINDOW),
                settings.get(Keys.TOTAL_TIMEOUT),
                settings.get(Keys.MAX_REDIRECTS),
                List.of(),
                List.of());
    }

    private ServerOptions server() {
        HostAndPort listen = settings.get(Keys.LISTEN);
        ServerOptions.Threads threads = ServerOptions.DEFAULTS.threads();
        return new ServerOptions(
                listen.host(),
                listen.port(),
                tls(),
                new Balancers(
                        settings.find(ServerKeys.BALANCERS).orElse(List.of()), settings.get(ServerKeys.BALANCERS_SAY)),
                new ServerOptions.Threads(
                        settings.get(ServerKeys.EVENT_LOOPS).orElse(threads.eventLoops()),
                        settings.get(ServerKeys.WORKERS).orElse(threads.workers()),
                        settings.get(ServerKeys.QUEUE)),
                new ServerOptions.Limits(
                        settings.get(ServerKeys.MAX_CONNECTIONS),
                        settings.get(ServerKeys.MAX_CONNECTIONS_PER_ADDRESS),
                        settings.get(ServerKeys.MAX_REQUESTS_PER_ADDRESS),
                        Math.toIntExact(settings.get(ServerKeys.MAX_HEAD_SIZE)),
                        Math.toIntExact(settings.get(ServerKeys.MAX_LINE_SIZE)),
                        settings.get(ServerKeys.MAX_HEADERS),
                        settings.get(ServerKeys.MAX_STREAMS)),
                new ServerOptions.Deadlines(
                        settings.get(ServerKeys.HEAD_TIMEOUT),
                        settings.get(ServerKeys.IDLE_TIMEOUT),
                        settings.get(ServerKeys.WRITE_TIMEOUT),
                        settings.get(ServerKeys.DRAIN_TIMEOUT)));
    }

    private Config.Clients clients() {
        return new Config.Clients(
                settings.find(ServerKeys.ALLOW_FROM).orElse(List.of()),
                settings.find(ServerKeys.USERS),
                settings.find(ServerKeys.REQUEST_RATE));
    }

    /** As the server, but that few ask: another address, few threads, and no TLS. */
    private ServerOptions operations() {
        HostAndPort listen = settings.get(ServerKeys.OPERATIONS_LISTEN);
        return ServerOptions.DEFAULTS
                .withListen(listen.host(), listen.port())
                .withThreads(new ServerOptions.Threads(1, 2, 16));
    }

    /** TLS is on as soon as a key says so, and then needs a pair. */
    private Optional<TlsOptions> tls() {
        Optional<Path> certificate = settings.find(ServerKeys.TLS_CERTIFICATE);
        Optional<Path> key = settings.find(ServerKeys.TLS_KEY);
        Optional<Path> clientCa = settings.find(ServerKeys.TLS_CLIENT_CA);
        if (certificate.isEmpty() && key.isEmpty() && clientCa.isEmpty()) {
            return Optional.empty();
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new IllegalArgumentException("tls: " + (certificate.isEmpty() ? "certificate" : "key")
                    + " is not set (expected: both certificate and key, or none of the section)");
        }
        return Optional.of(new TlsOptions(certificate.get(), key.get(), clientCa));
    }

    private StoreOptions store() {
        return new StoreOptions(
                settings.get(Keys.DATA),
                settings.get(Keys.CACHE),
                settings.get(Keys.MAX_SIZE),
                settings.get(Keys.MAX_STAGED),
                settings.get(Keys.RESERVE),
                settings.get(Keys.SCRUB_RATE),
                settings.get(Keys.OPEN_FILES),
                settings.get(Keys.VERIFY_ON_READ));
    }

    private TrustOptions trust() {
        return new TrustOptions(
                settings.get(Keys.ROOT_SIZE),
                settings.get(Keys.TIMESTAMP_SIZE),
                settings.get(Keys.SNAPSHOT_SIZE),
                settings.get(Keys.TARGETS_SIZE),
                settings.get(Keys.MAX_DELEGATIONS),
                settings.get(Keys.MAX_ROOT_ROTATIONS),
                settings.get(Keys.LOADED_SIZE)
                        .orElse(Math.min(Runtime.getRuntime().maxMemory() / 4, TrustOptions.DEFAULTS.maxLoadedBytes())),
                schemes());
    }

    private Set<SignatureScheme> schemes() {
        return switch (settings.get(Keys.ML_DSA)) {
            case OFF -> SignatureScheme.CLASSICAL;
            case ON -> SignatureScheme.ALL;
        };
    }
}
