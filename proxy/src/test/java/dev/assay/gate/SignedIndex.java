package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.trust.Layout;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An index that signs what a test puts into it, contradictions included. What {@link #publish} published is what {@link #content} serves:
 * metadata, pages and files, as a static tree has them.
 */
public final class SignedIndex {
    public final TestRepository tuf = new TestRepository();

    private final Layout layout;
    private final Map<String, Map<String, Entry>> projects = new TreeMap<>();
    private final Map<String, String> statuses = new TreeMap<>();
    private final Map<String, String> rawPages = new TreeMap<>();
    private volatile Map<String, byte[]> served = Map.of();

    /** A file; what is said of it may be changed before it is published. */
    public static final class Entry {
        public final String path;
        public final byte[] bytes;
        public byte[] coreMetadata = {};
        /** What the page says: the digests as JSON, and the length; negative for none. */
        public String pageHashes;

        public long pageSize;

        private Entry(String path, byte[] bytes) {
            this.path = path;
            this.bytes = bytes;
            this.pageHashes = "{\"sha256\":\"" + sha256(bytes).hex() + "\"}";
            this.pageSize = bytes.length;
        }
    }

    private String list = "";

    public SignedIndex(Layout layout) {
        this.layout = layout;
    }

    public byte[] root() {
        return tuf.root(1);
    }

    public Layout layout() {
        return layout;
    }

    /** Puts a file into a project, to be published. */
    public Entry add(String project, String filename, byte[] bytes) {
        String hex = Digest.of(HashAlgorithm.BLAKE2B_256, bytes).hex();
        String path =
                "packages/" + hex.substring(0, 2) + "/" + hex.substring(2, 4) + "/" + hex.substring(4) + "/" + filename;
        Entry entry = new Entry(path, bytes);
        projects.computeIfAbsent(project, name -> new LinkedHashMap<>()).put(filename, entry);
        return entry;
    }

    /** Takes a project out, with all its files. */
    public void remove(String project) {
        projects.remove(project);
    }

    /** Gives the project's page a status (PEP 792). */
    public void status(String project, String status) {
        statuses.put(project, status);
    }

    /** Signs this text as the project's page, whatever it is. */
    public void rawPage(String project, String text) {
        rawPages.put(project, text);
        projects.computeIfAbsent(project, name -> new LinkedHashMap<>());
    }

    /** Signs a list of the projects too, with this text. */
    public void list(String json) {
        list = json;
    }

    /** Signs and serves everything that is there. */
    public SignedIndex publish() {
        Map<String, byte[]> next = new LinkedHashMap<>();
        Map<TargetPath, TargetFile> targets = new LinkedHashMap<>();
        projects.forEach((project, files) -> {
            byte[] page = rawPages.getOrDefault(project, page(project, files)).getBytes(UTF_8);
            TargetFile target = target(pagePath(project), page);
            targets.put(target.path(), target);
            next.put("/" + served(target), page);
            files.values().forEach(entry -> {
                next.put("/" + entry.path, entry.bytes);
                next.put("/" + entry.path + ".metadata", entry.coreMetadata);
                layout.file(entry.path.substring("packages/".length()))
                        .ifPresent(path -> targets.put(path, target(path, entry.bytes)));
            });
        });
        if (!list.isEmpty()) {
            byte[] page = list.getBytes(UTF_8);
            TargetFile target = target(layout.rootPage(PageFormat.JSON).orElseThrow(), page);
            targets.put(target.path(), target);
            next.put("/" + served(target), page);
        }
        tuf.targets.put("targets", targets);
        tuf.publish("targets");
        serve(next);
        return this;
    }

    /** Serves the metadata as it is in {@link #tuf} now. */
    public void serveMetadata() {
        serve(new LinkedHashMap<>(served));
    }

    private void serve(Map<String, byte[]> next) {
        tuf.files.forEach((name, bytes) -> next.put("/metadata/" + name, bytes));
        served = Map.copyOf(next);
    }

    /** What lies at a path, which begins with a slash. */
    public Optional<byte[]> content(String path) {
        return Optional.ofNullable(served.get(path));
    }

    /** Where the published page of a project lies, without a leading slash. */
    public String pagePlace(String project) {
        TargetFile page = tuf.targets.getOrDefault("targets", Map.of()).get(pagePath(project));
        if (page == null) {
            throw new IllegalStateException("not published: " + project);
        }
        return served(page);
    }

    /** Where the published list of projects lies, without a leading slash. */
    public String listPlace() {
        return served(target(layout.rootPage(PageFormat.JSON).orElseThrow(), list.getBytes(UTF_8)));
    }

    private TargetPath pagePath(String project) {
        return switch (layout) {
            case ASSAY -> Layout.page(new ProjectName(project), PageFormat.JSON);
            case PEP458, PAGES_ONLY -> layout.pages(new ProjectName(project)).get(0);
        };
    }

    /** Pages lie at hash-prefixed names (TUF 6.2), except where the name is the folder itself. */
    private static String served(TargetFile page) {
        String path = page.path().value();
        int name = path.lastIndexOf('/') + 1;
        String prefix = path.endsWith("/") ? "" : page.digests().get(0).hex() + ".";
        return path.substring(0, name) + prefix + path.substring(name);
    }

    private static TargetFile target(TargetPath path, byte[] bytes) {
        return new TargetFile(path, bytes.length, List.of(sha256(bytes)), JsonObject.EMPTY, "targets");
    }

    private String page(String project, Map<String, Entry> files) {
        StringBuilder page = new StringBuilder("{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"" + project + "\",");
        String status = statuses.get(project);
        if (status != null) {
            page.append("\"project-status\":{\"status\":\"").append(status).append("\"},");
        }
        page.append("\"files\":[");
        String separator = "";
        for (Map.Entry<String, Entry> file : files.entrySet()) {
            Entry entry = file.getValue();
            page.append(separator).append("{\"filename\":\"").append(file.getKey());
            page.append("\",\"url\":\"../../")
                    .append(entry.path)
                    .append("\",\"hashes\":")
                    .append(entry.pageHashes);
            if (entry.pageSize >= 0) {
                page.append(",\"size\":").append(entry.pageSize);
            }
            if (entry.coreMetadata.length > 0) {
                page.append(",\"core-metadata\":{\"sha256\":\"")
                        .append(sha256(entry.coreMetadata).hex())
                        .append("\"}");
            }
            page.append('}');
            separator = ",";
        }
        return page.append("]}").toString();
    }

    private static Digest sha256(byte[] bytes) {
        return Digest.of(HashAlgorithm.SHA256, bytes);
    }
}
