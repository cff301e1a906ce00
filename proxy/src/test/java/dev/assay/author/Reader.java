package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.trust.Lookup;
import dev.assay.trust.MetadataSource;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.trust.VersionFloors;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A reader of the served tree: the real client workflow from the pinned root, over a folder. */
final class Reader {
    private static final String BASE = "https://index.example/";

    private final Path served;
    private final InstantSource clock;
    private final Updater updater;

    Reader(Path folder, InstantSource clock) throws Exception {
        this(folder, clock, TrustOptions.DEFAULTS);
    }

    Reader(Path folder, InstantSource clock, TrustOptions options) throws Exception {
        this.served = folder.resolve("public");
        this.clock = clock;
        MetadataSource source = (name, maxBytes) -> {
            Path file = served.resolve("metadata").resolve(name);
            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        };
        this.updater = new Updater(Files.readAllBytes(folder.resolve("root.json")), source, new MemoryStore(), options);
    }

    Reader refreshed() throws Exception {
        updater.refresh(clock.instant());
        return this;
    }

    Updater updater() {
        return updater;
    }

    /** Loads what is needed, and says whether a path is signed. */
    Optional<TargetFile> find(TargetPath path) throws Exception {
        updater.load(path, clock.instant());
        Lookup found = updater.view().find(path, clock.instant());
        assertThat(found).isNotInstanceOf(Lookup.NotLoaded.class);
        return found instanceof Lookup.Signed signed ? Optional.of(signed.file()) : Optional.empty();
    }

    /** The signed page; before it is handed over, everything on it is fetched and verified, in both forms. */
    Optional<ProjectPage> page(String project) throws Exception {
        ProjectName name = new ProjectName(project);
        Optional<ProjectPage> json = form(name, PageFormat.JSON);
        Optional<ProjectPage> html = form(name, PageFormat.HTML);
        assertThat(html.map(page -> page.files().size()))
                .isEqualTo(json.map(page -> page.files().size()));
        if (json.isPresent()) {
            for (ProjectFile file : json.get().files()) {
                checkFile(file);
            }
        }
        return json;
    }

    /** The signed list of projects. */
    List<String> projects() throws Exception {
        TargetFile target = find(PageTargets.listPath(PageFormat.JSON)).orElseThrow();
        byte[] content = Files.readAllBytes(
                served.resolve("simple/" + target.digests().get(0).hex() + ".vnd.pypi.simple.v1.json"));
        assertThat(Digest.of(HashAlgorithm.SHA256, content)).isIn(target.digests());
        return PageParser.parseRootJson(content).projects().stream()
                .map(ProjectName::value)
                .toList();
    }

    private Optional<ProjectPage> form(ProjectName project, PageFormat format) throws Exception {
        Optional<TargetFile> target = find(PageTargets.path(project, format));
        if (target.isEmpty()) {
            return Optional.empty();
        }
        Digest digest = target.get().digests().get(0);
        String extension = format == PageFormat.JSON ? "json" : "html";
        Path file = served.resolve("simple/" + project + "/" + digest.hex() + ".vnd.pypi.simple.v1." + extension);
        byte[] content = Files.readAllBytes(file);
        assertThat(Digest.of(digest.algorithm(), content)).isEqualTo(digest);
        assertThat(content).hasSize((int) target.get().length());
        return Optional.of(PageParser.parse(content, project, URI.create(BASE + "simple/" + project + "/")));
    }

    private void checkFile(ProjectFile file) throws Exception {
        String path = file.url().substring(BASE.length());
        TargetFile target = find(new TargetPath(path)).orElseThrow();
        byte[] content = Files.readAllBytes(served.resolve(path));
        assertThat(target.digests()).contains(Digest.of(HashAlgorithm.SHA256, content));
        assertThat(file.sha256()).contains(Digest.of(HashAlgorithm.SHA256, content));
        assertThat(target.length()).isEqualTo(content.length);
        if (file.coreMetadata() != null) {
            byte[] metadata = Files.readAllBytes(served.resolve(path + ".metadata"));
            assertThat(file.coreMetadata()).containsExactly(Digest.of(HashAlgorithm.SHA256, metadata));
        }
    }

    /** The port's fake: memory in place of a database. */
    private static final class MemoryStore implements MetadataStore {
        private final Map<String, byte[]> files = new HashMap<>();
        private VersionFloors floors = VersionFloors.NONE;

        @Override
        public Optional<byte[]> root(long version) {
            return load(version + ".root");
        }

        @Override
        public void saveRoot(long version, byte[] bytes) {
            save(version + ".root", bytes);
        }

        @Override
        public Optional<byte[]> load(String role) {
            return Optional.ofNullable(files.get(role));
        }

        @Override
        public void save(String role, byte[] bytes) {
            files.put(role, bytes);
        }

        @Override
        public VersionFloors floors() {
            return floors;
        }

        @Override
        public void saveFloors(VersionFloors newer) {
            floors = newer;
        }
    }
}
