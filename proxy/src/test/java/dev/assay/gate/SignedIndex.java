package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Role;
import dev.assay.tuf.SuccinctRoles;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.LongStream;

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
    private final Map<TargetPath, TargetFile> signed = new LinkedHashMap<>();
    private final List<String> bins = new ArrayList<>();
    private HashAlgorithm algorithm = HashAlgorithm.SHA256;
    private volatile Map<String, byte[]> served = Map.of();

    /** A file; what is said of it may be changed before it is published. */
    public static final class Entry {
        public final String path;
        public final byte[] bytes;
        public byte[] coreMetadata = {};
        /** What the page says: the digests as JSON, and the length; negative for none. */
        public String pageHashes;

        public long pageSize;
        /** Whether the file is a target too, where the layout has files. */
        public boolean isTarget = true;

        private Entry(String path, byte[] bytes) {
            this.path = path;
            this.bytes = bytes;
            this.pageHashes = "{\"sha256\":\"" + sha256(bytes).hex() + "\"}";
            this.pageSize = bytes.length;
        }
    }

    private String list = "";
    private JsonObject listCustom = JsonObject.EMPTY;
    private Function<TargetPath, String> responsible = path -> "targets";

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

    /** Signs targets with this algorithm alone. */
    public SignedIndex hashedBy(HashAlgorithm only) {
        algorithm = only;
        return this;
    }

    /** Signs targets in 16 bins told in one line (TAP 15). */
    public SignedIndex inSuccinctBins() {
        SuccinctRoles succinct = new SuccinctRoles(new Role(List.of(), 1), 4, "bins");
        tuf.rotate("bins");
        tuf.succinct.put("targets", succinct);
        LongStream.range(0, succinct.count()).mapToObj(succinct::bin).forEach(bins::add);
        responsible = succinct::bin;
        return this;
    }

    /** Signs targets in 16 bins, each delegated to by a hash prefix (PEP 458). */
    public SignedIndex inHashedBins() {
        for (int i = 0; i < 16; i++) {
            String prefix = Integer.toHexString(i);
            tuf.rotate("bin-" + prefix);
            tuf.delegated
                    .computeIfAbsent("targets", role -> new ArrayList<>())
                    .add(new DelegatedRole("bin-" + prefix, new Role(List.of(), 1), false, List.of(), List.of(prefix)));
            bins.add("bin-" + prefix);
        }
        responsible =
                path -> "bin-" + sha256(path.value().getBytes(UTF_8)).hex().charAt(0);
        return this;
    }

    /** Signs a list of the projects too, with this text. */
    public void list(String json) {
        list = json;
    }

    /** Signs this as {@code custom} of the list of projects, which is empty where none was given. */
    public void listCustom(JsonObject custom) {
        list = list.isEmpty() ? "{\"meta\":{\"api-version\":\"1.1\"},\"projects\":[]}" : list;
        listCustom = custom;
    }

    /** Signs and serves everything that is there. */
    public SignedIndex publish() {
        Map<String, byte[]> next = new LinkedHashMap<>();
        signed.clear();
        projects.forEach((project, files) -> {
            byte[] page = rawPages.getOrDefault(project, page(project, files)).getBytes(UTF_8);
            TargetFile target = target(pagePath(project), page);
            signed.put(target.path(), target);
            next.put("/" + served(target), page);
            files.values().forEach(entry -> {
                next.put("/" + entry.path, entry.bytes);
                next.put("/" + entry.path + ".metadata", entry.coreMetadata);
                layout.file(entry.path.substring("packages/".length()))
                        .filter(path -> entry.isTarget)
                        .ifPresent(path -> signed.put(path, target(path, entry.bytes)));
            });
        });
        if (!list.isEmpty()) {
            byte[] page = list.getBytes(UTF_8);
            TargetFile plain = target(layout.listPath().orElseThrow(), page);
            TargetFile target = new TargetFile(plain.path(), plain.length(), plain.digests(), listCustom, plain.role());
            signed.put(target.path(), target);
            next.put("/" + served(target), page);
        }
        publishTargets();
        serve(next);
        return this;
    }

    private void publishTargets() {
        List<String> roles = new ArrayList<>(bins);
        roles.add("targets");
        roles.forEach(role -> tuf.targets.put(role, new LinkedHashMap<>()));
        signed.forEach((path, target) -> tuf.targets
                .computeIfAbsent(responsible.apply(path), role -> new LinkedHashMap<>())
                .put(path, target));
        tuf.publish(roles.toArray(String[]::new));
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
        TargetFile page = signed.get(pagePath(project));
        if (page == null) {
            throw new IllegalStateException("not published: " + project);
        }
        return served(page);
    }

    /** Where the published list of projects lies, without a leading slash. */
    public String listPlace() {
        return served(target(layout.listPath().orElseThrow(), list.getBytes(UTF_8)));
    }

    private TargetPath pagePath(String project) {
        return layout.pages(new ProjectName(project)).get(0);
    }

    /** Pages lie at hash-prefixed names in consistent snapshots (TUF 6.2), except where the name is the folder itself. */
    private String served(TargetFile page) {
        String path = page.path().value();
        int name = path.lastIndexOf('/') + 1;
        boolean plain = path.endsWith("/") || !layout.prefixed() || !tuf.consistentSnapshot;
        String prefix = plain ? "" : page.digests().get(0).hex() + ".";
        return path.substring(0, name) + prefix + path.substring(name);
    }

    private TargetFile target(TargetPath path, byte[] bytes) {
        List<Digest> digests = List.of(Digest.of(algorithm, bytes));
        return new TargetFile(path, bytes.length, digests, JsonObject.EMPTY, responsible.apply(path));
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
