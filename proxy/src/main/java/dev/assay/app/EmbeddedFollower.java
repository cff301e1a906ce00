package dev.assay.app;

import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryException;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Following;
import dev.assay.author.follow.Index;
import dev.assay.author.follow.Manners;
import dev.assay.author.follow.PassReport;
import dev.assay.author.follow.Wished;
import dev.assay.crypto.KeyFile;
import dev.assay.gate.Outcome;
import dev.assay.gate.ProjectSigner;
import dev.assay.simple.ProjectName;
import dev.assay.store.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A follower inside the proxy, which reads what it publishes like any other repository. Keys, repository and memory are in the data folder,
 * made on first start. The keys' passphrase lies beside them: who can read that folder could as well replace what the proxy believes.
 */
final class EmbeddedFollower implements ProjectSigner, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedFollower.class);
    /** One root key: several would lie in the same folder. */
    private static final RepositoryOptions OPTIONS = new RepositoryOptions(
            1,
            1,
            RepositoryOptions.DEFAULTS.scheme(),
            1024,
            RepositoryOptions.BinForm.SUCCINCT,
            Duration.ofDays(365),
            Duration.ofDays(7),
            KeyFile.Cost.LOW);

    private final Repository repository;
    private final Index index;
    private final Follower follower;
    private final Following following;

    private EmbeddedFollower(Repository repository, Index index, Follower follower, Following following) {
        this.repository = repository;
        this.index = index;
        this.follower = follower;
        this.following = following;
    }

    /**
     * Opens its repository, or makes it; asks nobody yet.
     *
     * @throws IOException when the folder can't be used; the message says why and what to do
     */
    static EmbeddedFollower open(Config.Signer.Embedded follow, InstantSource clock) throws IOException {
        try {
            Repository repository = repository(follow.folder(), clock);
            try {
                Index index = new Index(follow.index(), follow.access(), Manners.DEFAULTS, clock);
                Follower follower = Follower.open(repository, index, clock);
                return new EmbeddedFollower(
                        repository,
                        index,
                        follower,
                        new Following(follower, follow.recheck(), follow.growth(), new SplittableRandom()));
            } catch (IOException | RepositoryException e) {
                repository.close();
                throw e;
            }
        } catch (RepositoryException e) {
            throw new IOException(follow.folder() + ": " + e.getMessage(), e);
        }
    }

    /** Made under another name first, so that it is there whole or not at all. */
    private static Repository repository(Path folder, InstantSource clock) throws IOException, RepositoryException {
        if (!Files.exists(folder)) {
            Path made = folder.resolveSibling(folder.getFileName() + ".new");
            deleteAll(made);
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            String passphrase = HexFormat.of().formatHex(random);
            Repository.init(made, OPTIONS, Passphrases.same(passphrase.toCharArray()), clock)
                    .close();
            Path file = Files.createFile(
                    passphraseFile(made),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, passphrase, StandardOpenOption.SYNC, StandardOpenOption.WRITE);
            Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
            DurableFile.syncFolder(folder.resolveSibling(""));
            log.info("made keys and repository folder={}", folder);
        }
        return Repository.open(
                folder,
                Passphrases.same(Files.readString(passphraseFile(folder)).toCharArray()),
                clock);
    }

    private static Path passphraseFile(Path folder) {
        return folder.resolve("keys").resolve("passphrase");
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(each);
                }
            }
        }
    }

    /** Begins to follow; {@code reports} hears of every pass. */
    void start(Consumer<PassReport> reports) {
        following.start(reports);
    }

    @Override
    public Outcome<ProjectName> sign(ProjectName project) throws IOException, InterruptedException {
        return outcome(project, following);
    }

    /** What the gate makes of a wish. */
    static Outcome<ProjectName> outcome(ProjectName project, Following following)
            throws IOException, InterruptedException {
        Wished wished = following.follow(project);
        if (wished instanceof Wished.Refused refused) {
            return Outcome.refused(Outcome.Reason.NOT_TAKEN, project + ": " + refused.reason());
        }
        return wished instanceof Wished.Signed ? new Outcome.Found<>(project) : ProjectSigner.unknown(project);
    }

    int followed() {
        return following.followed();
    }

    Path alarmLog() {
        return follower.alarmLog();
    }

    @Override
    public void close() throws IOException {
        following.close();
        follower.close();
        index.close();
        repository.close();
    }
}
