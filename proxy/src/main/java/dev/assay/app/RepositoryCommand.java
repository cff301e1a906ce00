package dev.assay.app;

import dev.assay.author.ChangeReport;
import dev.assay.author.Progress;
import dev.assay.author.RefreshReport;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryException;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.RepositoryOptions.BinForm;
import dev.assay.author.RotationReport;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code assay repository}: makes and keeps a signed repository. Each subcommand exits 0 when it did what was asked, 1 with a
 * one-line reason when it could not, 2 when it was called wrongly.
 */
@Command(
        name = "repository",
        description = "Makes and keeps a TUF-signed repository of Python packages that any web server can serve.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  assay repository init ./index && assay repository add ./index dist/*.whl"})
public final class RepositoryCommand implements Runnable {
    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    /** Wired by {@code Main}; picocli sets the rest. */
    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    public RepositoryCommand(InstantSource clock) {
        this.clock = clock;
    }

    /** Without a subcommand: a usage error. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }

    /** What every subcommand but {@code init} takes. */
    static final class Opened {
        @Parameters(index = "0", paramLabel = "DIR", description = "The repository's folder.")
        @SuppressWarnings("NullAway.Init") // required, so picocli always sets it
        private Path folder;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "A private key kept elsewhere than in DIR/keys, for this run only. May be repeated.")
        private List<Path> keys = new ArrayList<>();

        @Mixin
        private final PassphraseOptions passphrases = new PassphraseOptions();
    }

    @Command(
            name = "init",
            description = "Creates keys and a signed, empty repository.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "PEP 458 lets online roles live for one day, which suits a machine that signs around the clock. A repository",
                "kept by hand would go dead over a weekend, so the default here is seven days: how long a mirror can hide",
                "news. With a daily `assay repository refresh` choose --online-days 1 or 2.",
                "",
                "Example:",
                "  assay repository init ./index --bins 256 --passphrase-file ~/assay.pass"
            })
    int init(
            @Parameters(paramLabel = "DIR", description = "A new or empty folder.") Path folder,
            @Option(
                            names = "--root-keys",
                            paramLabel = "N",
                            defaultValue = "3",
                            description = "Root keys to make (${DEFAULT-VALUE}).")
                    int rootKeys,
            @Option(
                            names = "--root-threshold",
                            paramLabel = "N",
                            defaultValue = "2",
                            description = "How many of them must sign a root (${DEFAULT-VALUE}).")
                    int rootThreshold,
            @Option(
                            names = "--scheme",
                            paramLabel = "NAME",
                            defaultValue = "ed25519",
                            description =
                                    "Signature scheme of all keys: ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, rsassa-pss-sha256, or, for readers with trust.ml-dsa switched on, ml-dsa-44/1, ml-dsa-65/1 or ml-dsa-87/1 (${DEFAULT-VALUE}).")
                    String scheme,
            @Option(
                            names = "--bins",
                            paramLabel = "N",
                            defaultValue = "256",
                            description = "Number of bins, a power of two, at most 16384 (${DEFAULT-VALUE}).")
                    int bins,
            @Option(
                            names = "--prefix-bins",
                            description = "Delegate to bins by path hash prefixes, for clients without succinct roles.")
                    boolean prefixBins,
            @Option(
                            names = "--offline-days",
                            paramLabel = "DAYS",
                            defaultValue = "365",
                            description = "Life of root, targets, bins and claimed projects (${DEFAULT-VALUE}).")
                    int offlineDays,
            @Option(
                            names = "--online-days",
                            paramLabel = "DAYS",
                            defaultValue = "7",
                            description = "Life of timestamp, snapshot and the bin-n roles (${DEFAULT-VALUE}).")
                    int onlineDays,
            @Mixin PassphraseOptions passphrases) {
        RepositoryOptions options;
        try {
            options = new RepositoryOptions(
                    rootKeys,
                    rootThreshold,
                    scheme(scheme),
                    bins,
                    prefixBins ? BinForm.PREFIX : BinForm.SUCCINCT,
                    Duration.ofDays(offlineDays),
                    Duration.ofDays(onlineDays),
                    KeyFile.Cost.FULL);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.subcommands().get("init"), String.valueOf(e.getMessage()), e);
        }
        return failing("init", () -> {
            try (Repository made = Repository.init(folder, options, passphrases.chosen(), clock, progress())) {
                RepositoryText.created(out(), folder, options, made);
            }
        });
    }

    private static SignatureScheme scheme(String name) {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            if (scheme.label().equals(name)) {
                return scheme;
            }
        }
        throw new IllegalArgumentException("--scheme: " + name + " (expected: one of those in --help)");
    }

    @Command(
            name = "add",
            description = "Adds wheels and sdists and publishes them, all or none.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  assay repository add ./index dist/demo-1.0-py3-none-any.whl dist/demo-1.0.tar.gz"
            })
    int add(
            @Mixin Opened opened,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "FILE",
                            description = "Wheels and sdists (.tar.gz).")
                    List<Path> files) {
        return changing("add", "added", opened, repository -> repository.add(files));
    }

    @Command(
            name = "remove",
            description = "Removes files; readers then get 'not signed' for them.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  assay repository remove ./index demo-1.0-py3-none-any.whl"})
    int remove(
            @Mixin Opened opened,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "File names.")
                    List<String> names) {
        return changing("remove", "removed", opened, repository -> repository.remove(names));
    }

    @Command(
            name = "yank",
            description = "Marks files as yanked (PEP 592): installed only when pinned exactly.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  assay repository yank ./index demo-1.0-py3-none-any.whl --reason 'breaks on 3.13'"
            })
    int yank(
            @Mixin Opened opened,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "File names.")
                    List<String> names,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Shown by installers.")
                    String reason) {
        return changing("yank", "yanked", opened, repository -> repository.yank(names, reason));
    }

    @Command(
            name = "unyank",
            description = "Takes the yanked mark off files.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  assay repository unyank ./index demo-1.0-py3-none-any.whl"})
    int unyank(
            @Mixin Opened opened,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "File names.")
                    List<String> names) {
        return changing("unyank", "un-yanked", opened, repository -> repository.unyank(names));
    }

    @Command(
            name = "refresh",
            description =
                    "Signs anew what expires before long, with the keys that are there; collects what nobody needs any more.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Exits 1 when a role is about to expire and its private keys are not there. Made for a daily job.",
                "",
                "Example:",
                "  assay repository refresh ./index --passphrase-file ~/assay.pass"
            })
    int refresh(@Mixin Opened opened) {
        return withRepository("refresh", opened, repository -> {
            RefreshReport report = repository.refresh();
            RepositoryText.refreshed(out(), report);
            if (!report.waiting().isEmpty()) {
                throw new RepositoryException(RepositoryText.waiting(report));
            }
        });
    }

    @Command(
            name = "rotate",
            description = "Replaces keys: 'root' all root keys, 'online' the key of timestamp, snapshot and bins.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "'root' needs the threshold of the old root keys; 'online' that and the bins key.",
                "",
                "Example:",
                "  assay repository rotate ./index online"
            })
    int rotate(
            @Mixin Opened opened,
            @Parameters(index = "1", paramLabel = "root|online", description = "Which keys.") Rotated which) {
        return withRepository("rotate", opened, repository -> {
            RotationReport report = switch (which) {
                case root -> repository.rotateRootKeys();
                case online -> repository.rotateOnlineKey();
            };
            RepositoryText.rotated(out(), report);
        });
    }

    /** What can be rotated, spelled as on the command line. */
    enum Rotated {
        root,
        online
    }

    @Command(
            name = "status",
            description = "Verifies everything that is published, and shows roles, versions, expiry and keys.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  assay repository status ./index"})
    int status(@Mixin Opened opened) {
        return withRepository(
                "status", opened, repository -> RepositoryText.status(out(), repository.status(), clock.instant()));
    }

    @Command(
            name = "delegate",
            description = "Hands a project to its authors' keys (PEP 480): from then on only they vouch for it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "KEY: public keys in PEM (openssl pkey -pubout), or private ones, which sign at once. Needs the targets key.",
                "Those of ML-DSA count only for readers with trust.ml-dsa switched on.",
                "Authors elsewhere sign with",
                "`assay repository sign DIR PROJECT --key FILE`, one after another until the threshold is met.",
                "",
                "Example:",
                "  assay repository delegate ./index demo alice.pub.pem bob.pub.pem --threshold 2"
            })
    int delegate(
            @Mixin Opened opened,
            @Parameters(index = "1", paramLabel = "PROJECT", description = "The project's name.") String project,
            @Parameters(
                            index = "2..*",
                            arity = "1..*",
                            paramLabel = "KEY",
                            description = "Public key files of its authors.")
                    List<Path> keyFiles,
            @Option(
                            names = "--threshold",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "How many of them must sign (${DEFAULT-VALUE}).")
                    int threshold) {
        return changing(
                "delegate",
                "handed over",
                opened,
                repository -> repository.delegate(project(project), keyFiles, threshold));
    }

    @Command(
            name = "sign",
            description =
                    "Adds authors' signatures to what waits for them, or signs a claimed project for another term.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "A plain private key is refused; this encrypts one: openssl pkcs8 -topk8 -in plain.pem -out alice.pem",
                "",
                "Example:",
                "  assay repository sign ./index demo --key alice.pem"
            })
    int sign(
            @Mixin Opened opened,
            @Parameters(index = "1", paramLabel = "PROJECT", description = "The project's name.") String project) {
        return changing("sign", "signed", opened, repository -> repository.sign(project(project)));
    }

    private static ProjectName project(String raw) throws RepositoryException {
        try {
            return ProjectName.normalize(raw);
        } catch (IllegalArgumentException e) {
            throw new RepositoryException(raw + " is no project name", e);
        }
    }

    private interface Change {
        ChangeReport make(Repository repository) throws IOException, RepositoryException;
    }

    private interface Work {
        void on(Repository repository) throws IOException, RepositoryException;
    }

    private interface Failing {
        void run() throws IOException, RepositoryException;
    }

    private int changing(String command, String participle, Opened opened, Change change) {
        return withRepository(
                command, opened, repository -> RepositoryText.changed(out(), participle, change.make(repository)));
    }

    private int withRepository(String command, Opened opened, Work work) {
        return failing(command, () -> {
            try (Repository repository = Repository.open(opened.folder, opened.passphrases.asked(), clock)) {
                repository.reportTo(progress());
                for (Path key : opened.keys) {
                    repository.lend(key);
                }
                work.on(repository);
            }
        });
    }

    private int failing(String command, Failing work) {
        try {
            work.run();
            return CommandLine.ExitCode.OK;
        } catch (RepositoryException | IOException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("assay repository " + command + ": " + RepositoryText.reason(e));
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private Progress progress() {
        return new ProgressLine(spec.commandLine().getErr());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
