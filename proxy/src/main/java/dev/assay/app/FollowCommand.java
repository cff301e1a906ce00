package dev.assay.app;

import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryException;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.Dependencies;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Index;
import dev.assay.author.follow.Manners;
import dev.assay.author.follow.PassReport;
import dev.assay.author.follow.Requirement;
import dev.assay.author.follow.Scope;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay repository follow}: one pass over an index that does not sign, into a repository that does. */
@Command(
        name = "follow",
        description = "Signs what an index says that does not sign itself, seen over TLS; makes DIR on the first run.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Looks once at each project named, at those named before, and signs their pages, without their files. Run it",
            "every hour or so: each page carries when it was last seen at the index, and signing again does not advance that.",
            "A file whose digest changes is not signed; what vanishes is revoked. Either is an alarm: see DIR/follow/alarms.log.",
            "Exits 0 when all was seen and well; 1 when there is an alarm, or a page could not be seen.",
            "",
            "Example:",
            "  assay repository follow --index https://pypi.org/simple/ --requirements uv.lock ./index",
            "  assay repository follow --index https://pypi.org/simple/ --serve 127.0.0.1:8090 --accounts ./proxies ./index"
        })
final class FollowCommand implements Callable<Integer> {
    private static final int FEWEST_BINS = 256;

    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The repository's folder; a new or empty one is made ready.")
    private Path folder;

    @Option(
            names = "--index",
            required = true,
            paramLabel = "URL",
            description = "The simple index, such as https://pypi.org/simple/.")
    private URI index;

    @Option(
            names = "--index-ca",
            paramLabel = "FILE",
            description = "PEM certificates that alone may vouch for the index, in place of this machine's.")
    private @Nullable Path authorities;

    @Option(
            names = "--project",
            paramLabel = "NAME",
            description =
                    "A project to follow; NAME[EXTRA] for what its extra needs too, with --with-dependencies. May be repeated.")
    private List<String> projects = new ArrayList<>();

    @Option(
            names = "--requirements",
            paramLabel = "FILE",
            description =
                    "Follows what a requirements or lock file names (uv, poetry, pdm, pylock.toml). May be repeated.")
    private List<Path> requirements = new ArrayList<>();

    @Option(
            names = "--with-dependencies",
            description =
                    "Follows also what these projects need, with the extras that are named, and what that needs: by the"
                            + " metadata of each newest wheel, for every machine.")
    private boolean withDependencies;

    @Option(names = "--all", description = "Follows everything; says first how long that takes.")
    private boolean all;

    @ArgGroup(exclusive = false)
    private @Nullable FollowServeOptions serving;

    @Mixin
    private PassphraseOptions passphrases;

    @SuppressWarnings("NullAway.Init") // picocli sets the required options
    FollowCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try (Index followed = index()) {
            return follow(followed);
        } catch (RepositoryException | IOException e) {
            err.println("assay repository follow: " + RepositoryText.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("assay repository follow: interrupted");
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private Index index() throws IOException {
        Authorities trusted = authorities == null ? Authorities.ofThisMachine() : Authorities.in(authorities);
        try {
            URI slashed = index.toString().endsWith("/") ? index : URI.create(index + "/");
            return new Index(slashed, Access.PLAIN.with(trusted), Manners.DEFAULTS, clock);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--index: " + e.getMessage(), e);
        }
    }

    private int follow(Index followed) throws IOException, RepositoryException, InterruptedException {
        Optional<FollowServer.Options> serve =
                Optional.ofNullable(serving).map(options -> options.settled(spec.commandLine()));
        Progress progress = new ProgressLine(spec.commandLine().getErr());
        Set<ProjectName> scope = scope(followed, progress);
        try (Repository repository = repository(scope.size(), progress);
                Follower follower = Follower.open(repository, followed, clock)) {
            if (serve.isPresent()) {
                return serve(serve.get(), scope, repository, follower, progress);
            }
            scope.addAll(follower.followed());
            if (scope.isEmpty()) {
                throw new RepositoryException(
                        "nothing to follow yet (name projects: --project, --requirements, --all)");
            }
            PassReport report = follower.pass(scope, progress);
            FollowText.passed(spec.commandLine().getOut(), report);
            return report.alarms().isEmpty() && report.unconfirmed().isEmpty()
                    ? CommandLine.ExitCode.OK
                    : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private Set<ProjectName> scope(Index followed, Progress progress)
            throws IOException, RepositoryException, InterruptedException {
        List<Requirement> named = named();
        Set<ProjectName> scope =
                named.stream().map(Requirement::project).collect(Collectors.toCollection(TreeSet::new));
        if (withDependencies) {
            Dependencies.Found found = Dependencies.of(named, followed, progress);
            FollowText.unknownDependencies(spec.commandLine().getOut(), found.unknown());
            scope.addAll(found.projects());
        }
        if (all) {
            List<ProjectName> everything = followed.projects();
            spec.commandLine().getErr().println(FollowText.estimate(everything.size(), Manners.DEFAULTS));
            scope.addAll(everything);
        }
        return scope;
    }

    /** What is named is followed first, with its report; all else goes on from there. Returns when the process is ended. */
    private int serve(
            FollowServer.Options options,
            Set<ProjectName> scope,
            Repository repository,
            Follower follower,
            Progress progress)
            throws IOException, RepositoryException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (!scope.isEmpty()) {
            FollowText.passed(out, follower.pass(scope, progress));
        }
        try (FollowServer server = FollowServer.start(options, repository, follower, clock)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "assay-shutdown"));
            out.println("assay follows " + index + " and serves " + server.url());
            out.flush();
            new CountDownLatch(1).await();
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Requirement> named() throws IOException, RepositoryException {
        List<Requirement> named = new ArrayList<>();
        for (String project : projects) {
            try {
                named.add(Requirement.parse(project));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--project: " + e.getMessage(), e);
            }
        }
        for (Path file : requirements) {
            named.addAll(Scope.read(file));
        }
        return named;
    }

    private Repository repository(int scope, Progress progress) throws IOException, RepositoryException {
        Repository repository;
        if (Files.exists(folder.resolve("settings.json"))) {
            repository = Repository.open(folder, passphrases.asked(), clock);
        } else {
            RepositoryOptions options = RepositoryOptions.DEFAULTS.withBins(bins(scope));
            repository = Repository.init(folder, options, passphrases.chosen(), clock, progress);
            RepositoryText.created(spec.commandLine().getOut(), folder, options, repository);
        }
        repository.reportTo(progress);
        return repository;
    }

    /** About as many as projects, so that news of a few projects leave most bins alone. */
    static int bins(int scope) {
        int fitting = Integer.highestOneBit(Math.max(1, scope * 2 - 1));
        return Math.min(RepositoryOptions.MAX_BINS, Math.max(FEWEST_BINS, fitting));
    }
}
