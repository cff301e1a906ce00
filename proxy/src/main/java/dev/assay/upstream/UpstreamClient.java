package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Fetches over HTTP(S), or from a local folder, within limits. Thread-safe and blocking: only fetching workers and the
 * refresher call it. Copies no header onwards.
 *
 * <p>HTTP/1.1 only, so that one transfer has one connection and cutting it disturbs no other. The library repeats a request
 * in three cases, all of them harmless for GET: a pooled connection turns out to be closed, a host has a further address, and
 * a 408, or a 503 with {@code Retry-After: 0}, which it takes at its word once. The time that the system's resolver takes for
 * a name is bounded by the resolver alone.
 */
public final class UpstreamClient implements AutoCloseable {
    private static final int MAX_IDLE_CONNECTIONS = 16;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

    private static final int NOT_MODIFIED = 304;

    /** A body of an error or redirect that is at most this long is read, which keeps the connection; a longer one is cut. */
    private static final long WORTH_DRAINING = 16 << 10;

    private final UpstreamOptions options;
    private final AllowedHosts hosts;
    private final OkHttpClient http;
    private final String userAgent;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A client with its own connection pool; throws {@link IllegalArgumentException} when a host is not {@code host:port}. */
    public UpstreamClient(UpstreamOptions options) {
        this.options = options;
        this.hosts = new AllowedHosts(options.hosts());
        this.http = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .protocols(List.of(Protocol.HTTP_1_1))
                .followRedirects(false)
                .followSslRedirects(false)
                .connectionPool(new ConnectionPool(MAX_IDLE_CONNECTIONS, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS))
                .connectTimeout(options.connectTimeout())
                // Watch bounds everything after dialling; a timeout of the library's own would only hide which limit it
                // was.
                .readTimeout(Duration.ZERO)
                .writeTimeout(options.headerTimeout())
                .callTimeout(Duration.ZERO)
                .build();
        String version = UpstreamClient.class.getPackage().getImplementationVersion();
        this.userAgent = "assay/" + (version == null ? "development" : version);
    }

    /**
     * The whole body of a page or metadata file, held in memory; gzip is asked for and decoded here, under the same cap.
     *
     * @param maxBytes applies to the decoded body; at most 1 GiB
     * @param accept the Accept header to send
     */
    public byte[] fetch(URI uri, long maxBytes, String accept) throws UpstreamException {
        return fetchIfChanged(uri, maxBytes, accept, Validator.NONE)
                .orElseThrow()
                .body();
    }

    /** A whole body, and how to ask for the next one. */
    static final class Fetched {
        private final byte[] body;
        private final Validator validator;

        private Fetched(byte[] body, Validator validator) {
            this.body = body;
            this.validator = validator;
        }

        byte[] body() {
            return body;
        }

        Validator validator() {
            return validator;
        }
    }

    /** As {@link #fetch}; empty when upstream says that the version which {@code known} stands for is still the present one. */
    Optional<Fetched> fetchIfChanged(URI uri, long maxBytes, String accept, Validator known) throws UpstreamException {
        if (isFile(uri)) {
            try (Download download = FileDownload.open(uri, options.folders(), maxBytes)) {
                return Optional.of(new Fetched(WholeBody.read(download), Validator.NONE));
            }
        }
        Optional<Answer> changed = ask(uri, accept, "gzip", known);
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        Answer answer = changed.get();
        boolean coded = answer.head().coding() == ResponseHead.Coding.GZIP;
        try (Download download = download(answer, coded ? WholeBody.maxCoded(maxBytes) : maxBytes)) {
            byte[] body = coded ? WholeBody.gunzip(download, maxBytes, answer.where()) : WholeBody.read(download);
            return Optional.of(new Fetched(body, Validator.of(answer.response().headers())));
        }
    }

    /**
     * Starts an artifact transfer, {@code Accept-Encoding: identity}; a coding all the same is PROTOCOL.
     *
     * @param maxBytes a longer Content-Length is TOO_LARGE at once, and a longer body as soon as it is read
     * @return to be closed by the caller
     */
    public Download open(URI uri, long maxBytes) throws UpstreamException {
        if (isFile(uri)) {
            return FileDownload.open(uri, options.folders(), maxBytes);
        }
        Answer answer = ask(uri, "*/*", "identity", Validator.NONE).orElseThrow();
        if (answer.head().coding() != ResponseHead.Coding.NONE) {
            cut(answer);
            throw new UpstreamException(
                    Kind.PROTOCOL, answer.where() + ": a content coding on an artifact (expected: none)");
        }
        return download(answer, maxBytes);
    }

    /** Cuts every transfer in progress and closes idle connections; a call made later fails. */
    @Override
    public void close() {
        closed = true;
        calls.forEach(Call::cancel);
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }

    /** A 200 whose head was checked, and what it takes to go on with it. */
    private record Answer(Call call, Response response, ResponseHead head, Deadline deadline) {
        String where() {
            return AllowedHosts.where(response.request().url());
        }
    }

    /** Empty for a 304 to a conditional request. */
    private Optional<Answer> ask(URI uri, String accept, String acceptEncoding, Validator known)
            throws UpstreamException {
        Deadline deadline = Deadline.after(options.totalTimeout());
        HttpUrl url = hosts.parse(uri);
        for (int redirects = 0; redirects <= options.maxRedirects(); redirects++) {
            Request.Builder request = new Request.Builder()
                    .url(url)
                    .header("User-Agent", userAgent)
                    .header("Accept", accept)
                    .header("Accept-Encoding", acceptEncoding);
            if (known.isPresent()) {
                request.header(known.header(), known.value());
            }
            Call call = http.newCall(request.build());
            Response response = execute(call, url, deadline);
            try {
                if (response.isRedirect()) {
                    url = hosts.follow(url, response.header("Location"));
                    discard(call, response);
                    continue;
                }
                if (response.code() == NOT_MODIFIED && known.isPresent()) {
                    discard(call, response);
                    return Optional.empty();
                }
                return Optional.of(new Answer(call, response, ResponseHead.of(response), deadline));
            } catch (UpstreamException e) {
                discard(call, response);
                throw e;
            }
        }
        throw new UpstreamException(
                Kind.REDIRECT_REFUSED,
                AllowedHosts.where(hosts.parse(uri)) + ": more than " + options.maxRedirects() + " redirects");
    }

    private Response execute(Call call, HttpUrl url, Deadline deadline) throws UpstreamException {
        Duration head = options.connectTimeout().plus(options.headerTimeout());
        Duration remaining = deadline.remaining();
        calls.add(call);
        boolean answered = false;
        try {
            if (closed) {
                throw new IOException("this client is closed");
            }
            Response response = new Watch(call).within(remaining.compareTo(head) < 0 ? remaining : head, call::execute);
            answered = true;
            return response;
        } catch (Watch.LateException e) {
            throw new UpstreamException(
                    Kind.TOO_SLOW, AllowedHosts.where(url) + ": no complete response head within " + head);
        } catch (IOException e) {
            String reason = Printable.of(e.getClass().getSimpleName() + ": " + e.getMessage());
            throw new UpstreamException(kindOf(e), AllowedHosts.where(url) + ": " + reason);
        } finally {
            if (!answered) {
                calls.remove(call);
            }
        }
    }

    private Download download(Answer answer, long maxBytes) throws UpstreamException {
        OptionalLong length = answer.head().contentLength();
        if (length.isPresent() && length.getAsLong() > maxBytes) {
            cut(answer);
            throw new UpstreamException(
                    Kind.TOO_LARGE,
                    answer.where() + ": " + length.getAsLong() + " bytes (expected: at most " + maxBytes + ")");
        }
        return new HttpDownload(
                answer.call(),
                answer.response(),
                length,
                maxBytes,
                answer.deadline(),
                options,
                () -> calls.remove(answer.call()));
    }

    private void cut(Answer answer) {
        calls.remove(answer.call());
        answer.call().cancel();
        answer.response().close();
    }

    private void discard(Call call, Response response) {
        calls.remove(call);
        long length = response.body().contentLength();
        if (length < 0 || length > WORTH_DRAINING) {
            call.cancel();
        }
        response.close();
    }

    private static Kind kindOf(IOException failure) {
        return failure instanceof ProtocolException ? Kind.PROTOCOL : Kind.UNREACHABLE;
    }

    private static boolean isFile(URI uri) {
        return "file".equalsIgnoreCase(uri.getScheme());
    }
}
