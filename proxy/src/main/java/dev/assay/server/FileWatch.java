package dev.assay.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has small files loaded again when their content changes: by a look at the content every few seconds, which sees every way in which a file
 * can be replaced. What can't be loaded is warned of, once for each content; what was loaded before stays. Thread-safe.
 */
public final class FileWatch implements AutoCloseable {
    /** Loads all of the files, or throws and changes nothing. */
    @FunctionalInterface
    public interface Load {
        void run() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final byte[] UNKNOWN = {};

    private final List<Path> files;
    private final Load load;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "file-watch");
        thread.setDaemon(true);
        return thread;
    });
    private byte[] seen;

    /** Begins with the content that the files have now, which the caller has loaded or is about to load. */
    @SuppressWarnings("FutureReturnValueIgnored") // it looks until it is closed, and what a load throws is logged
    public FileWatch(List<Path> files, Load load) {
        this.files = List.copyOf(files);
        this.load = load;
        this.seen = content();
        looking.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks now. */
    synchronized void look() {
        byte[] content = content();
        if (Arrays.equals(content, seen)) {
            return;
        }
        try {
            load.run();
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "files changed and can't be used, what was loaded before stays files={} why={}",
                    files,
                    e.getMessage());
        }
        // What changed meanwhile may have been loaded in part, as a certificate without its key: then the next look
        // loads again.
        seen = Arrays.equals(content, content()) ? content : UNKNOWN;
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }

    /** One digest over all files; a file that can't be read is as good as an empty one here. */
    private byte[] content() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        for (Path file : files) {
            try {
                byte[] content = Files.readAllBytes(file);
                digest.update((file + " " + content.length + " ").getBytes(UTF_8));
                digest.update(content);
            } catch (IOException e) {
                LOG.debug("not readable now file={}", file, e);
            }
        }
        return digest.digest();
    }
}
