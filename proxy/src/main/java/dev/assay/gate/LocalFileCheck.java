package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.Hasher;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether the bytes of a local file are what is signed under its name, by the rule of {@link SignedFiles}: where the layout signs
 * files, the target says so, and the signed page must not contradict it; else the page says so. A distribution is known by its
 * filename; the folder it lies in counts only where no page lists it. Blocking; one thread.
 */
public final class LocalFileCheck {
    private static final String PACKAGES = "packages/";
    private static final int BUFFER = 128 << 10;

    private final SignedEntries index;
    private final byte[] buffer = new byte[BUFFER];

    public LocalFileCheck(SignedEntries index) {
        this.index = index;
    }

    /** What became of one file. */
    public enum Result {
        /** Signed, and these are the bytes. */
        SAME("same"),
        /** Signed, and these are other bytes. */
        DIFFERENT("different"),
        /** The signed metadata does not vouch for a file of this name. */
        NOT_SIGNED("not signed"),
        /** The file or what is signed of it can't be read now. */
        UNCHECKED("not checked"),
        /** An earlier page under its digest, which nobody is led to any more. */
        EARLIER("earlier page");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        /** For people. */
        public String label() {
            return label;
        }
    }

    /**
     * The answer for one file.
     *
     * @param detail the signed path for SAME, else the reason, on one line; may hold text from outside
     */
    public record Verdict(Result result, String detail) {
        static Verdict notSigned(String detail) {
            return new Verdict(Result.NOT_SIGNED, detail);
        }

        static Verdict unchecked(String detail) {
            return new Verdict(Result.UNCHECKED, detail);
        }
    }

    /** One that vouches for the file, and what it says of it. */
    private record Statement(String by, OptionalLong length, List<Digest> digests) {
        static Statement of(String by, TargetFile target) {
            return new Statement(by, OptionalLong.of(target.length()), target.digests());
        }
    }

    /** An entry of a signed page. */
    private record Entry(String path, ProjectFile file) {}

    /** Reads the whole file once, and of the repository what is not in memory yet. */
    public Verdict check(LocalFile file) {
        if (file instanceof LocalFile.Page page) {
            return page(page);
        }
        if (file instanceof LocalFile.CoreMetadata metadata) {
            return withEntry(
                    metadata.distribution(), entry -> coreMetadata(metadata.path(), entry), Verdict::notSigned);
        }
        LocalFile.Distribution distribution = (LocalFile.Distribution) file;
        return withEntry(
                distribution,
                entry -> distribution(distribution.path(), entry),
                missing -> unlisted(distribution, missing));
    }

    @FunctionalInterface
    private interface Listed {
        Verdict check(Entry entry);
    }

    @FunctionalInterface
    private interface Unlisted {
        Verdict check(String detail);
    }

    /** Goes on with the entry of this filename, in the first candidate's page that has one. */
    private Verdict withEntry(LocalFile.Distribution distribution, Listed listed, Unlisted unlisted) {
        List<String> missing = new ArrayList<>();
        for (ProjectName project : distribution.projects()) {
            Outcome<SignedEntries.SignedPage> outcome = index.page(project);
            if (outcome instanceof Outcome.Found<SignedEntries.SignedPage> found) {
                SignedEntries.SignedPage page = found.value();
                Optional<String> path = page.path(distribution.filename());
                if (path.isPresent()) {
                    return listed.check(new Entry(path.get(), page.file(path.get())));
                }
                boolean quarantined = "quarantined".equals(page.page().page().status());
                missing.add(
                        quarantined
                                ? project + " is quarantined: none of its files is served"
                                : "the signed page of " + project + " lists no such file");
            } else if (outcome.is(Outcome.Reason.NOT_FOUND)) {
                missing.add("no page of " + project + " is signed");
            } else {
                return Verdict.unchecked(detail(outcome));
            }
        }
        return unlisted.check(missing.get(0));
    }

    private Verdict distribution(Path path, Entry entry) {
        ProjectFile file = entry.file();
        OptionalLong size = file.size() == null ? OptionalLong.empty() : OptionalLong.of(file.size());
        List<Statement> statements = new ArrayList<>();
        statements.add(new Statement("signed page", size, file.digests()));
        Optional<TargetPath> target = index.layout().file(entry.path().substring(PACKAGES.length()));
        if (target.isPresent()) {
            Outcome<TargetFile> signed = index.target(target.get());
            if (signed instanceof Outcome.Found<TargetFile> found) {
                statements.add(Statement.of("signed target", found.value()));
            } else if (!signed.is(Outcome.Reason.NOT_FOUND) || file.size() != null) {
                return signed.is(Outcome.Reason.NOT_FOUND)
                        ? Verdict.notSigned("the signed page lists it, but there is no signed target " + target.get())
                        : Verdict.unchecked(detail(signed));
            }
        }
        return compared(path, entry.path(), statements);
    }

    /** A target may vouch for a file that no page lists (any more): then the path must be the very one. */
    private Verdict unlisted(LocalFile.Distribution distribution, String missing) {
        Optional<String> place = distribution.place();
        Optional<TargetPath> target = place.flatMap(path -> index.layout().file(path.substring(PACKAGES.length())));
        if (target.isEmpty()) {
            return Verdict.notSigned(missing);
        }
        Outcome<TargetFile> signed = index.target(target.get());
        if (signed instanceof Outcome.Found<TargetFile> found) {
            return compared(distribution.path(), place.get(), List.of(Statement.of("signed target", found.value())));
        }
        return signed.is(Outcome.Reason.NOT_FOUND) ? Verdict.notSigned(missing) : Verdict.unchecked(detail(signed));
    }

    private Verdict coreMetadata(Path path, Entry entry) {
        List<Digest> digests = entry.file().coreMetadata();
        return digests == null
                ? Verdict.notSigned(
                        "the signed page lists no metadata for " + entry.file().filename())
                : compared(
                        path,
                        entry.path() + ".metadata",
                        List.of(new Statement("signed page", OptionalLong.empty(), digests)));
    }

    private Verdict page(LocalFile.Page page) {
        List<TargetFile> signed = new ArrayList<>();
        for (TargetPath path : index.layout().pages(page.project())) {
            boolean otherForm = path.value().endsWith(page.json() ? ".html" : ".json");
            Outcome<TargetFile> outcome =
                    otherForm ? Outcome.refused(Outcome.Reason.NOT_FOUND, "another form") : index.target(path);
            if (outcome instanceof Outcome.Found<TargetFile> found) {
                signed.add(found.value());
            } else if (!outcome.is(Outcome.Reason.NOT_FOUND)) {
                return Verdict.unchecked(detail(outcome));
            }
        }
        if (signed.isEmpty()) {
            return Verdict.notSigned("no page of " + page.project() + " is signed");
        }
        boolean inForce = page.prefix().isEmpty()
                || signed.stream()
                        .flatMap(target -> target.digests().stream())
                        .anyMatch(digest -> digest.hex().equals(page.prefix()));
        if (!inForce) {
            return new Verdict(Result.EARLIER, "");
        }
        for (TargetFile target : signed) {
            Verdict verdict =
                    compared(page.path(), target.path().value(), List.of(Statement.of("signed page", target)));
            if (verdict.result() != Result.DIFFERENT) {
                return verdict;
            }
        }
        return new Verdict(
                Result.DIFFERENT, "another page of " + page.project() + " than the signed one: stale or rewritten");
    }

    private Verdict compared(Path file, String signedPath, List<Statement> statements) {
        Set<HashAlgorithm> algorithms = new LinkedHashSet<>();
        statements.forEach(statement -> statement.digests().forEach(digest -> algorithms.add(digest.algorithm())));
        if (algorithms.isEmpty()) {
            return Verdict.notSigned("what is signed has no supported hash");
        }
        try {
            if (!Files.isRegularFile(file)) {
                return Verdict.unchecked("no regular file that can be read");
            }
            Optional<String> otherLength = otherLength(Files.size(file), statements);
            Optional<String> difference =
                    otherLength.isPresent() ? otherLength : otherBytes(file, algorithms, statements);
            return difference
                    .map(detail -> new Verdict(Result.DIFFERENT, detail))
                    .orElseGet(() -> new Verdict(Result.SAME, signedPath));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Verdict.unchecked(e instanceof NoSuchFileException ? "no such file" : "permission denied");
        } catch (IOException e) {
            return Verdict.unchecked("can't be read: " + e.getMessage());
        }
    }

    private static Optional<String> otherLength(long length, List<Statement> statements) {
        for (Statement statement : statements) {
            if (statement.length().isPresent() && statement.length().getAsLong() != length) {
                return Optional.of(length + " bytes (" + statement.by() + ": "
                        + statement.length().getAsLong() + ")");
            }
        }
        return Optional.empty();
    }

    private Optional<String> otherBytes(Path file, Set<HashAlgorithm> algorithms, List<Statement> statements)
            throws IOException {
        List<Digest> found = digests(file, algorithms);
        for (Statement statement : statements) {
            for (Digest signed : statement.digests()) {
                if (!found.contains(signed)) {
                    Digest own = found.stream()
                            .filter(digest -> digest.algorithm() == signed.algorithm())
                            .findFirst()
                            .orElseThrow();
                    return Optional.of(own + " (" + statement.by() + ": " + signed.hex() + ")");
                }
            }
        }
        return Optional.empty();
    }

    private List<Digest> digests(Path file, Set<HashAlgorithm> algorithms) throws IOException {
        Hasher hasher = new Hasher(algorithms);
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hasher.update(buffer, 0, read);
            }
        }
        return hasher.finish();
    }

    private static String detail(Outcome<?> outcome) {
        return outcome instanceof Outcome.Withheld<?> withheld ? withheld.detail() : "not known yet";
    }
}
