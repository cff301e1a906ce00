package dev.assay.app;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.PublishedTree;
import dev.assay.author.follow.CanonicalIndex;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Real wheels, as an index lists them, and a mirror's tree that has each where the index says that it is.
 *
 * @param tree for a mirror
 */
record MirroredWheels(PublishedTree tree, List<Entry> entries) {
    static MirroredWheels in(Path folder) throws Exception {
        PublishedTree tree = DemoRepository.author(folder.resolve("author"), List.of(), Instant.now())
                .tree();
        List<Entry> entries = new ArrayList<>();
        for (Path wheel : tree.wheels()) {
            Path metadata = wheel.resolveSibling(wheel.getFileName() + ".metadata");
            Entry entry =
                    new Entry(wheel.getFileName().toString(), sha256(wheel), Files.size(wheel), sha256(metadata), "");
            Path place = tree.current().resolve(entry.path());
            Files.createDirectories(place.getParent());
            Files.copy(wheel, place);
            Files.copy(metadata, place.resolveSibling(place.getFileName() + ".metadata"));
            entries.add(entry);
        }
        return new MirroredWheels(tree, List.copyOf(entries));
    }

    /** The index has each project. */
    void listAll(CanonicalIndex index) {
        for (String project : List.of(DemoWheels.APP, DemoWheels.LIBRARY, DemoWheels.DATA)) {
            index.put(new Listing(project, 100, of(project)));
        }
    }

    List<Entry> of(String project) {
        String begin = project.replace('-', '_') + "-";
        return entries.stream()
                .filter(entry -> entry.filename().startsWith(begin))
                .toList();
    }

    private static String sha256(Path file) throws IOException {
        return Digest.of(HashAlgorithm.SHA256, Files.readAllBytes(file)).hex();
    }
}
