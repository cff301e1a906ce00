package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import okio.Buffer;
import okio.GzipSource;
import okio.Source;
import okio.Timeout;

/** Reads a download into memory. Memory grows with the bytes that have come, never with a length that was claimed. */
final class WholeBody {
    private static final int CHUNK = 8 << 10;

    /** Metadata is mostly hex digests and pages mostly hashes: honest ones shrink to a fifth or so, not to a hundredth. */
    private static final long MAX_INFLATION = 100;

    /** Below this the ratio says nothing. */
    private static final long INFLATION_FREE = 1 << 20;

    private WholeBody() {}

    /** The body as it is. The download itself keeps to its limit. */
    static byte[] read(Download download) throws UpstreamException {
        Buffer whole = new Buffer();
        byte[] chunk = new byte[CHUNK];
        int count = download.read(chunk, 0, CHUNK);
        while (count != -1) {
            whole.write(chunk, 0, count);
            count = download.read(chunk, 0, CHUNK);
        }
        return whole.readByteArray();
    }

    /** What an honest coding of a body takes at most: what can't be compressed grows by some bytes in each block (RFC 1951). */
    static long maxCoded(long maxBytes) {
        return maxBytes + maxBytes / 1000 + 1024;
    }

    /** The decoded body: exactly one gzip member (RFC 1952) with nothing behind it. */
    static byte[] gunzip(Download download, long maxBytes, String where) throws UpstreamException {
        Coded coded = new Coded(download);
        Buffer whole = new Buffer();
        try (GzipSource decoder = new GzipSource(coded)) {
            while (decoder.read(whole, CHUNK) != -1) {
                if (whole.size() > maxBytes) {
                    throw new UpstreamException(
                            Kind.TOO_LARGE,
                            where + ": inflates to more than " + maxBytes + " bytes (expected: at most that)");
                }
                if (whole.size() > INFLATION_FREE && whole.size() > MAX_INFLATION * coded.count) {
                    throw new UpstreamException(
                            Kind.TOO_LARGE, where + ": inflates more than " + MAX_INFLATION + "-fold");
                }
            }
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(
                    Kind.PROTOCOL, where + ": gzip: " + Printable.of(String.valueOf(e.getMessage())));
        }
        return whole.readByteArray();
    }

    /** The bytes as sent, counted. Does not close the download, which belongs to the caller. */
    private static final class Coded implements Source {
        private final Download download;
        private final byte[] chunk = new byte[CHUNK];
        private long count;

        Coded(Download download) {
            this.download = download;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            int read = download.read(chunk, 0, (int) Math.min(byteCount, CHUNK));
            if (read != -1) {
                sink.write(chunk, 0, read);
                count += read;
            }
            return read;
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }
}
