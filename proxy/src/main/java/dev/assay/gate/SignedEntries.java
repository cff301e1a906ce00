package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.trust.Lookup;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a repository signs, for a caller that can wait and asks about many files in a row: no store, no fetching workers. Blocking;
 * one thread. It never answers {@link Outcome.Waiting}.
 */
public final class SignedEntries {
    /** Weighed by files, as {@link ProjectPages} does; about 500 bytes of heap each. */
    private static final long MAX_FILES_IN_MEMORY = 64 << 10;

    private final Layout layout;
    private final Updater updater;
    private final PageSources sources;
    private final long maxPageBytes;
    private final InstantSource clock;
    private final Confirmations confirmations;
    private final Cache<ProjectName, Outcome<SignedPage>> pages = Caffeine.newBuilder()
            .maximumWeight(MAX_FILES_IN_MEMORY)
            .weigher((ProjectName name, Outcome<SignedPage> page) -> weight(page))
            .executor(Runnable::run)
            .build();

    /** A verified page whose files are found by name. */
    record SignedPage(VerifiedPage page, Map<String, String> paths) {
        SignedPage {
            paths = Map.copyOf(paths);
        }

        static SignedPage of(VerifiedPage page) {
            Map<String, String> paths = new HashMap<>();
            page.filesByPath().forEach((path, file) -> paths.put(file.filename(), path));
            return new SignedPage(page, paths);
        }

        /** The path, {@code packages/…}, at which the page has the file of this name. */
        Optional<String> path(String filename) {
            return Optional.ofNullable(paths.get(filename));
        }

        ProjectFile file(String path) {
            return page.file(path).orElseThrow();
        }
    }

    /**
     * Reads what {@code updater} vouches for; whoever calls has refreshed it.
     *
     * @param maxUnconfirmed how long ago a signer that follows an index may have seen a page there
     * @param maxPageBytes a longer page is refused
     */
    public SignedEntries(
            Layout layout,
            Duration maxUnconfirmed,
            Updater updater,
            PageSources sources,
            long maxPageBytes,
            InstantSource clock) {
        this.layout = layout;
        this.updater = updater;
        this.sources = sources;
        this.maxPageBytes = maxPageBytes;
        this.clock = clock;
        this.confirmations = new Confirmations(layout, maxUnconfirmed);
    }

    Layout layout() {
        return layout;
    }

    /** NotFound when every role on the way is current and none vouches for the path. */
    Outcome<TargetFile> target(TargetPath path) {
        try {
            return updater.load(path, clock.instant()) instanceof Lookup.Signed signed
                    ? new Outcome.Found<>(signed.file())
                    : Outcome.refused(Outcome.Reason.NOT_FOUND, "the signed metadata does not list " + path);
        } catch (InvalidMetadataException e) {
            return Outcome.refused(Outcome.Reason.UNVERIFIED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Outcome.unavailable(
                    Outcome.Reason.UPSTREAM, "signed metadata can't be fetched: " + e.getMessage(), Duration.ZERO);
        }
    }

    /** The project's page in the preferred form that is signed; NotFound when none is. */
    Outcome<SignedPage> page(ProjectName project) {
        Outcome<SignedPage> known = pages.getIfPresent(project);
        if (known != null) {
            return known;
        }
        Outcome<SignedPage> read = preferred(project)
                .then(target -> confirmations
                        .require(project, updater.view(), clock.instant(), this::target)
                        .then(confirmed -> fetch(project, target)));
        pages.put(project, read);
        return read;
    }

    private Outcome<TargetFile> preferred(ProjectName project) {
        for (TargetPath path : layout.pages(project)) {
            Outcome<TargetFile> found = target(path);
            if (!found.is(Outcome.Reason.NOT_FOUND)) {
                return found;
            }
        }
        return Outcome.refused(Outcome.Reason.NOT_FOUND, "no page of " + project + " is signed");
    }

    private Outcome<SignedPage> fetch(ProjectName project, TargetFile target) {
        if (target.length() > maxPageBytes) {
            return Outcome.refused(
                    Outcome.Reason.UNVERIFIED,
                    "the signed page of " + project + " has " + target.length() + " bytes (expected: at most "
                            + maxPageBytes + ")");
        }
        PageSources.Troubles troubles = new PageSources.Troubles();
        boolean prefixed = layout.prefixed() && updater.view().consistentSnapshot();
        Optional<byte[]> bytes =
                sources.fetch(sources.places(target, prefixed, mirror -> mirror.page(project)), target, troubles);
        if (bytes.isEmpty()) {
            return Outcome.unavailable(
                    Outcome.Reason.UPSTREAM,
                    "the signed page of " + project + " can't be had: " + troubles,
                    Duration.ZERO);
        }
        try {
            URI base = URI.create("http://index.invalid/simple/" + project + "/");
            ProjectPage signed = PageParser.parse(bytes.get(), project, base);
            return new Outcome.Found<>(
                    SignedPage.of(VerifiedPage.of(target.digests().get(0), signed)));
        } catch (MalformedPageException e) {
            return Outcome.refused(
                    Outcome.Reason.MALFORMED_PAGE,
                    "the signed page of " + project + " is malformed: " + e.getMessage());
        }
    }

    private static int weight(Outcome<SignedPage> page) {
        return page instanceof Outcome.Found<SignedPage> found
                ? 8 + found.value().paths().size()
                : 8;
    }
}
