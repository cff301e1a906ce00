package dev.assay.author;

import dev.assay.crypto.KeyException;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SigningKey;
import dev.assay.simple.ProjectName;
import dev.assay.simple.Yanked;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A TUF repository of Python packages in a folder, in the {@code assay} layout. One process at a time holds it open (a lock
 * file); not thread-safe.
 *
 * <p>{@link #publicFolder} is a static tree: {@code metadata/} with consistent snapshots, pages and files. A target {@code
 * simple/<project>/vnd.pypi.simple.v1.json} (and {@code .html}) changes, so it lies at its hash-prefixed name, as TUF 6.2 has it:
 * {@code simple/<project>/<sha256 in hex>.vnd.pypi.simple.v1.json}; the digest is the target's only signed hash. A target {@code
 * packages/<2>/<2>/<60>/<file>} has its own BLAKE2b-256 in its path and never changes, so it lies exactly there, without a prefix.
 * The {@code .metadata} file of a wheel lies beside it and is no target: it is trusted through the signed page's {@code core-metadata}. On
 * pages, file URLs are relative: {@code ../../packages/<2>/<2>/<60>/<file>}. {@code simple/<project>/index.html} is an unsigned copy
 * of the HTML page, for installers and mirrors that use the tree as it is.
 *
 * <p>Every change is published whole or not at all. The keys of root, targets and bins may be taken away: only {@link
 * #rotateRootKeys}, {@link #rotateOnlineKey}, {@link #delegate} and the yearly {@link #refresh} ask for them.
 */
public final class Repository implements AutoCloseable {
    private final Session session;
    private final Passphrases passphrases;
    private final FileChannel lock;

    private Repository(Session session, Passphrases passphrases, FileChannel lock) {
        this.session = session;
        this.passphrases = passphrases;
        this.lock = lock;
    }

    /**
     * Creates keys and a signed, empty repository in {@code folder}, which must be absent or empty.
     *
     * @throws RepositoryException when the folder is in use or a passphrase can't be had
     */
    public static Repository init(Path folder, RepositoryOptions options, Passphrases passphrases, InstantSource clock)
            throws IOException, RepositoryException {
        return init(folder, options, passphrases, clock, Progress.NONE);
    }

    /** As {@link #init(Path, RepositoryOptions, Passphrases, InstantSource)}, heard by {@code progress}. */
    public static Repository init(
            Path folder, RepositoryOptions options, Passphrases passphrases, InstantSource clock, Progress progress)
            throws IOException, RepositoryException {
        RepositoryFolder created = new RepositoryFolder(folder);
        created.create();
        KeyRing keys = new KeyRing(created.keys(), passphrases, options.keyCost());
        Settings settings = Settings.of(options);
        Session session = new Session(created, settings, keys, clock, Publication.Observer.NONE);
        session.reportTo(progress);
        FileChannel lock = created.lock();
        try {
            Files.write(created.settings(), settings.write());
            new Founding(session, options).found();
            return new Repository(session, passphrases, lock);
        } catch (IOException | RepositoryException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Opens, locks and verifies an existing repository. Private keys are read only when something needs them. */
    public static Repository open(Path folder, Passphrases passphrases, InstantSource clock)
            throws IOException, RepositoryException {
        return open(folder, passphrases, clock, Publication.Observer.NONE, KeyFile.Cost.FULL);
    }

    static Repository open(
            Path folder,
            Passphrases passphrases,
            InstantSource clock,
            Publication.Observer observer,
            KeyFile.Cost keyCost)
            throws IOException, RepositoryException {
        RepositoryFolder existing = new RepositoryFolder(folder);
        if (!Files.isRegularFile(existing.settings())) {
            throw new RepositoryException(folder + " holds no repository (make one with init, in a new folder)");
        }
        FileChannel lock = existing.lock();
        try {
            existing.clearStaging();
            Settings settings = Settings.read(existing.settings());
            KeyRing keys = new KeyRing(existing.keys(), passphrases, keyCost);
            Session session = new Session(existing, settings, keys, clock, observer);
            PlainCopies.finish(session, PublishedState.read(existing));
            return new Repository(session, passphrases, lock);
        } catch (IOException | RepositoryException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What a web server serves: {@code metadata/}, {@code simple/}, {@code packages/}. */
    public Path publicFolder() {
        return session.folder.published();
    }

    /** The first root: what readers pin. */
    public Path pinnedRoot() {
        return session.folder.pinnedRoot();
    }

    /** The folder of private key files, none of which may ever be served. */
    public Path keyFolder() {
        return session.folder.keys();
    }

    /** Who hears of long work from now on. */
    public void reportTo(Progress progress) {
        session.reportTo(progress);
    }

    /** Lends a private key that is kept outside the repository's key folder to this object. */
    public void lend(Path keyFile) throws IOException, RepositoryException {
        lend(KeyRing.read(keyFile, passphrases));
    }

    void lend(SigningKey key) {
        session.keys.lend(key);
    }

    /**
     * Adds wheels and sdists and publishes them: all or none. A file that is already there with the same content is left alone. Needs
     * the online key; for a claimed project the lent keys of its authors, or the change waits for {@link #sign}.
     */
    public ChangeReport add(List<Path> files) throws IOException, RepositoryException {
        return changing(published -> new FileChanges(session, published).add(files));
    }

    /** Removes files by their names and publishes; a project without files goes altogether. */
    public ChangeReport remove(List<String> filenames) throws IOException, RepositoryException {
        return changing(published -> new FileChanges(session, published).remove(filenames));
    }

    /** Marks files as yanked (PEP 592) and publishes; {@code reason} may be empty. */
    public ChangeReport yank(List<String> filenames, String reason) throws IOException, RepositoryException {
        if (reason.chars().anyMatch(Character::isISOControl)) {
            throw new RepositoryException("the reason has control characters (expected: one line of text)");
        }
        return changing(published -> new FileChanges(session, published).yank(filenames, new Yanked(reason)));
    }

    /** Takes the mark of {@link #yank} off again and publishes. */
    public ChangeReport unyank(List<String> filenames) throws IOException, RepositoryException {
        return changing(published -> new FileChanges(session, published).yank(filenames, null));
    }

    /** Begins a change of whole pages, for whoever follows an index. */
    public PageChanges changePages() throws IOException, RepositoryException {
        return new PageChanges(session, PublishedState.read(session.folder));
    }

    /** The folder of what a follower of an index remembers; it need not exist, and none of it is served. */
    public Path followFolder() {
        return session.folder.follow();
    }

    /** Signs anew what expires before long, with the keys that are there, and deletes what no reader needs any more. */
    public RefreshReport refresh() throws IOException, RepositoryException {
        RefreshReport report = changing(published -> new Renewal(session, published).refresh());
        new Collector(session, PublishedState.read(session.folder)).collect();
        return report;
    }

    /** Replaces every root key; the new root is signed by the old and the new ones. */
    public RotationReport rotateRootKeys() throws IOException, RepositoryException {
        return changing(published -> new Rotation(session, published).rootKeys());
    }

    /** Replaces the key of timestamp, snapshot and the bin-n roles; needs root's and bins' keys, and the old one. */
    public RotationReport rotateOnlineKey() throws IOException, RepositoryException {
        return changing(published -> new Rotation(session, published).onlineKey());
    }

    /**
     * Hands a project to its authors' keys (PEP 480): from then on only they vouch for it. Needs the targets key. Repeated, it
     * changes the project's keys.
     *
     * @param keyFiles public keys in PEM, or private ones, which then sign at once
     */
    public ChangeReport delegate(ProjectName project, List<Path> keyFiles, int threshold)
            throws IOException, RepositoryException {
        List<PublicKey> keys = new ArrayList<>();
        for (Path file : keyFiles) {
            keys.add(authorKey(file));
        }
        return changing(published ->
                report(project, new ClaimedProjects(session, published).delegate(project, keys, threshold)));
    }

    /** Adds the lent keys' signatures to what waits for them; with nothing waiting, signs the project's role for another term. */
    public ChangeReport sign(ProjectName project) throws IOException, RepositoryException {
        return changing(published -> report(project, new ClaimedProjects(session, published).sign(project)));
    }

    private static ChangeReport report(ProjectName project, boolean waits) {
        return waits
                ? new ChangeReport(List.of(), List.of(), List.of(project))
                : new ChangeReport(List.of(project.value()), List.of(), List.of());
    }

    private PublicKey authorKey(Path file) throws IOException, RepositoryException {
        String pem = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (pem.contains("PRIVATE KEY-----")) {
            SigningKey key = KeyRing.read(file, passphrases);
            session.keys.lend(key);
            return key.publicKey();
        }
        try {
            return KeyFile.readPublic(file);
        } catch (KeyException e) {
            throw new RepositoryException(file + ": " + e.getMessage(), e);
        }
    }

    /** Verifies and counts everything that is published. */
    public RepositoryStatus status() throws IOException, RepositoryException {
        return new StatusReport(session, PublishedState.read(session.folder)).read();
    }

    private interface Change<R> {
        R on(PublishedState published) throws IOException, RepositoryException;
    }

    private <R> R changing(Change<R> change) throws IOException, RepositoryException {
        R report = change.on(PublishedState.read(session.folder));
        PlainCopies.finish(session, PublishedState.read(session.folder));
        return report;
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
