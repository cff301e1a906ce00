package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;

/**
 * A file below a configured folder, treated like any other upstream: limited, and not believed. Links are resolved before the
 * folder is checked, so that none leads out of it. A URL that ends with a slash means the {@code index.html} there, as a web
 * server would answer it.
 */
final class FileDownload implements Download {
    private final FileChannel channel;
    private final String where;
    private final long offset;
    private final long length;
    private long position;

    private FileDownload(FileChannel channel, String where, long offset, long length) {
        this.channel = channel;
        this.where = where;
        this.offset = offset;
        this.length = length;
    }

    static Download open(URI uri, List<Path> folders, long maxBytes) throws UpstreamException {
        return open(uri, folders, 0, maxBytes);
    }

    /** The file from this byte on; one that ends before it is PROTOCOL. */
    static Download open(URI uri, List<Path> folders, long from, long maxBytes) throws UpstreamException {
        String where = "file " + Printable.of(String.valueOf(uri.getRawPath()));
        try {
            Path file = resolve(uri, folders, where);
            // A pipe or device would block or never end.
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new UpstreamException(Kind.NOT_FOUND, where + ": no regular file");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            long length = channel.size() - from;
            if (length < 0 || length > maxBytes) {
                channel.close();
                throw length < 0
                        ? new UpstreamException(Kind.PROTOCOL, where + ": ends before byte " + from)
                        : new UpstreamException(
                                Kind.TOO_LARGE, where + ": " + length + " bytes (expected: at most " + maxBytes + ")");
            }
            channel.position(from);
            return new FileDownload(channel, where, from, length);
        } catch (NoSuchFileException e) {
            throw new UpstreamException(Kind.NOT_FOUND, where + ": no such file");
        } catch (AccessDeniedException e) {
            throw new UpstreamException(Kind.DECLINED, where + ": permission denied");
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.UNREACHABLE, where + ": " + e.getMessage(), e);
        }
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public OptionalLong contentLength() {
        return OptionalLong.of(length);
    }

    @Override
    public int read(byte[] into, int offset, int wanted) throws UpstreamException {
        if (position == length) {
            return -1;
        }
        try {
            int count = channel.read(ByteBuffer.wrap(into, offset, (int) Math.min(wanted, length - position)));
            if (count == -1) {
                throw new UpstreamException(Kind.CUT, where + ": ends after " + position + " of " + length + " bytes");
            }
            position += count;
            return count;
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException(Kind.CUT, where + ": cut after " + position + " of " + length + " bytes", e);
        }
    }

    @Override
    public Provenance provenance() {
        return new Provenance(where, List.of(), List.of());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, so nothing is lost.
            position = length;
        }
    }

    /** The path that a {@code file:} URL names, without dot or empty segments. */
    static Path pathOf(URI uri) {
        return Path.of(Path.of(uri).toString()).normalize();
    }

    private static Path resolve(URI uri, List<Path> folders, String where) throws IOException {
        Path asked;
        try {
            asked = pathOf(uri);
        } catch (IllegalArgumentException e) {
            throw new UpstreamException(Kind.REDIRECT_REFUSED, where + ": not the URL of a local file");
        }
        for (Path folder : folders) {
            if (asked.startsWith(folder)) {
                Path named = uri.getRawPath().endsWith("/") ? asked.resolve("index.html") : asked;
                Path within = named.getParent();
                if (within == null || !Files.isDirectory(within)) {
                    throw new UpstreamException(Kind.NOT_FOUND, where + ": no such folder");
                }
                Path real = named.toRealPath();
                if (real.startsWith(folder.toRealPath())) {
                    return real;
                }
            }
        }
        throw new UpstreamException(
                Kind.REDIRECT_REFUSED, where + ": outside the configured folders (expected: below one of them)");
    }
}
