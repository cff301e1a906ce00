package dev.assay.upstream;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Limits of every transfer, and the places that may be asked.
 *
 * @param connectTimeout from dialling to an open connection, for each address of a host
 * @param headerTimeout from the open connection to the complete response head
 * @param firstByteTimeout from the response head to the first byte of the body
 * @param minBytesPerSecond averaged over {@code rateWindow}; slower is {@link UpstreamException.Kind#TOO_SLOW}; 0 for no minimum
 * @param rateWindow also the longest gap within a body
 * @param totalTimeout one transfer in all, its redirects included
 * @param maxRedirects followed at most in one transfer
 * @param hosts {@code host:port} of every configured upstream: nothing else is dialled, redirects included
 * @param folders absolute; {@code file:} URLs are served from below these and from nowhere else
 */
public record UpstreamOptions(
        Duration connectTimeout,
        Duration headerTimeout,
        Duration firstByteTimeout,
        long minBytesPerSecond,
        Duration rateWindow,
        Duration totalTimeout,
        int maxRedirects,
        List<String> hosts,
        List<Path> folders) {
    /** No place at all may be asked: to be completed by {@link #withPlaces}. */
    public static final UpstreamOptions DEFAULTS = new UpstreamOptions(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            16 << 10,
            Duration.ofSeconds(10),
            Duration.ofHours(2),
            5,
            List.of(),
            List.of());

    public UpstreamOptions {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("headerTimeout", headerTimeout);
        requirePositive("firstByteTimeout", firstByteTimeout);
        requirePositive("rateWindow", rateWindow);
        requirePositive("totalTimeout", totalTimeout);
        if (minBytesPerSecond < 0) {
            throw new IllegalArgumentException("minBytesPerSecond: " + minBytesPerSecond + " (expected: >= 0)");
        }
        if (maxRedirects < 0) {
            throw new IllegalArgumentException("maxRedirects: " + maxRedirects + " (expected: >= 0)");
        }
        hosts = List.copyOf(hosts);
        for (Path folder : folders) {
            if (!folder.isAbsolute()) {
                throw new IllegalArgumentException("folders: " + folder + " (expected: an absolute path)");
            }
        }
        folders = folders.stream().map(Path::normalize).toList();
    }

    /** Without local folders; the first byte may take as long as any gap. */
    public UpstreamOptions(
            Duration connectTimeout,
            Duration headerTimeout,
            long minBytesPerSecond,
            Duration rateWindow,
            Duration totalTimeout,
            int maxRedirects,
            List<String> hosts) {
        this(
                connectTimeout,
                headerTimeout,
                rateWindow,
                minBytesPerSecond,
                rateWindow,
                totalTimeout,
                maxRedirects,
                hosts,
                List.of());
    }

    /** The same limits for exactly the hosts and folders of these base URLs ({@code http}, {@code https}, {@code file}). */
    public UpstreamOptions withPlaces(Collection<URI> bases) {
        List<String> hosts = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        for (URI base : bases) {
            if ("file".equalsIgnoreCase(base.getScheme())) {
                folders.add(FileDownload.pathOf(base));
            } else {
                hosts.add(AllowedHosts.hostAndPort(base));
            }
        }
        return new UpstreamOptions(
                connectTimeout,
                headerTimeout,
                firstByteTimeout,
                minBytesPerSecond,
                rateWindow,
                totalTimeout,
                maxRedirects,
                hosts,
                folders);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
    }
}
