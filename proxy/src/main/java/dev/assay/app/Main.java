package dev.assay.app;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code assay}: the command line. Exit codes: 0 done, 1 failed, 2 called or configured wrongly, 3 a tool it needs is missing. */
@Command(
        name = "assay",
        description = "A verifying mirror proxy for Python packages: any mirror becomes safe to use.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  assay demo", "  assay serve --config config/assay.yaml"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        LogSetup.install();
        System.exit(commandLine(InstantSource.system(), args).execute(args));
    }

    /**
     * The command line, for the program and for tests. Reading the annotations of all commands takes longer than a short command
     * itself, so only the one that {@code args} begin with is there; every one when they begin with none.
     */
    static CommandLine commandLine(InstantSource clock, String... args) {
        Map<String, Supplier<Object>> commands = commands(clock);
        if (args.length > 0 && commands.containsKey(args[0])) {
            commands.keySet().retainAll(Set.of(args[0]));
        }
        if (args.length > 1 && args[0].equals("repository") && args[1].equals("follow")) {
            commands.put(
                    "repository", () -> new CommandLine(CommandSpec.create()).addSubcommand(new FollowCommand(clock)));
        }
        CommandLine line = new CommandLine(new Main());
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        return line.setParameterExceptionHandler(new WrongUsage());
    }

    private static Map<String, Supplier<Object>> commands(InstantSource clock) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", () -> new DemoCommand(clock));
        commands.put("serve", () -> new ServeCommand(clock));
        commands.put(
                "repository",
                () -> new CommandLine(new RepositoryCommand(clock)).addSubcommand(new FollowCommand(clock)));
        commands.put("verify", () -> new VerifyCommand(clock));
        commands.put("tuf", () -> new TufCommand(clock));
        commands.put("tls", () -> new TlsCommand(clock));
        return commands;
    }

    /** Without a subcommand: a usage error. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }
}
