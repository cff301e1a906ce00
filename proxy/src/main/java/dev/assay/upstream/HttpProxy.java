package dev.assay.upstream;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.Authenticator;

/**
 * A proxy on the way to upstreams, as companies have them: {@code CONNECT} for https, and the request itself for http. It sees
 * host names, and of http the content; it is believed as little as any mirror.
 *
 * @param host of the proxy
 * @param credentials for the proxy, sent to nobody else
 * @param exceptions hosts that are reached without it: names ({@code example.org}), which stand for the names below them too,
 *     addresses, each optionally with a port; {@code *} for all
 */
public record HttpProxy(String host, int port, Optional<Credentials> credentials, List<String> exceptions) {
    private static final int DEFAULT_PORT = 80;

    public HttpProxy {
        exceptions = List.copyOf(exceptions);
    }

    /**
     * The proxy at a URL.
     *
     * @param url {@code http://host:port}; may hold {@code user:password}, as environment variables often do
     * @param exceptions separated by commas, as in {@code NO_PROXY}
     * @throws IllegalArgumentException when it is no such URL; the message does not show it
     */
    public static HttpProxy at(URI url, Optional<Credentials> credentials, String exceptions) {
        String path = url.getRawPath();
        if (!"http".equals(url.getScheme()) || url.getHost() == null || !(path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException("a proxy's URL (expected: http://host:port)");
        }
        Optional<Credentials> within = Optional.ofNullable(url.getUserInfo()).map(Credentials::basic);
        List<String> apart = List.of(exceptions.split(",", -1)).stream()
                .map(each -> each.strip().toLowerCase(Locale.ROOT))
                .filter(each -> !each.isEmpty())
                .toList();
        int port = url.getPort() == -1 ? DEFAULT_PORT : url.getPort();
        return new HttpProxy(url.getHost(), port, credentials.or(() -> within), apart);
    }

    /** Whether this host is reached without the proxy. */
    boolean excepts(String host, int port) {
        return exceptions.stream().anyMatch(each -> matches(each, host.toLowerCase(Locale.ROOT), port));
    }

    private static boolean matches(String exception, String host, int port) {
        String name = exception;
        String suffix = ":" + port;
        if (name.endsWith(suffix) && (name.indexOf(':') == name.length() - suffix.length() || name.startsWith("["))) {
            name = name.substring(0, name.length() - suffix.length());
        }
        String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        String dotted = bare.startsWith(".") ? bare : "." + bare;
        return bare.equals("*") || host.equals(bare) || host.endsWith(dotted);
    }

    /** The way to each URL: through the proxy and nothing else, or directly where it is excepted. */
    ProxySelector selector() {
        List<Proxy> through = List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI url) {
                int to = url.getPort() != -1 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
                return excepts(url.getHost(), to) ? List.of(Proxy.NO_PROXY) : through;
            }

            @Override
            public void connectFailed(URI url, SocketAddress address, java.io.IOException failure) {
                // The call that failed tells it.
            }
        };
    }

    /**
     * Answers the proxy's challenge once; a second one means that the credentials are wrong. A challenge from within a tunnel is not
     * the proxy's but the upstream's, who must not get them.
     */
    Authenticator authenticator() {
        return (route, response) -> credentials.isEmpty()
                        || response.request().header("Proxy-Authorization") != null
                        || (response.request().isHttps()
                                && !response.request().method().equals("CONNECT"))
                ? null
                : response.request()
                        .newBuilder()
                        .header("Proxy-Authorization", credentials.get().header())
                        .build();
    }
}
