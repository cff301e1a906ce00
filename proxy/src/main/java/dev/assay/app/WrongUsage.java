package dev.assay.app;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What a wrong command line is answered: one line that names the word, the nearest right one, where to read on, exit code 2. A
 * misspelt option comes before anything that is missing, since it is mostly the reason.
 */
final class WrongUsage implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        CommandSpec spec = command.getCommandSpec();
        Optional<String> unknown = unknown(exception, spec, arguments);
        PrintWriter err = command.getErr();
        String message = unknown.map(word -> unknown(word, spec)).orElseGet(() -> firstLine(exception));
        err.println(spec.qualifiedName() + ": " + message);
        if (unknown.isEmpty() && !spec.subcommands().isEmpty()) {
            command.usage(err);
        } else {
            err.println("See: " + spec.qualifiedName() + " --help");
        }
        err.flush();
        return spec.exitCodeOnInvalidInput();
    }

    private static Optional<String> unknown(ParameterException exception, CommandSpec spec, String[] arguments) {
        Optional<String> option = Arrays.stream(arguments)
                .takeWhile(argument -> !argument.equals("--"))
                .filter(argument -> argument.startsWith("--"))
                .map(argument -> argument.split("=", 2)[0])
                .filter(name -> !isKnown(name, spec))
                .findFirst();
        if (option.isEmpty() && exception instanceof UnmatchedArgumentException unmatched) {
            return unmatched.getUnmatched().stream().findFirst();
        }
        return option;
    }

    /** By the command itself or one that it is part of. */
    private static boolean isKnown(String option, CommandSpec spec) {
        CommandSpec parent = spec.parent();
        return spec.optionsMap().containsKey(option) || (parent != null && isKnown(option, parent));
    }

    private static String unknown(String word, CommandSpec spec) {
        boolean option = word.startsWith("-");
        Collection<String> candidates =
                option ? longOptions(spec) : spec.subcommands().keySet();
        String kind = option ? "unknown option " : candidates.isEmpty() ? "unexpected argument " : "unknown command ";
        return kind
                + word
                + Nearest.to(word, candidates)
                        .map(near -> " (did you mean " + near + "?)")
                        .orElse("");
    }

    private static List<String> longOptions(CommandSpec spec) {
        return spec.optionsMap().keySet().stream()
                .filter(name -> name.startsWith("--"))
                .toList();
    }

    private static String firstLine(ParameterException exception) {
        return String.valueOf(exception.getMessage()).lines().findFirst().orElse("wrong usage");
    }
}
