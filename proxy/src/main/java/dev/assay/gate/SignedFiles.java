package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.DistributionFilename;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The trust step of a file: its path → what its bytes must be. Where the layout signs files, the target says so, and the project's
 * signed page must not contradict it; else the signed page says so. A file may be asked for before its page: its project is found
 * from its name, and its exact path in that project's signed page. Thread-safe.
 */
public final class SignedFiles {
    private static final String PACKAGES = "packages/";
    private static final String METADATA = ".metadata";

    private final SigningRepository repository;
    private final ProjectPages pages;
    private final GateOptions options;

    public SignedFiles(SigningRepository repository, ProjectPages pages, GateOptions options) {
        this.repository = repository;
        this.pages = pages;
        this.options = options;
    }

    /**
     * What is signed for a path below {@code /packages/}.
     *
     * @param path {@code packages/…/<filename>}, decoded; may end with {@code .metadata}
     */
    public Outcome<SignedFile> find(String path, Instant deadline) {
        Outcome<SignedFile> found = path.endsWith(METADATA)
                ? coreMetadata(path, deadline)
                : repository
                        .layout()
                        .file(path.substring(PACKAGES.length()))
                        .map(target -> fromTarget(path, target, deadline))
                        .orElseGet(() -> fromPage(path, deadline));
        return found.then(file -> {
            repository.remember(path, file.key());
            return found;
        });
    }

    private Outcome<SignedFile> fromTarget(String path, TargetPath target, Instant deadline) {
        Outcome<TargetFile> signed = repository.find(target, deadline);
        if (signed.is(Outcome.Reason.NOT_FOUND) || signed.is(Outcome.Reason.REVOKED)) {
            return notSigned(path);
        }
        return signed.then(file -> withPage(path, file, deadline));
    }

    /** Where both speak, both must agree: length, and every digest of either. A page that can't be had says nothing. */
    private Outcome<SignedFile> withPage(String path, TargetFile target, Instant deadline) {
        List<Digest> digests = new ArrayList<>(target.digests());
        for (ProjectName project : candidates(path)) {
            Outcome<VerifiedPage> page = pages.open(project, deadline);
            if (page instanceof Outcome.Waiting<VerifiedPage>) {
                return page.then(never -> notSigned(path));
            }
            if (page instanceof Outcome.Found<VerifiedPage> found) {
                Outcome<ProjectFile> entry = entry(found.value(), path);
                if (entry.is(Outcome.Reason.QUARANTINED)) {
                    return entry.then(never -> notSigned(path));
                }
                Optional<String> contradiction = entry instanceof Outcome.Found<ProjectFile> listed
                        ? contradiction(target, digests, listed.value())
                        : Optional.empty();
                if (contradiction.isPresent()) {
                    return Outcome.refused(
                            Outcome.Reason.SIGNATURES_DISAGREE, filename(path) + ": " + contradiction.get());
                }
            }
        }
        OptionalLong length = OptionalLong.of(target.length());
        return new Outcome.Found<>(new SignedFile(path, digests, length, target.length(), false));
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

    private Outcome<SignedFile> fromPage(String path, Instant deadline) {
        return entry(path, deadline).then(file -> {
            OptionalLong length = file.size() == null ? OptionalLong.empty() : OptionalLong.of(file.size());
            return signed(path, file.digests(), length, options.maxFileBytes(), false);
        });
    }

    private Outcome<SignedFile> coreMetadata(String path, Instant deadline) {
        String distribution = path.substring(0, path.length() - METADATA.length());
        return entry(distribution, deadline).then(file -> {
            List<Digest> digests = file.coreMetadata();
            if (digests == null) {
                return Outcome.refused(
                        Outcome.Reason.NOT_SIGNED,
                        filename(path) + ": the signed page lists no metadata for this file");
            }
            return signed(path, digests, OptionalLong.empty(), options.maxCoreMetadataBytes(), true);
        });
    }

    private static Outcome<SignedFile> signed(
            String path, List<Digest> digests, OptionalLong length, long maxBytes, boolean whole) {
        if (digests.isEmpty()) {
            return Outcome.refused(
                    Outcome.Reason.NO_SUPPORTED_HASH, filename(path) + ": the signed page gives no supported hash");
        }
        return new Outcome.Found<>(new SignedFile(path, digests, length, maxBytes, whole));
    }

    /** The entry for exactly this path in the signed page of the project that the filename names. */
    private Outcome<ProjectFile> entry(String path, Instant deadline) {
        for (ProjectName project : candidates(path)) {
            Outcome<VerifiedPage> page = pages.open(project, deadline);
            if (page.is(Outcome.Reason.NOT_FOUND) || page.is(Outcome.Reason.REVOKED)) {
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

    private static List<ProjectName> candidates(String path) {
        return DistributionFilename.parse(filename(path))
                .map(DistributionFilename::projects)
                .orElse(List.of());
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
