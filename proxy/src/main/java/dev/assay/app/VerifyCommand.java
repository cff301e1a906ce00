package dev.assay.app;

import dev.assay.app.demo.Terminal;
import dev.assay.gate.LocalFile;
import dev.assay.gate.LocalFileCheck.Result;
import dev.assay.gate.LocalFileCheck.Verdict;
import dev.assay.gate.MappedFileCheck;
import dev.assay.store.StoreException;
import dev.assay.tuf.InvalidMetadataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay verify}: whether files of this machine are what an index signs. */
@Command(
        name = "verify",
        description = "Checks files, or a whole mirror tree, against the signed metadata of an index.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Wheels and sdists are looked up by their filename, wherever they lie. In a folder, .metadata files and the",
            "pages under simple/<project>/ are checked too, other files are counted and ignored; only problems are",
            "listed. A page that differs is stale or rewritten: installers behind Assay never see it.",
            "",
            "Exit codes: 0 every file is signed and the same; 1 a file is different, not signed or could not be checked,",
            "there was nothing to check, or the metadata can't be had or can't be trusted; 2 called wrongly.",
            "",
            "Examples:",
            "  assay verify --config config/assay.yaml dist/*",
            "  assay verify --metadata-url https://index.example/metadata/ --root root.json dist/demo-1.0.tar.gz",
            "  assay verify --config config/assay.yaml --json /srv/mirror/web"
        })
final class VerifyCommand implements Callable<Integer> {
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final SignedSource source = new SignedSource();

    @Option(
            names = "--metadata-dir",
            paramLabel = "DIR",
            description = "Folder that keeps the verified metadata, so that a later run notices a rollback. When not"
                    + " given, each run starts from the pinned root.")
    private @Nullable Path metadataDir;

    @Option(names = "--json", description = "Print one JSON object a line for each file, then one with the summary.")
    private boolean json;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Wheels, sdists, .metadata files; folders.")
    private List<Path> arguments = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    VerifyCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        LogSetup.level(LogLevel.ERROR.level());
        SignedSource.Settled signed;
        try {
            signed = source.settled(spec.commandLine());
        } catch (ConfigException e) {
            e.problems().forEach(this::complain);
            return 2;
        }
        for (Path argument : arguments) {
            if (!Files.exists(argument)) {
                throw new ParameterException(spec.commandLine(), argument + ": no such file or folder");
            }
        }
        try (Scratch scratch = Scratch.unless(metadataDir)) {
            return verify(signed, scratch.folder());
        } catch (InvalidMetadataException e) {
            complain("the signed metadata can't vouch for anything: " + e.getMessage());
        } catch (IOException | StoreException e) {
            complain(RepositoryText.reason(e));
        }
        return 1;
    }

    private int verify(SignedSource.Settled signed, Path metadataFolder) throws IOException, InvalidMetadataException {
        Map<String, CheckedRepository> opened = new LinkedHashMap<>();
        boolean several = signed.repositories().size() > 1;
        try {
            for (Config.Repository repository : signed.repositories()) {
                Path folder = several ? metadataFolder.resolve(repository.name()) : metadataFolder;
                CheckedRepository checked = new CheckedRepository(repository, signed, folder, clock);
                opened.put(repository.name(), checked);
                checked.refresh();
            }
            Map<String, MappedFileCheck.Named> checks = new HashMap<>();
            opened.forEach((name, checked) ->
                    checks.put(name, new MappedFileCheck.Named(several ? name : "", checked.check())));
            return report(new MappedFileCheck(Config.map(signed.map(), checks::get, MappedFileCheck.Owner::new)));
        } finally {
            opened.values().forEach(CheckedRepository::close);
        }
    }

    private int report(MappedFileCheck check) throws IOException {
        VerifyReport report = new VerifyReport(spec.commandLine().getOut(), json);
        for (Path argument : arguments) {
            if (Files.isDirectory(argument)) {
                tree(LocalTree.of(argument), check, report);
            } else {
                report.checked(argument, named(argument, check), false);
            }
        }
        report.summary();
        if (report.files() == 0) {
            complain("nothing to check (expected: wheels, sdists, their .metadata files or pages)");
            return 1;
        }
        return report.problems() == 0 ? 0 : 1;
    }

    /** A file that was named must be vouched for, so that what has no such name is not signed. */
    private static Verdict named(Path file, MappedFileCheck check) {
        Optional<LocalFile> claimed = LocalFile.of(file);
        return claimed.map(check::check)
                .orElseGet(
                        () -> new Verdict(Result.NOT_SIGNED, "not the name of a wheel, sdist, .metadata file or page"));
    }

    private void tree(LocalTree tree, MappedFileCheck check, VerifyReport report) {
        report.ignored(tree.ignored());
        for (Path file : tree.unreadable()) {
            report.checked(file, new Verdict(Result.UNCHECKED, "can't be read"), true);
        }
        Optional<ProgressBar> bar = Terminal.isInteractive()
                ? Optional.of(new ProgressBar(spec.commandLine().getErr()))
                : Optional.empty();
        int done = 0;
        for (LocalFile file : tree.files()) {
            Verdict verdict = check.check(file);
            if (report.prints(verdict, true)) {
                bar.ifPresent(ProgressBar::clear);
            }
            report.checked(file.path(), verdict, true);
            int checked = ++done;
            bar.ifPresent(
                    drawn -> drawn.at("files checked", checked, tree.files().size()));
        }
        bar.ifPresent(ProgressBar::clear);
    }

    private void complain(String reason) {
        spec.commandLine().getErr().println("assay verify: " + reason);
        spec.commandLine().getErr().flush();
    }
}
