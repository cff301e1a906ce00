package dev.assay.author.follow;

import dev.assay.encoding.JsonException;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.Access;
import dev.assay.upstream.Loopback;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.Representation;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamException;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The canonical index, asked over verified TLS and with manners. What it says in this way is what gets signed, so plain HTTP is for
 * loopback alone, and no redirect leaves its host. Thread-safe.
 */
public final class Index implements AutoCloseable {
    private static final String ACCEPT =
            "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";
    private static final long MAX_PAGE_BYTES = 64L << 20;
    private static final long MAX_LIST_BYTES = 256L << 20;
    private static final long MAX_CORE_METADATA_BYTES = 16L << 20;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final URI simple;
    private final Mirror pages;
    private final Access access;
    private final UpstreamClient client;
    private final Map<URI, UpstreamClient> fileHosts = new ConcurrentHashMap<>();
    private final Manners manners;
    private final InstantSource clock;
    private final Turn turn;

    /**
     * Asks nobody yet.
     *
     * @param simple ends with a slash
     * @param access how it is spoken to
     * @throws IllegalArgumentException when it is no URL that may be followed
     */
    public Index(URI simple, Access access, Manners manners, InstantSource clock) {
        requireVerifiable(simple);
        this.simple = simple;
        this.pages = Mirror.of("index", simple);
        this.access = access;
        this.client = client(simple);
        this.manners = manners;
        this.clock = clock;
        this.turn = new Turn(manners.requestsPerSecond());
    }

    /** Throws {@link IllegalArgumentException} unless what comes from there can be verified to come from there. */
    public static void requireVerifiable(URI simple) {
        if (!isVerifiable(simple)) {
            throw new IllegalArgumentException("index: " + simple
                    + " (expected: https, or http on loopback, since what it says is what gets signed)");
        }
    }

    private static boolean isVerifiable(URI url) {
        return "https".equalsIgnoreCase(url.getScheme())
                || ("http".equalsIgnoreCase(url.getScheme()) && Loopback.isAt(url));
    }

    URI url() {
        return simple;
    }

    public Manners manners() {
        return manners;
    }

    /**
     * Asks for a project's page.
     *
     * @param etag of the page that was seen last; null to get it whole
     */
    IndexAnswer page(ProjectName project, @Nullable String etag) throws InterruptedException {
        try {
            return read(
                    politely(() -> client.fetchWithHeaders(pages.page(project), MAX_PAGE_BYTES, ACCEPT, etag)),
                    project);
        } catch (MalformedPageException e) {
            return new IndexAnswer.Failed(String.valueOf(e.getMessage()));
        } catch (UpstreamException e) {
            return e.kind() == UpstreamException.Kind.NOT_FOUND
                    ? new IndexAnswer.Missing()
                    : new IndexAnswer.Failed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The {@code .metadata} file (PEP 658) of a file on one of its pages, from wherever that says; whoever calls checks it.
     *
     * @throws UpstreamException when it can't be had
     */
    byte[] coreMetadata(ProjectFile file) throws UpstreamException, InterruptedException {
        URI where = URI.create(file.url() + ".metadata");
        if (!isVerifiable(where)) {
            throw new UpstreamException(UpstreamException.Kind.PROTOCOL, where + " (expected: https)");
        }
        UpstreamClient host = fileHosts.computeIfAbsent(where.resolve("/"), this::client);
        return politely(() -> host.fetch(where, MAX_CORE_METADATA_BYTES, "*/*"));
    }

    /** Credentials are the index's own, whoever keeps its files. */
    private UpstreamClient client(URI base) {
        return new UpstreamClient(UpstreamOptions.DEFAULTS.withPlaces(List.of(base)), access, List.of(simple));
    }

    private interface Asked<T> {
        T ask() throws UpstreamException;
    }

    /** In its turn; and again after a pause, a few times, when that may help. */
    private <T> T politely(Asked<T> question) throws UpstreamException, InterruptedException {
        Duration backoff = manners.backoff();
        for (int attempt = 1; ; attempt++) {
            turn.await();
            try {
                return question.ask();
            } catch (UpstreamException e) {
                if (attempt >= manners.attempts() || !mayPass(e)) {
                    throw e;
                }
                turn.pause(pause(e, backoff));
                backoff = backoff.multipliedBy(2);
            }
        }
    }

    /**
     * Every project of the index, from its list in JSON.
     *
     * @throws UpstreamException when the index gives none; the message says why
     */
    public List<ProjectName> projects() throws UpstreamException, InterruptedException {
        byte[] list = politely(() -> client.fetch(simple, MAX_LIST_BYTES, PageFormat.JSON.mediaType()));
        try {
            return PageParser.parseRootJson(list).projects();
        } catch (MalformedPageException e) {
            throw new UpstreamException(
                    UpstreamException.Kind.PROTOCOL,
                    simple + ": " + e.getMessage() + " (name the projects instead)",
                    e);
        }
    }

    /** The serial of each of these projects that the index's list gives one for; none when there is no such list now. */
    Map<ProjectName, Long> serials(Set<ProjectName> of) throws InterruptedException {
        try {
            Representation sent =
                    politely(() -> client.fetchWithHeaders(simple, MAX_LIST_BYTES, PageFormat.JSON.mediaType(), null));
            return isStale(sent) ? Map.of() : SerialList.parse(sent.body().orElseThrow(), of);
        } catch (UpstreamException | JsonException e) {
            return Map.of(); // each page is asked for, as on an index without a list
        }
    }

    private static boolean mayPass(UpstreamException e) {
        return switch (e.kind()) {
            case SERVER_ERROR, UNREACHABLE, TOO_SLOW, CUT -> true;
            case DECLINED -> e.status().orElse(0) == 429;
            case NOT_FOUND, TOO_LARGE, REDIRECT_REFUSED, PROTOCOL -> false;
        };
    }

    private static Duration pause(UpstreamException e, Duration backoff) {
        Duration asked = e.retryAfter().orElse(Duration.ZERO);
        Duration pause = asked.compareTo(backoff) > 0 ? asked : backoff;
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private IndexAnswer read(Representation sent, ProjectName project) throws MalformedPageException {
        if (isStale(sent)) {
            return new IndexAnswer.Failed(simple.getHost() + ": the answer was made at "
                    + made(sent).map(Instant::toString).orElse("a time that it does not tell") + " (expected: within "
                    + manners.maxAge() + "; a cache on the way is stuck, or the clock is wrong)");
        }
        return sent.body().isEmpty()
                ? new IndexAnswer.Unchanged()
                : new IndexAnswer.Sent(IndexPage.parse(sent, project));
    }

    /** An answer that does not tell when it was made shows nothing of today. */
    private boolean isStale(Representation sent) {
        Instant oldest = clock.instant().minus(manners.maxAge());
        return made(sent).filter(made -> !made.isBefore(oldest)).isEmpty();
    }

    /** When the index itself said so: a cache on the way tells by how much it is late (RFC 9111, 5.1). */
    private static Optional<Instant> made(Representation sent) {
        Optional<Duration> age = sent.header("age")
                .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
        try {
            return sent.header("date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant()
                            .minus(age.orElse(Duration.ZERO)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.close();
        fileHosts.values().forEach(UpstreamClient::close);
    }
}
