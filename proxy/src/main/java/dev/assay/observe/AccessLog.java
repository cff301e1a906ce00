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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: one JSON object a line for each request, written by a thread of its own, so that whoever answers never waits for the
 * disk. When the disk is slower than the requests, lines are lost and a WARN says how many. The file is opened anew for each batch:
 * whatever rotates logs may just move it away. Thread-safe.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final int MAX_WAITING = 16_384;

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

    /** Writes what waits, and ends. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        writer.interrupt();
        writer.join();
    }

    private void write() {
        while (true) {
            try {
                writeBatch(waiting.take());
            } catch (InterruptedException e) {
                Map<String, JsonValue> first = waiting.poll();
                if (first != null) {
                    writeBatch(first);
                }
                if (closed) {
                    return;
                }
            }
        }
    }

    private void writeBatch(Map<String, JsonValue> first) {
        try (OutputStream out = new BufferedOutputStream(append())) {
            for (Map<String, JsonValue> next = first; next != null; next = waiting.poll()) {
                out.write(JsonWriter.write(new JsonObject(next)));
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
