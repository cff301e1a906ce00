package dev.assay.author.follow;

import dev.assay.crypto.Digest;
import dev.assay.simple.DistributionFilename;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageRenderer;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an index says of a project now against what it said before: pure, no I/O, no clock. Used once.
 *
 * <p>What was signed is the memory of files; {@link Memory#gone} adds those that were taken away. So a name that was ever seen keeps
 * its digest for good.
 */
final class Review {
    private static final String PACKAGES = "/packages/";

    private final ProjectName project;
    private final @Nullable ProjectPage signed;
    private final Memory memory;
    private final Map<String, Digest> gone;
    private final List<Alarm> alarms = new ArrayList<>();
    private final Set<String> lasting = new LinkedHashSet<>();
    private final List<String> unsigned = new ArrayList<>();

    /**
     * What follows.
     *
     * @param page to sign from now on, file URLs relative; null when what is signed stays
     * @param confirmed whether the index was seen to say this now
     * @param alarms those that are new
     * @param unsigned file names with the reason why they are not signed
     */
    record Result(
            @Nullable ProjectPage page, boolean confirmed, Memory memory, List<Alarm> alarms, List<String> unsigned) {}

    private Review(ProjectName project, Optional<ProjectPage> signed, Memory memory) {
        this.project = project;
        this.signed = signed.orElse(null);
        this.memory = memory;
        this.gone = new TreeMap<>(memory.gone());
    }

    /**
     * A page came.
     *
     * @param patience how long an older serial is taken for an edge of a CDN that lags
     */
    static Result of(
            ProjectName project,
            IndexPage now,
            Optional<ProjectPage> signed,
            Memory memory,
            Instant at,
            Duration patience) {
        return new Review(project, signed, memory).page(now, at, patience);
    }

    /** The index has no such project. */
    static Result missing(ProjectName project, Optional<ProjectPage> signed, Memory memory) {
        return new Review(project, signed, memory).missing();
    }

    private Result page(IndexPage now, Instant at, Duration patience) {
        ProjectPage page = now.page();
        if (page == null || namesOnlyOthers(page)) {
            raise(Alarm.Kind.PAGE_SWAPPED, "page", "of " + project, "another project's");
            return new Result(null, false, memory.withoutEtag().raising(lasting), alarms, unsigned);
        }
        if (now.serial() < memory.serial()) {
            return behind(now.serial(), at, patience);
        }
        List<ProjectFile> files = new ArrayList<>();
        for (ProjectFile file : page.files()) {
            entry(file).ifPresent(files::add);
        }
        if (signed != null) {
            signed.files().stream()
                    .filter(file -> page.file(file.filename()).isEmpty())
                    .forEach(file -> vanished(file, "not listed"));
        }
        ProjectPage next =
                new ProjectPage(project, files, page.versions(), page.status(), page.statusReason(), page.extra());
        Memory kept = new Memory(now.etag(), Math.max(now.serial(), memory.serial()), gone, lasting, null);
        return new Result(isSigned(next) ? null : next, true, kept, alarms, unsigned);
    }

    private Result missing() {
        if (signed == null) {
            return new Result(null, true, memory.withoutEtag(), alarms, unsigned);
        }
        signed.files().forEach(this::remember);
        int count = signed.files().size();
        alarms.add(new Alarm(Alarm.Kind.PROJECT_VANISHED, project, "page", count + " files", "no such project"));
        Memory kept = new Memory(null, memory.serial(), gone, Set.of(), null);
        ProjectPage empty = new ProjectPage(project, List.of(), List.of(), null, null, Map.of());
        return new Result(empty, true, kept, alarms, unsigned);
    }

    private Result behind(long serial, Instant at, Duration patience) {
        Instant since = memory.behindSince() == null ? at : memory.behindSince();
        if (!at.isBefore(since.plus(patience))) {
            raise(
                    Alarm.Kind.SERIAL_WENT_BACK,
                    "serial",
                    Long.toString(memory.serial()),
                    (serial < 0 ? "none" : serial) + ", or another one behind, since " + since);
        }
        Memory kept = new Memory(null, memory.serial(), gone, lasting, since);
        return new Result(null, false, kept, alarms, unsigned);
    }

    /** What is to be signed for a file that the index lists; empty when nothing is. */
    private Optional<ProjectFile> entry(ProjectFile file) {
        Optional<ProjectFile> before = signed == null ? Optional.empty() : signed.file(file.filename());
        Optional<String> change = change(file, before);
        if (change.isPresent()) {
            String seen = before.map(Review::describe).orElseGet(() -> gone.get(file.filename()) + ", revoked since");
            raise(Alarm.Kind.FILE_CHANGED, file.filename(), seen, change.get());
            return before;
        }
        Optional<String> path = packagesPath(file.url());
        if (namesAnother(file)) {
            return notSigned(file, before, "its name is another project's");
        }
        if (path.isEmpty()) {
            return notSigned(file, before, "its URL has no " + PACKAGES);
        }
        if (file.sha256().isEmpty()) {
            return notSigned(file, before, "the page gives no SHA-256");
        }
        return Optional.of(file.at("../.." + path.get()));
    }

    private Optional<ProjectFile> notSigned(ProjectFile file, Optional<ProjectFile> before, String why) {
        before.ifPresent(revoked -> vanished(revoked, why));
        unsigned.add(file.filename() + ": " + why);
        return Optional.empty();
    }

    /** How the entry contradicts what was seen under its name; empty when it doesn't. */
    private Optional<String> change(ProjectFile file, Optional<ProjectFile> before) {
        Digest seen = before.flatMap(ProjectFile::sha256).orElse(gone.get(file.filename()));
        boolean same = seen == null
                || (file.sha256().filter(seen::equals).isPresent()
                        && before.filter(one -> contradicts(one, file)).isEmpty());
        return same ? Optional.empty() : Optional.of(describe(file));
    }

    private static boolean contradicts(ProjectFile before, ProjectFile now) {
        boolean size =
                before.size() != null && now.size() != null && !before.size().equals(now.size());
        return size || contradicts(before.coreMetadata(), now.coreMetadata());
    }

    /** Metadata may appear and go (indexes add it later on), but it is the file's own: it never changes. */
    private static boolean contradicts(@Nullable List<Digest> before, @Nullable List<Digest> now) {
        return before != null
                && now != null
                && now.stream()
                        .anyMatch(digest -> before.stream()
                                .anyMatch(other -> other.algorithm() == digest.algorithm() && !other.equals(digest)));
    }

    private static String describe(ProjectFile file) {
        String digest = file.sha256().map(Digest::toString).orElse("no sha256");
        String size = file.size() == null ? "" : ", " + file.size() + " bytes";
        List<Digest> metadata = file.coreMetadata();
        return digest + size + (metadata == null || metadata.isEmpty() ? "" : ", metadata " + metadata.get(0));
    }

    private void vanished(ProjectFile file, String why) {
        remember(file);
        alarms.add(new Alarm(Alarm.Kind.FILE_VANISHED, project, file.filename(), describe(file), why + ": revoked"));
    }

    private void remember(ProjectFile file) {
        file.sha256().ifPresent(digest -> gone.put(file.filename(), digest));
    }

    private void raise(Alarm.Kind kind, String subject, String before, String now) {
        Alarm alarm = new Alarm(kind, project, subject, before, now);
        lasting.add(alarm.key());
        if (!memory.raised().contains(alarm.key())) {
            alarms.add(alarm);
        }
    }

    private boolean isSigned(ProjectPage next) {
        return signed == null
                ? next.files().isEmpty()
                : Arrays.equals(
                        PageRenderer.render(signed, PageFormat.JSON), PageRenderer.render(next, PageFormat.JSON));
    }

    /** An HTML page does not name its project; its files do. */
    private boolean namesOnlyOthers(ProjectPage page) {
        return !page.files().isEmpty() && page.files().stream().allMatch(this::namesAnother);
    }

    private boolean namesAnother(ProjectFile file) {
        return DistributionFilename.parse(file.filename())
                .filter(name -> !name.projects().contains(project))
                .isPresent();
    }

    /** {@code /packages/…}, as the URL spells it. */
    private static Optional<String> packagesPath(String url) {
        String path = URI.create(url).getRawPath();
        int at = path.indexOf(PACKAGES);
        return at < 0 ? Optional.empty() : Optional.of(path.substring(at));
    }
}
