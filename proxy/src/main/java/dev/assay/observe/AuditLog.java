package dev.assay.observe;

import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log: one JSON object a line, for each change of trust and each refusal, in {@code audit.log} of the data folder.
 * At 64 MiB the file becomes {@code audit.log.1}, over the one before it. A full disk loses audit lines (a WARN says so), never
 * an answer. Thread-safe.
 */
public final class AuditLog {
    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
    private static final long MAX_BYTES = 64L << 20;

    private final Path file;
    private final InstantSource clock;

    public AuditLog(Path folder, InstantSource clock) {
        this.file = folder.resolve("audit.log");
        this.clock = clock;
    }

    /** Writes one event; {@code details} are key, value, key, value. Values are escaped by the JSON form. */
    public synchronized void record(String event, String... details) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("time", new JsonString(clock.instant().toString()));
        members.put("event", new JsonString(event));
        for (int i = 0; i < details.length; i += 2) {
            members.put(details[i], new JsonString(details[i + 1]));
        }
        byte[] line = JsonWriter.write(new JsonObject(members));
        try {
            rotate(line.length + 1);
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(line);
                out.write('\n');
            }
        } catch (IOException e) {
            log.warn("audit event lost event={} file={} reason={}", event, file, e.toString());
        }
    }

    private void rotate(int more) throws IOException {
        if (Files.exists(file) && Files.size(file) + more > MAX_BYTES) {
            Files.move(file, file.resolveSibling("audit.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
