package dev.assay.gate;

import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which mirrors are in quarantine for wrong bytes, and the evidence: one JSON file for each case in {@code evidence/} of the data
 * folder. The newest file of a mirror is its quarantine, which so survives a restart, and which deleting the file lifts. The first
 * lasts 10 minutes, each further one twice as long, up to a day; after a day in good standing it begins anew. A mirror that serves
 * the right bytes for the path in question is let out at once. Thread-safe.
 *
 * <p>Nothing is decided here but whom to ask last and whose bytes may not flow early, so a damaged file, or one that can't be
 * written, costs a transfer and no safety.
 */
public final class Blame {
    private static final Logger log = LoggerFactory.getLogger(Blame.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST_FILES = 200;

    private record Sentence(Path file, String path, Instant until, int strikes) {}

    private static final Sentence NEVER = new Sentence(Path.of(""), "", Instant.EPOCH, 0);

    private final Path folder;
    private final InstantSource clock;
    private final Supplier<Map<String, Long>> versions;
    private final Map<String, Sentence> sentences = new ConcurrentHashMap<>();

    /**
     * Reads what an earlier start left.
     *
     * @param data the data folder
     * @param versions of the signed metadata that vouches now, by role
     */
    public Blame(Path data, InstantSource clock, Supplier<Map<String, Long>> versions) {
        this.folder = data.resolve("evidence");
        this.clock = clock;
        this.versions = versions;
        for (Path file : files()) {
            recall(file);
        }
    }

    /** Whether this mirror has not served wrong bytes lately, or has mended. */
    public boolean inGoodStanding(String mirror) {
        Sentence sentence = sentences.get(mirror);
        if (sentence == null || !clock.instant().isBefore(sentence.until())) {
            return true;
        }
        if (!Files.exists(sentence.file())) {
            sentences.remove(mirror, sentence);
            log.info("quarantine lifted by hand mirror={}", mirror);
            return true;
        }
        return false;
    }

    /** Keeps the evidence, and puts the mirror into quarantine; returns until when. */
    synchronized Instant convict(Evidence evidence) {
        Instant now = clock.instant();
        Sentence before = sentences.getOrDefault(evidence.mirror(), NEVER);
        boolean inside = now.isBefore(before.until());
        boolean again = now.isBefore(before.until().plus(LONGEST));
        int strikes = inside ? before.strikes() : again ? before.strikes() + 1 : 1;
        Instant until = inside ? before.until() : now.plus(quarantine(strikes));
        String name = now.toString().replace(":", "") + "-" + evidence.mirror() + ".json";
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(folder);
            Files.write(file, json(evidence, now, until, strikes));
            // after its file: a sentence without one is taken for lifted
            sentences.put(evidence.mirror(), new Sentence(file, evidence.path(), until, strikes));
            List<Path> all = files();
            for (Path old : all.subList(0, Math.max(0, all.size() - MOST_FILES))) {
                Files.deleteIfExists(old);
            }
        } catch (IOException e) {
            log.warn("evidence not kept, and no quarantine mirror={} file={} reason={}", evidence.mirror(), file, e);
        }
        return until;
    }

    static Duration quarantine(int strikes) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(strikes - 1, 20));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }

    /** The mirror has served verified bytes for this path: proof, if it was this path's that were wrong. */
    void served(String mirror, String path) {
        Sentence sentence = sentences.get(mirror);
        if (sentence != null && sentence.path().equals(path) && clock.instant().isBefore(sentence.until())) {
            sentences.put(mirror, new Sentence(sentence.file(), path, clock.instant(), sentence.strikes()));
            log.info("quarantine lifted by proof mirror={} path={}", mirror, path);
        }
    }

    /** Every case that is kept, the newest last, as one JSON array. */
    public byte[] report() {
        List<JsonValue> cases = new ArrayList<>();
        for (Path file : files()) {
            read(file).ifPresent(cases::add);
        }
        return JsonWriter.writePretty(new JsonArray(cases));
    }

    private byte[] json(Evidence evidence, Instant now, Instant until, int strikes) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("time", new JsonString(now.toString()));
        members.put("mirror", new JsonString(evidence.mirror()));
        members.put("path", new JsonString(evidence.path()));
        members.put("signed", new JsonString(evidence.signed()));
        members.put("found", new JsonString(evidence.found()));
        members.put("url", new JsonString(evidence.provenance().url()));
        members.put("headers", strings(evidence.provenance().headers()));
        members.put("certificates", strings(evidence.provenance().certificates()));
        members.put("first-bytes", new JsonString(evidence.first()));
        members.put("last-bytes", new JsonString(evidence.last()));
        Map<String, JsonValue> vouching = new LinkedHashMap<>();
        versions.get().forEach((role, version) -> vouching.put(role, JsonInteger.of(version)));
        members.put("metadata-versions", new JsonObject(vouching));
        members.put("quarantined-until", new JsonString(until.toString()));
        members.put("strikes", JsonInteger.of(strikes));
        return JsonWriter.writePretty(new JsonObject(members));
    }

    private static JsonArray strings(List<String> values) {
        return new JsonArray(values.stream().<JsonValue>map(JsonString::new).toList());
    }

    private void recall(Path file) {
        try {
            Optional<JsonObject> read = read(file);
            if (read.isPresent()) {
                JsonObject known = read.get();
                Instant until = Instant.parse(known.string("quarantined-until"));
                Instant most = clock.instant().plus(LONGEST);
                Sentence sentence = new Sentence(file, known.string("path"), until.isBefore(most) ? until : most, (int)
                        Math.max(1, Math.min(known.integer("strikes"), 20)));
                sentences.put(known.string("mirror"), sentence);
            }
        } catch (JsonException | DateTimeException e) {
            log.warn("evidence can't be read, and counts for nothing file={} reason={}", file, e.getMessage());
        }
    }

    private static Optional<JsonObject> read(Path file) {
        try {
            return Optional.of(JsonReader.parseObject(Files.readAllBytes(file), JsonReader.Numbers.INTEGERS_ONLY));
        } catch (IOException | JsonException e) {
            log.warn("evidence can't be read, and counts for nothing file={} reason={}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Oldest first: a name begins with its time. */
    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            log.warn("evidence can't be listed folder={} reason={}", folder, e.toString());
            return List.of();
        }
    }
}
