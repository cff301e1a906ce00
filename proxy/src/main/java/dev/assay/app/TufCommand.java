package dev.assay.app;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.store.FolderMetadataStore;
import dev.assay.store.StoreException;
import dev.assay.trust.Lookup;
import dev.assay.trust.MetadataSource;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.upstream.HttpMetadataSource;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamException;
import dev.assay.upstream.UpstreamOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code assay tuf}: the trust core as a TUF client of its own, with the command line of the public conformance suite. */
@Command(
        name = "tuf",
        description = "A TUF client: refreshes metadata and downloads verified targets.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example:",
            "  assay tuf --metadata-dir ./trust init root.json",
            "  assay tuf --metadata-dir ./trust --metadata-url https://example.org/metadata/ refresh"
        })
final class TufCommand implements Runnable {
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--metadata-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "Folder of the trusted metadata. Required.")
    private @Nullable Path metadataDir;

    @Option(
            names = "--metadata-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Where the repository's metadata is.")
    private @Nullable URI metadataUrl;

    @Option(
            names = "--target-name",
            scope = ScopeType.INHERIT,
            paramLabel = "PATH",
            description = "Target to download. May be repeated.")
    private List<String> targetNames = new ArrayList<>();

    @Option(
            names = "--target-base-url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Where the repository's targets are.")
    private @Nullable URI targetBaseUrl;

    @Option(
            names = "--target-dir",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "Folder for verified targets.")
    private @Nullable Path targetDir;

    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    TufCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }

    @Command(
            name = "init",
            description = "Trusts a root, without a request.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  assay tuf --metadata-dir ./trust init root.json"})
    int init(@Parameters(paramLabel = "TRUSTED_ROOT") Path root) {
        return exit(() -> {
            Path folder = folder();
            byte[] bytes = Files.readAllBytes(root);
            MetadataSource none = (fileName, maxBytes) -> Optional.empty();
            try (FolderMetadataStore store = new FolderMetadataStore(folder)) {
                var unused = new Updater(bytes, none, store, TrustOptions.DEFAULTS);
            }
        });
    }

    @Command(
            name = "refresh",
            description = "Updates the trusted metadata.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  assay tuf --metadata-dir ./trust --metadata-url URL refresh"})
    int refresh() {
        return exit(() -> {
            URI url = required(metadataUrl, "--metadata-url");
            try (UpstreamClient client = client(List.of(url));
                    FolderMetadataStore store = trusted()) {
                updater(client, url, store).refresh(clock.instant());
            }
        });
    }

    @Command(
            name = "download",
            description = "Updates the trusted metadata, then downloads and verifies targets.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  assay tuf --metadata-dir ./trust --metadata-url URL --target-name PATH \\",
                "    --target-base-url URL --target-dir DIR download"
            })
    int download() {
        return exit(() -> {
            URI url = required(metadataUrl, "--metadata-url");
            URI base = withSlash(required(targetBaseUrl, "--target-base-url"));
            Path folder = required(targetDir, "--target-dir");
            try (UpstreamClient client = client(List.of(url, base));
                    FolderMetadataStore store = trusted()) {
                Updater updater = updater(client, url, store);
                Instant now = clock.instant();
                updater.refresh(now);
                for (String name : targetNames) {
                    download(updater, client, targetPath(name), base, folder, now);
                }
            }
        });
    }

    private static void download(
            Updater updater, UpstreamClient client, TargetPath path, URI base, Path folder, Instant now)
            throws InvalidMetadataException, IOException {
        updater.load(path, now);
        if (!(updater.view().find(path, now) instanceof Lookup.Signed signed)) {
            throw new IOException("target " + path + " is not in the signed metadata");
        }
        TargetFile target = signed.file();
        Path file = folder.resolve(URLEncoder.encode(path.value(), StandardCharsets.UTF_8));
        if (Files.isRegularFile(file)
                && Files.size(file) == target.length()
                && matches(Files.readAllBytes(file), target)) {
            return;
        }
        boolean prefixed = updater.view().consistentSnapshot();
        byte[] bytes = fetch(client, base, target, prefixed);
        if (bytes.length != target.length() || !matches(bytes, target)) {
            throw new IOException("target " + path + ": " + bytes.length + " bytes of other content than signed");
        }
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, ".download", ".tmp");
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static boolean matches(byte[] bytes, TargetFile target) {
        Hasher hasher =
                new Hasher(target.digests().stream().map(Digest::algorithm).toList());
        hasher.update(bytes, 0, bytes.length);
        return hasher.finish().equals(target.digests());
    }

    /** Our own author keeps packages, whose paths hold their hash anyway, without a prefix: looked for when there is none with one. */
    private static byte[] fetch(UpstreamClient client, URI base, TargetFile target, boolean prefixed)
            throws IOException {
        if (prefixed) {
            try {
                return client.fetch(remote(base, target.hashPrefixed()), target.length(), "*/*");
            } catch (UpstreamException e) {
                if (e.kind() != UpstreamException.Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return client.fetch(remote(base, target.path().value()), target.length(), "*/*");
    }

    /** The path is the repository's: it may hold anything, but lead nowhere else. */
    private static URI remote(URI base, String path) throws IOException {
        try {
            return URI.create(base + Mirror.encoded(path));
        } catch (IllegalArgumentException e) {
            throw new IOException("target " + path + " can't be part of a URL: " + e.getMessage(), e);
        }
    }

    /** The newest root of the folder is the anchor: {@code init} put the first one there, refreshes the others. */
    private Updater updater(UpstreamClient client, URI url, FolderMetadataStore store)
            throws InvalidMetadataException, IOException {
        byte[] root = Files.readAllBytes(anchor());
        HttpMetadataSource source = new HttpMetadataSource(client, withSlash(url));
        return new Updater(root, source, store, TrustOptions.DEFAULTS);
    }

    private Path anchor() {
        return folder().resolve("root.json");
    }

    /** What {@code init} made. */
    private FolderMetadataStore trusted() throws IOException {
        if (!Files.isRegularFile(anchor())) {
            throw new IOException(anchor() + ": no such file (expected: a trusted root; run init first)");
        }
        return new FolderMetadataStore(folder());
    }

    private Path folder() {
        return required(metadataDir, "--metadata-dir");
    }

    private UpstreamClient client(List<URI> urls) {
        try {
            return new UpstreamClient(UpstreamOptions.DEFAULTS.withPlaces(urls));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "URLs " + urls + ": " + e.getMessage(), e);
        }
    }

    private TargetPath targetPath(String name) {
        try {
            return new TargetPath(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--target-name: " + e.getMessage(), e);
        }
    }

    private static URI withSlash(URI url) {
        return url.toString().endsWith("/") ? url : URI.create(url + "/");
    }

    private <T> T required(@Nullable T value, String option) {
        if (value == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
        }
        return value;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws InvalidMetadataException, IOException;
    }

    private int exit(Action action) {
        try {
            action.run();
            return 0;
        } catch (InvalidMetadataException e) {
            spec.commandLine().getErr().println("assay tuf: " + e.reason() + ": " + e.getMessage());
        } catch (IOException | StoreException e) {
            spec.commandLine().getErr().println("assay tuf: " + RepositoryText.reason(e));
        }
        return 1;
    }
}
