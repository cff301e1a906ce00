package dev.assay.author.follow;

import dev.assay.author.RepositoryException;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageRenderer;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.store.DurableFile;
import dev.assay.upstream.Representation;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The durable side of a follower. Each file is there whole or not at all.
 *
 * <pre>
 * index             the URL of the index, for good
 * projects/NAME     {@link Memory} of a project that is followed
 * refreshed         when the repository's roles were last looked through
 * alarms.log        one JSON line for each alarm, with both sides
 * evidence/DIGEST   pages that raised an alarm, as the index sent them, and as they were signed then
 * </pre>
 */
final class MemoryFolder {
    private final Path folder;
    private final Path projects;
    private final Path evidence;

    private MemoryFolder(Path folder) {
        this.folder = folder;
        this.projects = folder.resolve("projects");
        this.evidence = folder.resolve("evidence");
    }

    static MemoryFolder in(Path folder) throws IOException {
        MemoryFolder opened = new MemoryFolder(folder);
        for (Path made : List.of(folder, opened.projects, opened.evidence)) {
            DurableFile.createFolder(made);
        }
        return opened;
    }

    /** Binds this memory to one index, for good. */
    void bind(URI index, boolean isNewRepository) throws IOException, RepositoryException {
        Path file = folder.resolve("index");
        if (!Files.exists(file)) {
            if (!isNewRepository) {
                throw new RepositoryException("this repository holds projects of its own (a follower needs one for"
                        + " itself: name a new folder)");
            }
            write(file, index.toString().getBytes(StandardCharsets.UTF_8));
        }
        String bound = Files.readString(file);
        if (!bound.equals(index.toString())) {
            throw new RepositoryException("this repository follows " + bound + " (not " + index
                    + "; a follower remembers one index: name a new folder for another)");
        }
    }

    /**
     * Empty for a project that is not followed.
     *
     * @throws RepositoryException when its file can't be read or understood; the message has the remedy
     */
    Optional<Memory> read(ProjectName project) throws RepositoryException {
        Path file = projects.resolve(project.value());
        try {
            return Optional.of(Memory.read(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JsonException e) {
            throw new RepositoryException(
                    file + " is damaged: " + e.getMessage()
                            + " (restore it from a backup; deleted, the project's revoked files are forgotten)",
                    e);
        }
    }

    boolean follows(ProjectName project) {
        return Files.exists(projects.resolve(project.value()));
    }

    void write(ProjectName project, Memory memory) throws IOException {
        write(projects.resolve(project.value()), memory.write());
    }

    /** Every project that is followed, in order. */
    List<ProjectName> followed() throws IOException {
        List<ProjectName> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(projects)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (ProjectName.isNormalized(name)) { // what else lies there, somebody else put there
                    names.add(new ProjectName(name));
                }
            }
        }
        names.sort(null);
        return names;
    }

    Instant refreshed() throws IOException {
        Path file = folder.resolve("refreshed");
        try {
            return Files.exists(file) ? Instant.parse(Files.readString(file)) : Instant.MIN;
        } catch (DateTimeException e) {
            return Instant.MIN; // only ever costs a refresh
        }
    }

    void refreshed(Instant at) throws IOException {
        write(folder.resolve("refreshed"), at.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Keeps both sides, then the alarms that they prove. */
    void raise(List<Alarm> alarms, Optional<Representation> sent, Optional<ProjectPage> signed, Instant at)
            throws IOException {
        if (alarms.isEmpty()) {
            return;
        }
        Map<String, JsonValue> sides = new LinkedHashMap<>();
        if (sent.isPresent()) {
            Map<String, JsonValue> headers = new LinkedHashMap<>();
            new TreeMap<>(sent.get().headers()).forEach((name, value) -> headers.put(name, new JsonString(value)));
            sides.put("url", new JsonString(sent.get().uri().toString()));
            sides.put("headers", new JsonObject(headers));
            sides.put("sent", new JsonString(keep(sent.get().body().orElse(new byte[0]))));
        }
        if (signed.isPresent()) {
            sides.put("signed", new JsonString(keep(PageRenderer.render(signed.get(), PageFormat.JSON))));
        }
        StringBuilder lines = new StringBuilder();
        for (Alarm alarm : alarms) {
            Map<String, JsonValue> line = new LinkedHashMap<>();
            line.put("time", new JsonString(at.toString()));
            line.put("alarm", new JsonString(alarm.kind().label()));
            line.put("project", new JsonString(alarm.project().value()));
            line.put("subject", new JsonString(alarm.subject()));
            line.put("before", new JsonString(alarm.before()));
            line.put("now", new JsonString(alarm.now()));
            line.putAll(sides);
            lines.append(new String(JsonWriter.write(new JsonObject(line)), StandardCharsets.UTF_8))
                    .append('\n');
        }
        append(lines.toString());
    }

    private String keep(byte[] page) throws IOException {
        String name = Digest.of(HashAlgorithm.SHA256, page).hex();
        if (!Files.exists(evidence.resolve(name))) {
            write(evidence.resolve(name), page);
        }
        return name;
    }

    Path alarmLog() {
        return folder.resolve("alarms.log");
    }

    private void append(String lines) throws IOException {
        try (FileChannel log = FileChannel.open(
                alarmLog(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer rest = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                var unused = log.write(rest);
            }
            log.force(true);
        }
    }

    private void write(Path file, byte[] content) throws IOException {
        DurableFile.write(file, folder.resolve("staged"), content);
    }
}
