package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.DistributionFilename;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Mirrors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The trust step of a file: its path → what its bytes must be. Where the layout signs files, the target says so, and the project's
 * signed page must not contradict it; else, and for a file whose length nobody knows, the signed page says so. A file may be asked for before its page: its exact path is looked up in
 * the page of the project that its name names. Thread-safe.
 */
public final class SignedFiles {
    private static final String PACKAGES = "packages/";
    private static final String METADATA = ".metadata";

    private final SigningRepository repository;
    private final ProjectPages pages;
    private final List<MirrorClient> mirrors;
    private final GateOptions options;

    /**
     * The files of one repository.
     *
     * @param mirrors who may be asked for their bytes
     */
    public SignedFiles(SigningRepository repository, ProjectPages pages, Mirrors mirrors, GateOptions options) {
        this.repository = repository;
        this.pages = pages;
        this.mirrors = mirrors.all();
        this.options = options;
    }

    /**
     * What is signed for a path below {@code /packages/}.
     *
     * @param path {@code packages/…/<filename>}, decoded; may end with {@code .metadata}
     * @param projects those that the file can belong to, most likely first; no others are looked at
     */
    Outcome<SignedFile> find(String path, List<ProjectName> projects, Instant deadline) {
        Outcome<SignedFile> found = isMetadata(path)
                ? coreMetadata(path, projects, deadline)
                : target(path)
                        .map(target -> fromTarget(path, target, projects, deadline))
                        .orElseGet(() -> fromPage(path, projects, deadline));
        return found.then(file -> {
            repository.remember(path, file.key());
            return found;
        });
    }

    /**
     * The same when all that it takes is in memory: the target, and the page of every project; for the event loop. Empty for whatever is
     * not to be handed over, too.
     */
    Optional<SignedFile> findInMemory(String path, List<ProjectName> projects) {
        List<VerifiedPage> open = new ArrayList<>(projects.size());
        for (ProjectName project : projects) {
            Optional<VerifiedPage> page = pages.openInMemory(project);
            if (page.isEmpty()) {
                return Optional.empty();
            }
            open.add(page.get());
        }
        Optional<TargetPath> target = isMetadata(path) ? Optional.empty() : target(path);
        if (target.isEmpty()) {
            return listed(path, open);
        }
        return repository.findInMemory(target.get()).flatMap(file -> withPages(path, file, open));
    }

    private Outcome<SignedFile> fromTarget(
            String path, TargetPath target, List<ProjectName> projects, Instant deadline) {
        Outcome<TargetFile> signed = repository.find(target, deadline);
        if (isMissing(signed)) {
            return withoutTarget(path, projects, deadline);
        }
        return signed.then(file -> withPage(path, file, projects, deadline));
    }

    /** No target can be signed without a length (TUF 4.5): where the page gives none, as an HTML page does, the page alone vouches. */
    private Outcome<SignedFile> withoutTarget(String path, List<ProjectName> projects, Instant deadline) {
        return entry(path, projects, deadline)
                .then(file -> file.size() == null
                        ? signed(path, file.digests(), OptionalLong.empty(), options.maxFileBytes(), false)
                        : notSigned(path));
    }

    /** Where both speak, both must agree: length, and every digest of either. A page whose bytes can't be had says nothing. */
    private Outcome<SignedFile> withPage(String path, TargetFile target, List<ProjectName> projects, Instant deadline) {
        List<Digest> digests = new ArrayList<>(target.digests());
        Optional<String> grace = Optional.empty();
        for (ProjectName project : projects) {
            Outcome<TargetFile> trusted = pages.trusted(project, deadline);
            if (isMissing(trusted)) {
                continue;
            }
            if (!(trusted instanceof Outcome.Found<TargetFile> signed)) {
                return trusted.then(never -> notSigned(path));
            }
            grace = grace.or(signed::grace);
            Outcome<VerifiedPage> page = pages.open(project, signed, deadline);
            if (page instanceof Outcome.Waiting<VerifiedPage>) {
                return page.then(never -> notSigned(path));
            }
            if (page instanceof Outcome.Found<VerifiedPage> found) {
                Optional<Outcome<SignedFile>> objection = objection(path, target, digests, found.value());
                if (objection.isPresent()) {
                    return objection.get();
                }
            }
        }
        return new Outcome.Found<>(signed(path, target, digests), grace);
    }

    private Optional<SignedFile> withPages(String path, TargetFile target, List<VerifiedPage> open) {
        List<Digest> digests = new ArrayList<>(target.digests());
        for (VerifiedPage page : open) {
            if (objection(path, target, digests, page).isPresent()) {
                return Optional.empty();
            }
        }
        return Optional.of(signed(path, target, digests));
    }

    private SignedFile signed(String path, TargetFile target, List<Digest> digests) {
        OptionalLong length = OptionalLong.of(target.length());
        return new SignedFile(path, digests, length, target.length(), false, mirrors);
    }

    /** Why the page keeps the file from being handed over; empty when it does not, and has then added the digests that it knows more of. */
    private Optional<Outcome<SignedFile>> objection(
            String path, TargetFile target, List<Digest> digests, VerifiedPage page) {
        Outcome<ProjectFile> entry = entry(page, path);
        if (entry.is(Outcome.Reason.QUARANTINED)) {
            return Optional.of(entry.then(never -> notSigned(path)));
        }
        Optional<String> contradiction = entry instanceof Outcome.Found<ProjectFile> listed
                ? contradiction(target, digests, listed.value())
                : Optional.empty();
        return contradiction.map(
                why -> Outcome.refused(Outcome.Reason.SIGNATURES_DISAGREE, filename(path) + ": " + why));
    }

    /** What the page's entry says otherwise; where it says more, its digests are added. */
    private static Optional<String> contradiction(TargetFile target, List<Digest> digests, ProjectFile entry) {
        if (entry.size() != null && entry.size() != target.length()) {
            return Optional.of("the signed page has " + entry.size() + " bytes, the signed target " + target.length());
        }
        for (Digest digest : entry.digests()) {
            Optional<Digest> other = ofAlgorithm(digests, digest.algorithm());
            if (other.isEmpty()) {
                digests.add(digest);
            } else if (!other.get().equals(digest)) {
                return Optional.of("the signed page has " + digest + ", the signed target " + other.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<Digest> ofAlgorithm(List<Digest> digests, HashAlgorithm algorithm) {
        return digests.stream().filter(d -> d.algorithm() == algorithm).findFirst();
    }

    private Outcome<SignedFile> fromPage(String path, List<ProjectName> projects, Instant deadline) {
        return entry(path, projects, deadline).then(file -> fromEntry(path, file));
    }

    private Outcome<SignedFile> fromEntry(String path, ProjectFile file) {
        return signed(path, file.digests(), VerifiedPage.size(file), options.maxFileBytes(), false);
    }

    private Outcome<SignedFile> coreMetadata(String path, List<ProjectName> projects, Instant deadline) {
        return entry(distribution(path), projects, deadline).then(file -> metadataOf(path, file));
    }

    private Outcome<SignedFile> metadataOf(String path, ProjectFile file) {
        List<Digest> digests = file.coreMetadata();
        if (digests == null) {
            return Outcome.refused(
                    Outcome.Reason.NOT_SIGNED, filename(path) + ": the signed page lists no metadata for this file");
        }
        return signed(path, digests, OptionalLong.empty(), options.maxCoreMetadataBytes(), true);
    }

    /** By the first of these pages that lists the file. */
    private Optional<SignedFile> listed(String path, List<VerifiedPage> open) {
        for (VerifiedPage page : open) {
            Outcome<ProjectFile> entry = entry(page, distribution(path));
            if (!entry.is(Outcome.Reason.NOT_FOUND)) {
                Outcome<SignedFile> file =
                        entry.then(found -> isMetadata(path) ? metadataOf(path, found) : fromEntry(path, found));
                return file instanceof Outcome.Found<SignedFile> signed
                        ? Optional.of(signed.value())
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Outcome<SignedFile> signed(
            String path, List<Digest> digests, OptionalLong length, long maxBytes, boolean whole) {
        if (digests.isEmpty()) {
            return Outcome.refused(
                    Outcome.Reason.NO_SUPPORTED_HASH, filename(path) + ": the signed page gives no supported hash");
        }
        return new Outcome.Found<>(new SignedFile(path, digests, length, maxBytes, whole, mirrors));
    }

    /** The entry for exactly this path in the signed page of the first project that has one. */
    private Outcome<ProjectFile> entry(String path, List<ProjectName> projects, Instant deadline) {
        for (ProjectName project : projects) {
            Outcome<VerifiedPage> page = pages.open(project, deadline);
            if (isMissing(page)) {
                continue;
            }
            Outcome<ProjectFile> entry = page.then(found -> entry(found, path));
            if (!entry.is(Outcome.Reason.NOT_FOUND)) {
                return entry;
            }
        }
        return notSigned(path);
    }

    private static Outcome<ProjectFile> entry(VerifiedPage page, String path) {
        Optional<ProjectFile> entry = page.file(path);
        if (entry.isEmpty()) {
            return Outcome.refused(Outcome.Reason.NOT_FOUND, path);
        }
        return page.quarantined()
                ? Outcome.refused(
                        Outcome.Reason.QUARANTINED,
                        filename(path) + ": the signed page says that "
                                + page.page().name() + " is in quarantine")
                : new Outcome.Found<>(entry.get());
    }

    /** The file that a {@code .metadata} file belongs to; any other is its own. */
    static String distribution(String path) {
        return isMetadata(path) ? path.substring(0, path.length() - METADATA.length()) : path;
    }

    /** The projects that a file can belong to by its name, most likely first. */
    static List<ProjectName> candidates(String path) {
        return DistributionFilename.parse(filename(distribution(path)))
                .map(DistributionFilename::projects)
                .orElse(List.of());
    }

    private static boolean isMetadata(String path) {
        return path.endsWith(METADATA);
    }

    /** The file's own target; empty where the layout signs none. */
    private Optional<TargetPath> target(String path) {
        return repository.layout().file(path.substring(PACKAGES.length()));
    }

    private static boolean isMissing(Outcome<?> outcome) {
        return outcome.is(Outcome.Reason.NOT_FOUND) || outcome.is(Outcome.Reason.REVOKED);
    }

    private static String filename(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private <T> Outcome<T> notSigned(String path) {
        return repository.wasSigned(path)
                ? Outcome.refused(Outcome.Reason.REVOKED, filename(path) + ": signed once, and no longer")
                : Outcome.refused(Outcome.Reason.NOT_SIGNED, filename(path) + ": not in the signed metadata");
    }
}
