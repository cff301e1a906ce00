package dev.assay.observe;

import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: one JSON object a line for each request, written by a thread of its own, so that whoever answers never waits for the
 * disk. When the disk is slower than the requests, lines are lost and a WARN says how many. The file is opened anew for each batch, and
 * batches are bounded: whatever rotates logs may just move it away. Thread-safe.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final int MAX_WAITING = 16_384;
    static final int MAX_BATCH = 1_024;
    /** Lines gather for so long that a batch is worth opening the file for, and nobody has to wake the writer for the next. */
    private static final Duration GATHERING = Duration.ofMillis(50);

    private static final Duration MAX_CLOSING = Duration.ofSeconds(3);
    /** Wakes the writer, and is written nowhere. */
    private static final Map<String, JsonValue> CLOSED = Map.of();

    private final Path file;
    private final BlockingQueue<Map<String, JsonValue>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer = new Thread(this::write, "access-log");
    private volatile boolean closed;

    /** @throws IOException when the file can't be written */
    public AccessLog(Path file) throws IOException {
        this.file = file;
        append().close();
        writer.setDaemon(true);
        writer.start();
    }

    /** Notes one request; {@code details} are key, value, key, value. Values are escaped by the JSON form. Never blocks. */
    public void record(String... details) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = 0; i < details.length; i += 2) {
            members.put(details[i], new JsonString(details[i + 1]));
        }
        if (!waiting.offer(members)) {
            lost.incrementAndGet();
        }
    }

    /** Writes what waits, and ends; gives up on a disk that takes too long. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        waiting.offer(CLOSED);
        writer.join(MAX_CLOSING.toMillis());
        if (writer.isAlive()) {
            log.warn("access lines lost file={} reason=not written within {}", file, MAX_CLOSING);
        }
    }

    private void write() {
        List<Map<String, JsonValue>> batch = new ArrayList<>();
        try {
            do {
                batch.clear();
                batch.add(waiting.take());
                if (!closed && waiting.size() < MAX_BATCH) {
                    Thread.sleep(GATHERING.toMillis());
                }
                waiting.drainTo(batch, MAX_BATCH - 1);
                batch.removeIf(line -> line == CLOSED);
                if (!batch.isEmpty()) {
                    write(batch);
                }
            } while (!closed || !waiting.isEmpty());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer", e);
        }
    }

    private void write(List<Map<String, JsonValue>> batch) {
        try (OutputStream out = new BufferedOutputStream(append())) {
            for (Map<String, JsonValue> line : batch) {
                out.write(JsonWriter.write(new JsonObject(line)));
                out.write('\n');
            }
        } catch (IOException e) {
            log.warn("access lines lost file={} reason={}", file, e.toString());
        }
        long gone = lost.getAndSet(0);
        if (gone > 0) {
            log.warn("access lines lost file={} lines={} reason=the disk is slower than the requests", file, gone);
        }
    }

    private OutputStream append() throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
