package dev.assay.app;

import java.util.List;

/** The configuration can't be used. Every problem found is listed, so that one edit can mend them all; a command exits with 2. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** One line for each problem: where, key, value found, what was expected. */
    ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** One line for each problem, in the order of the file. */
    public List<String> problems() {
        return problems;
    }
}
