package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Handshake;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * A response body being read. The lock is held while a read blocks; {@link #close} by another thread first cancels the call,
 * which ends that read at once, and only then waits for the lock to release the response.
 */
final class HttpDownload implements Download {
    private static final int MOST_HEADERS = 64;
    private static final int MOST_CERTIFICATES = 8;
    /** With so much at hand, the library's next piece waits for nothing. */
    private static final int PIECE = 8 << 10;

    private final Call call;
    private final Response response;
    private final BufferedSource source;
    private final @Nullable Wire wire;
    private final String where;
    private final long offset;
    private final OptionalLong contentLength;
    private final long maxBytes;
    private final Deadline deadline;
    private final Duration maxGap;
    private final Duration maxFirstGap;
    private final long minBytesPerSecond;
    private final Pace pace;
    private final Watch watch;
    private final Throttle throttle;
    private final Runnable onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private long received;
    private volatile boolean complete;
    private volatile boolean closed;
    private final AtomicBoolean released = new AtomicBoolean();

    /**
     * Takes over the response, whose head was checked.
     *
     * @param onClose run once, when the response is released
     */
    HttpDownload(
            Call call,
            Watch watch,
            Response response,
            long offset,
            OptionalLong contentLength,
            long maxBytes,
            Deadline deadline,
            UpstreamOptions options,
            Throttle throttle,
            Runnable onClose) {
        this.call = call;
        this.response = response;
        this.source = response.body().source();
        Response network = response.networkResponse();
        this.wire = network == null ? null : network.request().tag(Wire.class);
        this.where = AllowedHosts.where(response.request().url());
        this.offset = offset;
        this.contentLength = contentLength;
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        this.maxGap = options.rateWindow();
        this.maxFirstGap = options.firstByteTimeout();
        this.minBytesPerSecond = options.minBytesPerSecond();
        this.pace = new Pace(minBytesPerSecond, options.rateWindow());
        this.watch = watch;
        this.throttle = throttle;
        this.onClose = onClose;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public OptionalLong contentLength() {
        return contentLength;
    }

    @Override
    public Provenance provenance() {
        List<String> headers = new ArrayList<>();
        response.headers().forEach(each -> headers.add(Printable.of(each.getFirst() + ": " + each.getSecond())));
        Handshake tls = response.handshake();
        List<Certificate> chain = tls == null ? List.of() : tls.peerCertificates();
        List<String> certificates = new ArrayList<>();
        try {
            for (Certificate each : chain.subList(0, Math.min(chain.size(), MOST_CERTIFICATES))) {
                certificates.add(Base64.getEncoder().encodeToString(each.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            certificates.add("can't be encoded");
        }
        String scheme = response.request().url().scheme();
        return new Provenance(
                scheme + "://" + where, headers.subList(0, Math.min(headers.size(), MOST_HEADERS)), certificates);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws UpstreamException {
        lock.lock();
        try {
            if (closed) {
                throw cut("closed on our side");
            }
            if (complete) {
                return -1;
            }
            // One byte past the limit tells a body that is too long from one that fits exactly.
            long left = maxBytes - received;
            int wanted = throttle.portion(left >= length ? length : (int) left + 1);
            long started = System.nanoTime();
            int count = readWithin(into, offset, wanted);
            account(count, System.nanoTime() - started);
            throttle.passed(Math.max(count, 0));
            return count;
        } catch (UpstreamException e) {
            call.cancel();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (!complete) {
            call.cancel();
        }
        lock.lock();
        try {
            response.close();
        } finally {
            lock.unlock();
            if (!released.getAndSet(true)) {
                onClose.run();
            }
        }
    }

    private int readWithin(byte[] into, int offset, int wanted) throws UpstreamException {
        Duration remaining = deadline.remaining();
        Duration gap = received == 0 ? maxFirstGap : maxGap;
        boolean lastSpell = remaining.compareTo(gap) < 0;
        try {
            return watch.within(lastSpell ? remaining : gap, () -> take(into, offset, wanted));
        } catch (Watch.LateException e) {
            throw tooSlow(lastSpell ? "the total of " + deadline.total() + " is over" : "nothing came for " + gap);
        } catch (IOException e) {
            throw cut(closed ? "closed on our side" : Printable.of(String.valueOf(e.getMessage())));
        }
    }

    /** Waits for bytes, and takes with them what else has arrived. */
    private int take(byte[] into, int offset, int wanted) throws IOException {
        int count = source.read(into, offset, wanted);
        while (count > 0 && count < wanted && wire != null && wire.atHand() >= PIECE) {
            int more = source.read(into, offset + count, wanted - count);
            if (more < 0) {
                break;
            }
            count += more;
        }
        return count;
    }

    private void account(int count, long nanosWaited) throws UpstreamException {
        if (count == -1) {
            if (received < contentLength.orElse(0)) { // HTTP/2 can end a stream as if that were all
                throw cut("the response ended");
            }
            complete = true;
            return;
        }
        received += count;
        if (received > maxBytes) {
            throw new UpstreamException(
                    Kind.TOO_LARGE, where + ": more than " + maxBytes + " bytes (expected: at most that)");
        }
        if (contentLength.isPresent() && received == contentLength.getAsLong()) {
            complete = true;
        } else if (!pace.keeps(nanosWaited, count)) {
            throw tooSlow("below " + minBytesPerSecond + " bytes per second");
        }
    }

    private UpstreamException tooSlow(String limit) {
        return new UpstreamException(Kind.TOO_SLOW, where + ": " + limit + ", after " + progress());
    }

    private UpstreamException cut(String reason) {
        return new UpstreamException(Kind.CUT, where + ": cut after " + progress() + ": " + reason);
    }

    private String progress() {
        return received + (contentLength.isPresent() ? " of " + contentLength.getAsLong() : "") + " bytes";
    }
}
