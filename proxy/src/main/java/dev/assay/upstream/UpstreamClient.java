package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Fetches from one place over HTTP(S), or from a local folder, within limits. Thread-safe and blocking: only fetching workers
 * and the refresher call it. Copies no header onwards.
 *
 * <p>HTTP/1.1 only, also where HTTP/2 is offered: one transfer then has one connection and buffers a few KiB, while the library's
 * HTTP/2 takes up to 16 MiB for each stream whose reader is slow, and counts empty fields for nothing in its limit of a header
 * block, so that a hostile mirror could fill our memory with either. The library repeats a request
 * in three cases, all of them harmless for GET: a pooled connection turns out to be closed, a host has a further address, and
 * a 408, or a 503 with {@code Retry-After: 0}, which it takes at its word once. The time that the system's resolver takes for
 * a name is bounded by the resolver alone.
 */
public final class UpstreamClient implements AutoCloseable {
    private static final int NOT_MODIFIED = 304;

    /** A body of an error or redirect that is at most this long is read, which keeps the connection; a longer one is cut. */
    private static final long WORTH_DRAINING = 16 << 10;

    private final UpstreamOptions options;
    private final AllowedHosts hosts;
    private final Access access;
    private final Set<String> origins = new TreeSet<>();
    private final Semaphore slots;
    private final Throttle throttle;
    private final Connections connections;
    private final Watchdog watchdog;
    private final String userAgent;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A client without anything special for any place; see {@link #UpstreamClient(UpstreamOptions, Access, Collection)}. */
    public UpstreamClient(UpstreamOptions options) {
        this(options, Access.PLAIN, List.of());
    }

    /**
     * A client with its own connection pool; throws {@link IllegalArgumentException} when a host is not {@code host:port}.
     *
     * @param place the base URLs of the one place that {@code access} is for: nobody else gets its headers, credentials and certificate
     */
    public UpstreamClient(UpstreamOptions options, Access access, Collection<URI> place) {
        this.options = options;
        this.hosts = new AllowedHosts(options.hosts());
        this.access = access;
        this.slots = new Semaphore(access.transfers() == 0 ? Integer.MAX_VALUE : access.transfers());
        this.throttle = new Throttle(access.bytesPerSecond());
        for (URI base : place) {
            HttpUrl url = HttpUrl.get(base);
            if (url != null) {
                origins.add(origin(url));
            }
        }
        this.connections = new Connections(options, access);
        String version = UpstreamClient.class.getPackage().getImplementationVersion();
        this.userAgent = "assay/" + (version == null ? "development" : version);
        this.watchdog = new Watchdog();
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
        Answer answer = ask(uri, new Question(accept, "gzip", 0, known));
        return answer.notModified()
                ? Optional.empty()
                : Optional.of(new Fetched(
                        body(answer, maxBytes), Validator.of(answer.response().headers())));
    }

    /**
     * As {@link #fetch}, with the headers of the answer, and unless it is still what the caller has; over HTTP(S) only.
     *
     * @param etag of what the caller has; null when it has nothing
     */
    public Representation fetchWithHeaders(URI uri, long maxBytes, String accept, @Nullable String etag)
            throws UpstreamException {
        Validator known = etag == null ? Validator.NONE : new Validator("If-None-Match", etag);
        Answer answer = ask(uri, new Question(accept, "gzip", 0, known));
        Map<String, String> headers = new HashMap<>();
        answer.response()
                .headers()
                .forEach(header -> headers.put(header.getFirst().toLowerCase(Locale.ROOT), header.getSecond()));
        URI where = answer.response().request().url().uri();
        return answer.notModified()
                ? new Representation(where, Optional.empty(), headers)
                : new Representation(where, Optional.of(body(answer, maxBytes)), headers);
    }

    private byte[] body(Answer answer, long maxBytes) throws UpstreamException {
        boolean coded = answer.head().coding() == ResponseHead.Coding.GZIP;
        try (Download download = download(answer, 0, coded ? WholeBody.maxCoded(maxBytes) : maxBytes)) {
            return coded ? WholeBody.gunzip(download, maxBytes, answer.where()) : WholeBody.read(download);
        }
    }

    /**
     * Asks for something to be done, by an empty POST that is not redirected.
     *
     * @return true when it is (200), false when there is nothing to do (204)
     * @throws UpstreamException for every other answer; the message has the words of the status line
     */
    public boolean post(URI uri) throws UpstreamException {
        HttpUrl url = hosts.parse(uri);
        Call call = call(url, Question.toAct());
        Response response = execute(call, url, Deadline.after(options.totalTimeout()));
        int status = response.code();
        discard(call, response);
        if (status != 200 && status != 204) {
            String where = AllowedHosts.where(url) + " says \"" + Printable.of(response.message()) + '"';
            throw UpstreamException.ofStatus(status, where, Optional.empty());
        }
        return status == 200;
    }

    /**
     * Starts an artifact transfer, {@code Accept-Encoding: identity}; a coding all the same is PROTOCOL.
     *
     * @param maxBytes a longer Content-Length is TOO_LARGE at once, and a longer body as soon as it is read
     * @return to be closed by the caller
     */
    public Download open(URI uri, long maxBytes) throws UpstreamException {
        return open(uri, 0, maxBytes);
    }

    /**
     * As {@link #open(URI, long)}, the rest of an artifact, or all of it: {@link Download#offset} tells.
     *
     * @param from bytes that are here already
     * @param maxBytes of the body
     */
    public Download open(URI uri, long from, long maxBytes) throws UpstreamException {
        if (isFile(uri)) {
            return FileDownload.open(uri, options.folders(), from, maxBytes);
        }
        Answer answer = ask(uri, new Question("*/*", "identity", from, Validator.NONE));
        if (answer.head().coding() != ResponseHead.Coding.NONE) {
            cut(answer);
            throw new UpstreamException(
                    Kind.PROTOCOL, answer.where() + ": a content coding on an artifact (expected: none)");
        }
        return download(answer, answer.head().partial() ? from : 0, maxBytes);
    }

    /** Cuts every transfer in progress and closes idle connections; a call made later fails. */
    @Override
    public void close() {
        closed = true;
        calls.forEach(Call::cancel);
        connections.close();
        watchdog.close();
    }

    /** A 200 whose head was checked, and what it takes to go on with it; or a 304 that was asked for, with nothing to go on with. */
    private record Answer(Call call, Response response, ResponseHead head, Deadline deadline) {
        String where() {
            return AllowedHosts.where(response.request().url());
        }

        boolean notModified() {
            return response.code() == NOT_MODIFIED;
        }
    }

    private Answer ask(URI uri, Question question) throws UpstreamException {
        Deadline deadline = Deadline.after(options.totalTimeout());
        takeSlot(uri);
        boolean needsSlot = false;
        try {
            Answer answer = follow(hosts.parse(uri), question, deadline);
            needsSlot = !answer.notModified();
            return answer;
        } finally {
            if (!needsSlot) {
                slots.release();
            }
        }
    }

    private Answer follow(HttpUrl first, Question question, Deadline deadline) throws UpstreamException {
        HttpUrl url = first;
        for (int redirects = 0; redirects <= options.maxRedirects(); redirects++) {
            Call call = call(url, question);
            Response response = execute(call, url, deadline);
            boolean goesOn = false;
            try {
                if (response.isRedirect()) {
                    url = hosts.follow(url, response.header("Location"));
                } else if (response.code() == NOT_MODIFIED && question.known().isPresent()) {
                    return new Answer(call, response, ResponseHead.NO_BODY, deadline);
                } else {
                    ResponseHead head = ResponseHead.of(response, question.from());
                    goesOn = true;
                    return new Answer(call, response, head, deadline);
                }
            } finally {
                if (!goesOn) {
                    discard(call, response);
                }
            }
        }
        throw new UpstreamException(
                Kind.REDIRECT_REFUSED,
                AllowedHosts.where(first) + ": more than " + options.maxRedirects() + " redirects");
    }

    private void takeSlot(URI uri) throws UpstreamException {
        try {
            if (slots.tryAcquire(options.headerTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new UpstreamException(
                Kind.TOO_SLOW,
                Printable.of(String.valueOf(uri.getRawAuthority())) + ": " + access.transfers()
                        + " transfers are under way, and none ended within " + options.headerTimeout());
    }

    private Call call(HttpUrl url, Question question) {
        boolean own = origins.contains(origin(url));
        Request.Builder request = new Request.Builder().url(url).header("User-Agent", userAgent);
        request.header("Accept", question.accept());
        if (own) {
            access.headers().values().forEach(request::header);
            access.credentials().ifPresent(each -> request.header("Authorization", each.header()));
        }
        return connections.call(question.on(request), own);
    }

    private static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.host() + ":" + url.port();
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
            Response response =
                    new Watch(watchdog, call).within(remaining.compareTo(head) < 0 ? remaining : head, call::execute);
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

    private Download download(Answer answer, long offset, long maxBytes) throws UpstreamException {
        OptionalLong length = answer.head().contentLength();
        if (length.isPresent() && length.getAsLong() > maxBytes) {
            cut(answer);
            throw new UpstreamException(
                    Kind.TOO_LARGE,
                    answer.where() + ": " + length.getAsLong() + " bytes (expected: at most " + maxBytes + ")");
        }
        return new HttpDownload(
                answer.call(),
                new Watch(watchdog, answer.call()),
                answer.response(),
                offset,
                length,
                maxBytes,
                answer.deadline(),
                options,
                throttle,
                () -> {
                    calls.remove(answer.call());
                    slots.release();
                });
    }

    private void cut(Answer answer) {
        calls.remove(answer.call());
        slots.release();
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
