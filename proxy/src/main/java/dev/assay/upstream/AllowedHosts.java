package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Decides which URLs may be dialled: those whose host and port are configured, whether asked for directly or through a redirect.
 *
 * <p>{@link HttpUrl} keeps every percent-encoding and every character that a path may hold ({@code %2F}, {@code %2B},
 * {@code +}, {@code ~}, {@code !}, empty segments) exactly as it is; what it does change are dot segments, encoded ones
 * included, and characters that no URI may hold. {@link #parse} refuses what it would change.
 */
final class AllowedHosts {
    private final Set<String> hosts = new TreeSet<>();

    AllowedHosts(List<String> configured) {
        for (String host : configured) {
            HttpUrl url = HttpUrl.parse("http://" + host + "/");
            boolean plain = url != null
                    && url.encodedPath().equals("/")
                    && url.querySize() == 0
                    && url.encodedFragment() == null
                    && url.encodedUsername().isEmpty()
                    && host.matches(".*:[0-9]{1,5}");
            if (url == null || !plain) {
                throw new IllegalArgumentException("hosts: " + Printable.of(host) + " (expected: host:port)");
            }
            hosts.add(key(url));
        }
    }

    /** {@code host:port} of an http or https URL, as {@link UpstreamOptions#hosts()} wants it. */
    static String hostAndPort(URI uri) {
        HttpUrl url = HttpUrl.get(uri);
        if (url == null) {
            throw new IllegalArgumentException(
                    "url: " + Printable.of(uri.toString()) + " (expected: http or https, and a host)");
        }
        return key(url);
    }

    /** The URL to ask first, exactly as given. */
    HttpUrl parse(URI uri) throws UpstreamException {
        HttpUrl url = HttpUrl.get(uri);
        if (url == null || uri.getRawPath() == null) {
            throw refused("scheme " + Printable.of(String.valueOf(uri.getScheme())), "http or https, and a host");
        }
        if (uri.getRawUserInfo() != null) {
            throw refused(where(url), "no credentials in a URL");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        if (!url.encodedPath().equals(path)) {
            throw new UpstreamException(
                    Kind.PROTOCOL,
                    Printable.of(path) + " would be asked for as " + url.encodedPath()
                            + " (expected: a path without dot segments)");
        }
        return requireConfigured(url);
    }

    /**
     * Where a redirect leads.
     *
     * @param location the header's value, relative or absolute
     */
    HttpUrl follow(HttpUrl from, @Nullable String location) throws UpstreamException {
        if (location == null) {
            throw new UpstreamException(Kind.PROTOCOL, where(from) + ": a redirect without Location");
        }
        HttpUrl to = from.resolve(location);
        if (to == null) {
            throw refused(where(from) + ": redirect to a URL that is not http or https", "a configured host");
        }
        if (from.isHttps() && !to.isHttps()) {
            throw refused(where(from) + ": redirect to http://" + key(to), "https, as before");
        }
        if (!to.encodedUsername().isEmpty() || !to.encodedPassword().isEmpty()) {
            throw refused(where(from) + ": redirect to a URL with credentials", "none");
        }
        if (!hosts.contains(key(to))) {
            throw refused(where(from) + ": redirect to " + key(to), "a configured host");
        }
        return to;
    }

    /** Host and path for a message; both are ASCII without control characters, as {@link HttpUrl} encodes them. */
    static String where(HttpUrl url) {
        return key(url) + url.encodedPath();
    }

    private HttpUrl requireConfigured(HttpUrl url) throws UpstreamException {
        if (!hosts.contains(key(url))) {
            throw refused(where(url), "a configured host");
        }
        return url;
    }

    private static UpstreamException refused(String found, String expected) {
        return new UpstreamException(Kind.REDIRECT_REFUSED, found + " (expected: " + expected + ")");
    }

    private static String key(HttpUrl url) {
        String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
        return host + ":" + url.port();
    }
}
