package dev.assay.app;

import dev.assay.app.YamlTree.Field;
import dev.assay.app.YamlTree.MalformedException;
import dev.assay.app.YamlTree.Mapping;
import dev.assay.app.YamlTree.Node;
import dev.assay.app.YamlTree.Scalar;
import dev.assay.app.YamlTree.Sequence;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the configuration: the file, overridden by environment variables, overridden by options of the command line. Strict:
 * what is not in the table of {@link Keys} is an error with a suggestion, and nothing is silently corrected. Relative paths
 * start at the working directory.
 */
final class ConfigReader {
    private static final String PREFIX = "ASSAY_";

    /** Variables of ours that are no keys, and those that Kubernetes sets for a service named assay. */
    private static final Pattern NO_KEY =
            Pattern.compile("ASSAY_(JAVA|JAVA_OPTS|CONFIG|PASSPHRASE.*|DEMO_.*|TESTS_.*|PORT(_.*)?|SERVICE_.*)");

    /**
     * What one repository is configured with.
     *
     * @param key under which it stands
     */
    record RepositorySettings(String key, Settings settings, List<Settings> mirrors) {}

    private final Settings settings = new Settings();
    private final List<Settings> mirrors = new ArrayList<>();
    private final Map<String, RepositorySettings> repositories = new LinkedHashMap<>();
    private final List<Settings> map = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigReader() {}

    /**
     * The whole configuration.
     *
     * @param environment of the process
     * @param options override both
     * @throws ConfigException with every problem found
     */
    static Config read(Path file, Map<String, String> environment, Options options) throws ConfigException {
        ConfigReader reader = new ConfigReader();
        reader.readFile(file);
        return reader.config(file.toString(), environment, options);
    }

    /** As {@link #read(Path, Map, Options)}, where options say what a file would. */
    static Config read(Map<String, String> environment, Options options) throws ConfigException {
        return new ConfigReader().config("options", environment, options);
    }

    /**
     * What the command line says.
     *
     * @param values by the path of their key
     * @param mirrors in place of all others; none leaves those
     */
    record Options(Map<String, Settings.Found> values, List<Settings> mirrors) {
        static final Options NONE = new Options(Map.of(), List.of());

        Options {
            values = Map.copyOf(values);
            mirrors = List.copyOf(mirrors);
        }
    }

    private void readFile(Path file) throws ConfigException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": no such file (expected: the configuration, in YAML)"));
        } catch (CharacterCodingException e) {
            throw new ConfigException(List.of(file + ": not UTF-8"));
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": can't be read: " + e.getMessage()));
        }
        try {
            Optional<Node> root = YamlTree.parse(text);
            if (root.isPresent()) {
                readRoot(file.toString(), root.get());
            }
        } catch (MalformedException e) {
            throw new ConfigException(List.of(file + ":" + e.line() + ": " + e.getMessage()));
        }
    }

    private void readRoot(String origin, Node root) {
        if (!(root instanceof Mapping top)) {
            problems.add(origin + ":" + root.line() + ": no keys (expected: key: value, on lines of their own)");
            return;
        }
        Map<String, Keys.Section> sections = new LinkedHashMap<>();
        Keys.sections().forEach(section -> sections.put(section.name(), section));
        top.fields().forEach((name, field) -> {
            Keys.Section section = sections.get(name);
            if (name.equals(RepositoryKeys.MIRRORS)) {
                readItems(origin, RepositoryKeys.MIRROR, field.value(), mirrors);
            } else if (name.equals(RepositoryKeys.REPOSITORIES.name())) {
                readRepositories(origin, field.value());
            } else if (name.equals(RepositoryKeys.MAP_ENTRY.name())) {
                readItems(origin, RepositoryKeys.MAP_ENTRY, field.value(), map);
            } else if (section != null && !name.isEmpty()) {
                readFields(origin, section, name + ".", field, settings);
            } else {
                readValue(origin, "", name, field, topNames(), settings);
            }
        });
    }

    private static Set<String> topNames() {
        Set<String> names = new LinkedHashSet<>();
        for (Keys.Section section : Keys.sections()) {
            if (section.name().isEmpty()) {
                section.keys().forEach(key -> names.add(key.path()));
            } else {
                names.add(section.name());
            }
        }
        return names;
    }

    private void readFields(String origin, Keys.Section section, String prefix, Field field, Settings into) {
        Node value = field.value();
        if (value instanceof Scalar scalar && !scalar.written()) {
            return;
        }
        Set<String> paths = new LinkedHashSet<>();
        section.keys().forEach(key -> paths.add(key.path()));
        if (value instanceof Mapping mapping) {
            mapping.fields().forEach((name, inner) -> readValue(origin, prefix, name, inner, paths, into));
        } else {
            problems.add(origin + ":" + value.line() + ": " + section.name() + ": " + kind(value)
                    + " (expected: keys, which are " + String.join(", ", paths) + ")");
        }
    }

    private void readValue(String origin, String prefix, String name, Field field, Set<String> paths, Settings into) {
        String path = prefix + name;
        String at = origin + ":" + field.line();
        if (!paths.contains(path)) {
            problems.add(at + ": " + Settings.shown(path) + ": unknown key" + suggestion(path, name, paths));
        } else if (path.equals(RepositoryKeys.LAYOUT.path()) && field.value() instanceof Mapping) {
            readFields(origin, RepositoryKeys.CUSTOM_LAYOUT, path + ".", field, into);
            RepositoryKeys.CUSTOM_LAYOUT.keys().forEach(key -> into.check(key, at, problems));
        } else if (field.value() instanceof Sequence list && (RepositoryKeys.isList(path) || ServerKeys.isList(path))) {
            readWords(path, at, list, into);
        } else if (!(field.value() instanceof Scalar scalar)) {
            problems.add(at + ": " + path + ": " + kind(field.value()) + " (expected: one value)");
        } else if (scalar.written()) {
            into.put(path, new Settings.Found(at, scalar.text()));
        }
    }

    private void readWords(String path, String at, Sequence list, Settings into) {
        List<String> words = new ArrayList<>();
        for (Node item : list.items()) {
            if (item instanceof Scalar word) {
                words.add(word.text());
            } else {
                problems.add(at + ": " + path + ": " + kind(item) + " in a list (expected: words)");
            }
        }
        into.put(path, new Settings.Found(at, String.join("\n", words)));
    }

    /** The nearest key beside it, or else a key of this very name in another section. */
    private static String suggestion(String path, String name, Set<String> paths) {
        return Nearest.to(path, paths)
                .or(() -> Keys.scalars().stream()
                        .<String>map(Key::path)
                        .filter(other -> other.endsWith("." + name))
                        .findFirst())
                .map(guess -> " (did you mean " + guess + "?)")
                .orElse(" (expected: one of " + String.join(", ", paths) + ")");
    }

    private void readItems(String origin, Keys.Section section, Node value, List<Settings> into) {
        into.clear();
        if (value instanceof Scalar scalar && !scalar.written()) {
            return;
        }
        if (!(value instanceof Sequence list)) {
            problems.add(
                    origin + ":" + value.line() + ": " + section.name() + ": " + kind(value) + " (expected: a list)");
            return;
        }
        for (Node item : list.items()) {
            Settings settingsOfItem = new Settings();
            readFields(origin, section, section.name() + ".", new Field(item.line(), item), settingsOfItem);
            section.keys().forEach(key -> settingsOfItem.check(key, origin + ":" + item.line(), problems));
            into.add(settingsOfItem);
        }
    }

    private void readRepositories(String origin, Node value) {
        if (value instanceof Scalar scalar && !scalar.written()) {
            return;
        }
        if (!(value instanceof Mapping named)) {
            problems.add(origin + ":" + value.line() + ": repositories: " + kind(value)
                    + " (expected: a name for each, with keys of its own)");
            return;
        }
        named.fields().forEach((name, field) -> {
            String at = origin + ":" + field.line();
            if (ValueType.NAME.parse().apply(name).isEmpty()) {
                problems.add(at + ": repositories: " + Settings.shown(name) + " (expected: " + ValueType.NAME.expected()
                        + ")");
            } else if (field.value() instanceof Mapping keys) {
                repositories.put(name, repository(origin, at, name, keys));
            } else {
                problems.add(at + ": repositories." + name + ": " + kind(field.value())
                        + " (expected: the keys of repository, and mirrors)");
            }
        });
    }

    private RepositorySettings repository(String origin, String at, String name, Mapping keys) {
        RepositorySettings read = new RepositorySettings("repositories." + name, new Settings(), new ArrayList<>());
        Map<String, Field> own = new LinkedHashMap<>(keys.fields());
        Field places = own.remove(RepositoryKeys.MIRRORS);
        if (places != null) {
            readItems(origin, RepositoryKeys.MIRROR, places.value(), read.mirrors());
        }
        Field rest = new Field(keys.line(), new Mapping(keys.line(), own));
        readFields(origin, RepositoryKeys.REPOSITORY, "repository.", rest, read.settings());
        RepositoryKeys.REPOSITORY.keys().forEach(key -> read.settings().check(key, at, problems));
        RepositoryKeys.checkTrust(read.settings(), at, problems);
        requireMirrors(at + ": " + read.key() + ".mirrors", read.mirrors());
        return read;
    }

    private void requireMirrors(String where, List<Settings> found) {
        if (found.isEmpty()) {
            problems.add(where + ": none (expected: at least one)");
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, String> paths = new LinkedHashMap<>();
        Keys.scalars().forEach(key -> paths.put(key.variable(), key.path()));
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            String path = paths.get(name);
            if (path != null) {
                settings.put(path, new Settings.Found(name, variable.getValue()));
            } else if (name.equals(Key.variable(RepositoryKeys.MIRRORS))) {
                readMirrorsVariable(name, variable.getValue());
            } else if (name.startsWith(PREFIX) && !NO_KEY.matcher(name).matches()) {
                refuseVariable(name, paths.keySet());
            }
        }
    }

    /** A list does not fit into plain text, so this one variable is written in YAML, best as {@code [{url: ...}, {url: ...}]}. */
    private void readMirrorsVariable(String name, String text) {
        try {
            Optional<Node> list = YamlTree.parse(text);
            if (list.isPresent()) {
                readItems(name, RepositoryKeys.MIRROR, list.get(), mirrors);
            }
        } catch (MalformedException e) {
            problems.add(name + ": " + e.getMessage() + " (expected: [{url: ...}, {url: ...}])");
        }
    }

    /** A stray variable is somebody else's; one that resembles a key, or names a section, is a misspelt key. */
    private void refuseVariable(String name, Set<String> known) {
        boolean section = Keys.sections().stream()
                .anyMatch(one -> !one.name().isEmpty() && name.startsWith(Key.variable(one.name()) + "_"));
        Optional<String> guess = Nearest.to(name, known);
        if (section || guess.isPresent()) {
            problems.add(name + ": unknown variable"
                    + guess.map(other -> " (did you mean " + other + "?)")
                            .orElse(" (expected: a key of config/assay.yaml)"));
        }
    }

    private Config config(String origin, Map<String, String> environment, Options options) throws ConfigException {
        readEnvironment(environment);
        options.values().forEach(settings::put);
        if (!options.mirrors().isEmpty()) {
            mirrors.clear();
            mirrors.addAll(options.mirrors());
            mirrors.forEach(mirror -> RepositoryKeys.MIRROR.keys().forEach(key -> mirror.check(key, origin, problems)));
        }
        if (repositories.isEmpty()) {
            Keys.scalars().forEach(key -> settings.check(key, origin, problems));
            RepositoryKeys.checkTrust(settings, origin, problems);
            requireMirrors(origin + ": mirrors", mirrors);
            repositories.put(Config.Repository.ONLY, new RepositorySettings("repository", settings, mirrors));
            if (!map.isEmpty()) {
                problems.add(origin + ": map: needs repositories (expected: each under a name of its own)");
            }
        } else {
            checkSeveral(origin);
        }
        if (problems.isEmpty()) {
            try {
                return ConfigAssembly.of(settings, repositories, map, environment);
            } catch (IllegalArgumentException e) {
                problems.add(origin + ": " + e.getMessage());
            }
        }
        throw new ConfigException(problems);
    }

    /** Mirrors belong to a repository: none may stand where it could be asked for another's projects. */
    private void checkSeveral(String origin) {
        List<Key<?>> ofOne = RepositoryKeys.REPOSITORY.keys();
        Keys.scalars().stream()
                .filter(key -> !ofOne.contains(key))
                .forEach(key -> settings.check(key, origin, problems));
        if (!mirrors.isEmpty() || ofOne.stream().anyMatch(settings::isSet)) {
            problems.add(
                    origin + ": repository or mirrors beside repositories (expected: all of it below repositories)");
        }
        if (map.isEmpty()) {
            problems.add(origin + ": map: none (expected: for each repository, which projects are its own)");
        }
    }

    private static String kind(Node node) {
        if (node instanceof Scalar scalar) {
            return Settings.shown(scalar.text());
        }
        return node instanceof Sequence ? "a list" : "keys of its own";
    }
}
