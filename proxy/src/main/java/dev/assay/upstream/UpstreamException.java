package dev.assay.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * This upstream could not deliver; another may. The message names the URL's host and path, what was found and what was
 * expected; text that came from upstream is escaped in it, and a query or credentials never appear.
 */
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What happened, as far as the caller acts on it. */
    public enum Kind {
        /** 404, 410: it has no such file. */
        NOT_FOUND,
        /** 401, 403, 429 or another 4xx. */
        DECLINED,
        /** 5xx. */
        SERVER_ERROR,
        /** Name, connection or TLS failed, or the connection ended before a response head. */
        UNREACHABLE,
        /** A deadline or the minimum rate. */
        TOO_SLOW,
        /** More bytes than allowed, or a body that inflates beyond measure. */
        TOO_LARGE,
        /** The body ended before it was complete, or this side closed it. */
        CUT,
        /** A URL or redirect to a host or folder that is not configured, from https to http, or too many redirects. */
        REDIRECT_REFUSED,
        /** A content coding on an artifact, or anything else that HTTP does not allow. */
        PROTOCOL
    }

    private final Kind kind;
    private final int status;
    private final @Nullable Duration retryAfter;

    /** A failure for which no status line is to blame. */
    public UpstreamException(Kind kind, String message) {
        this(kind, message, 0, null);
    }

    /**
     * A failure with its local cause.
     *
     * @param cause must not carry text from upstream in its message: stack traces are logged unescaped
     */
    public UpstreamException(Kind kind, String message, Throwable cause) {
        this(kind, message);
        initCause(cause);
    }

    private UpstreamException(Kind kind, String message, int status, @Nullable Duration retryAfter) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** A response whose status is not 200, with the kind that the status stands for. */
    static UpstreamException ofStatus(int status, String where, Optional<Duration> retryAfter) {
        Kind kind = switch (status) {
            case 404, 410 -> Kind.NOT_FOUND;
            default ->
                switch (status / 100) {
                    case 4 -> Kind.DECLINED;
                    case 5 -> Kind.SERVER_ERROR;
                    default -> Kind.PROTOCOL;
                };
        };
        return new UpstreamException(
                kind, where + ": status " + status + " (expected: 200)", status, retryAfter.orElse(null));
    }

    /** What the caller may act on. */
    public Kind kind() {
        return kind;
    }

    /** The HTTP status, when it is the status that failed. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** How long upstream asks to be left alone; never negative. Its claim, so the caller caps it. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
