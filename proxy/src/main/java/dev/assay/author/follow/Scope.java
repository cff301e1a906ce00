package dev.assay.author.follow;

import dev.assay.author.RepositoryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which projects a file names: a requirements file, or a lock file of uv, poetry, pdm or PEP 751, which names all that its extras need.
 * Lock files are written by machines, one key a line, so no TOML parser is needed to find them.
 */
public final class Scope {
    private static final Pattern INCLUDED = Pattern.compile("(?:-r|--requirement)[ =]\\s*(\\S+)");
    private static final Pattern NAME = Pattern.compile("name\\s*=\\s*[\"']([^\"']+)[\"']");
    private static final int MAX_DEPTH = 10;

    private final Set<Requirement> names = new LinkedHashSet<>();

    private Scope() {}

    /** The names in a file, which is a lock file when its name ends in {@code .lock} or {@code .toml}. */
    public static Set<Requirement> read(Path file) throws IOException, RepositoryException {
        Scope scope = new Scope();
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".lock") || name.endsWith(".toml")) {
            scope.lock(file);
        } else {
            scope.requirements(file, 0);
        }
        if (scope.names.isEmpty()) {
            throw new RepositoryException(file + " names no project");
        }
        return scope.names;
    }

    /** Each {@code [[package]]} or {@code [[packages]]} table has one {@code name}; tables below it don't count. */
    private void lock(Path file) throws IOException, RepositoryException {
        boolean inPackage = false;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String text = line.strip();
            if (text.startsWith("[")) {
                inPackage = text.equals("[[package]]") || text.equals("[[packages]]");
            }
            Matcher name = NAME.matcher(text);
            if (inPackage && name.matches()) {
                requirement(file, name.group(1));
            }
        }
    }

    private void requirements(Path file, int depth) throws IOException, RepositoryException {
        if (depth > MAX_DEPTH) {
            throw new RepositoryException(
                    file + ": requirements files name each other more than " + MAX_DEPTH + " deep");
        }
        boolean continued = false;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String text = line.replaceFirst("(^|\\s)#.*", "").strip();
            boolean rest = continued;
            continued = text.endsWith("\\");
            String requirement = text.replaceFirst("\\s*\\\\$", "").replaceFirst("\\s+--hash.*", "");
            Matcher included = INCLUDED.matcher(requirement);
            if (included.matches()) {
                requirements(file.resolveSibling(included.group(1)), depth + 1);
            } else if (!rest && !requirement.isEmpty() && !requirement.startsWith("-")) {
                requirement(file, requirement);
            }
        }
    }

    private void requirement(Path file, String requirement) throws RepositoryException {
        try {
            names.add(Requirement.parse(requirement));
        } catch (IllegalArgumentException e) {
            throw new RepositoryException(file + ": " + e.getMessage(), e);
        }
    }
}
