package dev.assay.app.demo;

import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryException;
import dev.assay.author.RepositoryOptions;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A repository with a past, authored in a folder: an old app was published a month ago, again an hour ago with the rest, and was
 * replaced by a newer one just now.
 *
 * @param pinnedRoot the trust anchor, a file
 * @param tree what was published now, an hour ago (valid still), and a month ago (expired)
 * @param bundled the wheels of the machine's Python that are published too
 */
public record DemoRepository(Path pinnedRoot, PublishedTree tree, List<Path> bundled) {
    private static final Duration EXPIRED_AGO = Duration.ofDays(30);
    private static final Duration EARLIER_AGO = Duration.ofHours(1);
    private static final Duration JUST_AGO = Duration.ofMinutes(1);
    private static final RepositoryOptions OPTIONS = new RepositoryOptions(
            3,
            2,
            SignatureScheme.ED25519,
            8,
            RepositoryOptions.BinForm.SUCCINCT,
            Duration.ofDays(365),
            Duration.ofDays(7),
            KeyFile.Cost.LOW);

    public DemoRepository {
        bundled = List.copyOf(bundled);
    }

    /**
     * Authors it below {@code folder}, which must be empty.
     *
     * @param bundled wheels to publish beside those that the demonstration makes
     */
    public static DemoRepository author(Path folder, List<Path> bundled, Instant now)
            throws IOException, RepositoryException {
        Path files = Files.createDirectories(folder.resolve("files"));
        AtomicReference<Instant> clock = new AtomicReference<>(now.minus(EXPIRED_AGO));
        Passphrases passphrases = Passphrases.same("demo".toCharArray());
        try (Repository repository = Repository.init(folder.resolve("repository"), OPTIONS, passphrases, clock::get)) {
            repository.add(List.of(DemoWheels.OLD_APP.writeTo(files)));
            Path expired = copy(repository.publicFolder(), folder.resolve("expired"));

            clock.set(now.minus(EARLIER_AGO));
            List<Path> today = DemoWheels.writeTo(files);
            List<Path> rest = new ArrayList<>(bundled);
            today.stream()
                    .filter(f -> !f.endsWith(DemoWheels.APP_WHEEL.filename()))
                    .forEach(rest::add);
            repository.add(rest);
            Path earlier = copy(repository.publicFolder(), folder.resolve("earlier"));

            clock.set(now.minus(JUST_AGO));
            repository.add(today);
            clock.set(now);
            repository.remove(List.of(DemoWheels.OLD_APP.filename()));
            return new DemoRepository(
                    repository.pinnedRoot(), new PublishedTree(repository.publicFolder(), earlier, expired), bundled);
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }
}
