package dev.assay.author.follow;

import dev.assay.encoding.JsonException;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageParser;
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
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final URI simple;
    private final Mirror pages;
    private final UpstreamClient client;
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
        this.client = new UpstreamClient(UpstreamOptions.DEFAULTS.withPlaces(List.of(simple)), access, List.of(simple));
        this.manners = manners;
        this.clock = clock;
        this.turn = new Turn(manners.requestsPerSecond());
    }

    /** Throws {@link IllegalArgumentException} unless what comes from there can be verified to come from there. */
    public static void requireVerifiable(URI simple) {
        boolean https = "https".equalsIgnoreCase(simple.getScheme());
        boolean plain = "http".equalsIgnoreCase(simple.getScheme());
        if (!https && !(plain && Loopback.isAt(simple))) {
            throw new IllegalArgumentException("index: " + simple
                    + " (expected: https, or http on loopback, since what it says is what gets signed)");
        }
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
        Duration backoff = manners.backoff();
        for (int attempt = 1; ; attempt++) {
            turn.await();
            try {
                return read(client.fetchWithHeaders(pages.page(project), MAX_PAGE_BYTES, ACCEPT, etag), project);
            } catch (MalformedPageException e) {
                return new IndexAnswer.Failed(String.valueOf(e.getMessage()));
            } catch (UpstreamException e) {
                if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                    return new IndexAnswer.Missing();
                }
                if (attempt >= manners.attempts() || !mayPass(e)) {
                    return new IndexAnswer.Failed(String.valueOf(e.getMessage()));
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
    public List<ProjectName> projects() throws UpstreamException {
        byte[] list = client.fetch(simple, MAX_LIST_BYTES, PageFormat.JSON.mediaType());
        try {
            return PageParser.parseRootJson(list).projects();
        } catch (MalformedPageException e) {
            throw new UpstreamException(
                    UpstreamException.Kind.PROTOCOL,
                    simple + ": " + e.getMessage() + " (name the projects instead)",
                    e);
        }
    }

    /** The serial of each project that the index's list gives one for; none when there is no such list now. */
    Map<ProjectName, Long> serials() throws InterruptedException {
        turn.await();
        try {
            Representation sent = client.fetchWithHeaders(simple, MAX_LIST_BYTES, PageFormat.JSON.mediaType(), null);
            return isStale(sent) ? Map.of() : SerialList.parse(sent.body().orElseThrow());
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
    }
}
