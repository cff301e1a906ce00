package dev.assay.author;

import dev.assay.tuf.MetaFile;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what no reader needs any more: metadata and pages a day after they were replaced, files a day after they were removed,
 * and what crashed runs left behind. Roots stay for ever. A reader that began under an older timestamp so has a day to finish; PEP 458
 * gives it an hour.
 *
 * <p>When something was replaced is told by the modification time of the next one after it; a removed file's own is set when it is removed.
 */
final class Collector {
    static final Duration GRACE = Duration.ofDays(1);

    private final RepositoryFolder folder;
    private final PublishedState published;
    private final Instant cutoff;
    private final Set<Path> referenced = new HashSet<>();
    private final List<Path> doomed = new ArrayList<>();

    Collector(Session session, PublishedState published) {
        this.folder = session.folder;
        this.published = published;
        this.cutoff = session.now().minus(GRACE);
    }

    /** Returns how many files were deleted. */
    int collect() throws IOException, RepositoryException {
        int deleted = collectMetadata();
        for (String bin : published.binNames()) {
            reference(published.role(bin).targets());
        }
        for (String role : published.claimedRoles()) {
            reference(published.role(role).targets());
        }
        for (PendingRole role : new PendingRoles(folder, published).all()) {
            reference(role.content().targets());
        }
        return deleted + collectTargets("simple") + collectTargets("packages");
    }

    private int collectMetadata() throws IOException {
        Map<String, Long> current = new HashMap<>();
        current.put("snapshot.json", published.snapshot().version());
        for (Map.Entry<String, MetaFile> entry : published.snapshot().meta().entrySet()) {
            String role = entry.getKey().substring(0, entry.getKey().length() - ".json".length());
            current.put(RoleName.file(role), entry.getValue().version());
        }
        for (Map.Entry<String, NavigableMap<Long, Path>> role : versions().entrySet()) {
            long live = current.getOrDefault(role.getKey(), 0L);
            for (Map.Entry<Long, Path> file : role.getValue().entrySet()) {
                Map.Entry<Long, Path> next = role.getValue().higherEntry(file.getKey());
                Path successor = next == null ? file.getValue() : next.getValue();
                if (file.getKey() != live && isOld(successor)) {
                    doomed.add(file.getValue());
                }
            }
        }
        return deleteAll();
    }

    /** All versions that lie there, by what follows the version in their names; roots aside. */
    private Map<String, NavigableMap<Long, Path>> versions() throws IOException {
        Map<String, NavigableMap<Long, Path>> versions = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.metadata(), "*.*.json")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                int dot = name.indexOf('.');
                String role = name.substring(dot + 1);
                if (!role.equals("root.json") && name.substring(0, dot).matches("[1-9][0-9]{0,17}")) {
                    versions.computeIfAbsent(role, unused -> new TreeMap<>())
                            .put(Long.parseLong(name.substring(0, dot)), file);
                }
            }
        }
        return versions;
    }

    /** Only after every successor has been looked at, since they tell one another's times. */
    private int deleteAll() throws IOException {
        int deleted = doomed.size();
        for (Path file : doomed) {
            Files.delete(file);
        }
        doomed.clear();
        return deleted;
    }

    private boolean isOld(Path file) throws IOException {
        return time(file).isBefore(cutoff);
    }

    private static Instant time(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant();
    }

    private void reference(Map<TargetPath, TargetFile> targets) {
        for (TargetFile target : targets.values()) {
            if (PageTargets.isFile(target.path())) {
                referenced.add(folder.published(target.path().value()));
                referenced.add(folder.published(target.path().value() + ".metadata"));
            } else {
                referenced.add(folder.published(PageTargets.publishedName(target)));
            }
        }
    }

    private int collectTargets(String top) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder.published(top))) {
            all.filter(Files::isRegularFile).forEach(files::add);
        }
        Map<String, TreeSet<Instant>> times = new HashMap<>();
        for (Path file : files) {
            times.computeIfAbsent(form(file), unused -> new TreeSet<>()).add(time(file));
        }
        for (Path file : files) {
            boolean plainCopy = "index.html".equals(String.valueOf(file.getFileName()));
            Instant next = times.getOrDefault(form(file), new TreeSet<>()).higher(time(file));
            Instant replaced = next == null ? time(file) : next;
            if (!referenced.contains(file) && !plainCopy && replaced.isBefore(cutoff)) {
                doomed.add(file);
            }
        }
        List<Path> folders = doomed.stream().map(Path::getParent).distinct().toList();
        int deleted = deleteAll();
        for (Path emptied : folders) {
            deleteEmptyFolders(emptied, folder.published(top));
        }
        return deleted;
    }

    /** What replaces each other: the same folder, and the same name behind the digest. */
    private static String form(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean page = name.length() > 65 && name.charAt(64) == '.' && name.contains(".vnd.pypi.");
        return page ? file.getParent() + "/" + name.substring(65) : file.toString();
    }

    private static void deleteEmptyFolders(@Nullable Path deepest, Path top) throws IOException {
        for (Path at = deepest; at != null && !at.equals(top); at = at.getParent()) {
            try (Stream<Path> inside = Files.list(at)) {
                if (inside.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(at);
        }
    }
}
