package dev.assay.upstream;

import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One pool of connections, plain and TLS, to a place and to whom it redirects. Over TLS HTTP/2 is spoken where it is offered, so that many
 * transfers share a connection. Thread-safe.
 */
final class Connections implements AutoCloseable {
    private static final int MAX_IDLE = 16;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private final Access access;
    private final OkHttpClient http;
    private final Map<Boolean, OkHttpClient> https = new ConcurrentHashMap<>();

    Connections(UpstreamOptions options, Access access) {
        this.access = access;
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .socketFactory(Wire.factory())
                .addNetworkInterceptor(Connections::telling)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectionPool(new ConnectionPool(MAX_IDLE, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS))
                .connectTimeout(options.connectTimeout())
                // Watch bounds everything after dialling; a timeout of the library's own would only hide which limit it
                // was.
                .readTimeout(Duration.ZERO)
                .writeTimeout(options.headerTimeout())
                .callTimeout(Duration.ZERO);
        if (access.proxy().isPresent()) {
            HttpProxy proxy = access.proxy().get();
            builder.proxySelector(proxy.selector()).proxyAuthenticator(proxy.authenticator());
        } else {
            builder.proxy(Proxy.NO_PROXY);
        }
        this.http = builder.build();
    }

    /**
     * Not yet sent.
     *
     * @param own whether it goes to the place itself, which alone is shown the client's certificate
     */
    Call call(Request request, boolean own) {
        OkHttpClient client = request.url().isHttps() ? https.computeIfAbsent(own, this::tls) : http;
        return client.newCall(request);
    }

    /** Leaves the socket, where the body comes from it without TLS, in the request of the network's response. */
    private static Response telling(Interceptor.Chain chain) throws IOException {
        Connection connection = chain.connection();
        return connection != null && connection.socket() instanceof Wire wire
                ? chain.proceed(
                        chain.request().newBuilder().tag(Wire.class, wire).build())
                : chain.proceed(chain.request());
    }

    /** With the same connections; made when first asked for, because reading the machine's authorities takes a tenth of a second. */
    private OkHttpClient tls(boolean own) {
        Authorities authorities = access.authorities();
        return http.newBuilder()
                .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                .sslSocketFactory(
                        authorities.sockets(own ? access.certificate() : Optional.empty()), authorities.manager())
                .build();
    }

    /** Closes idle connections; those in use are their calls' to end. */
    @Override
    public void close() {
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }
}
