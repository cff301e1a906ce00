package dev.assay.app;

import dev.assay.author.follow.Growth;
import dev.assay.crypto.Digest;
import dev.assay.gate.Layout;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of {@link Keys} that say whose signature is trusted, and where the bytes are. */
final class RepositoryKeys {
    static final Key<URI> INDEX_URL = Key.optional(
            "repository.index-url",
            ValueType.BASE_URL,
            "An index that does not sign, such as https://pypi.org/simple/, to follow and sign here.");
    static final Key<Duration> RECHECK_INTERVAL = Key.defaulted(
            "repository.recheck-interval",
            ValueType.DURATION,
            Duration.ofMinutes(30),
            "How often each project that was ever asked for is looked at again there.");
    static final Key<Integer> MAX_FOLLOWED = Key.defaulted(
            "repository.max-followed",
            ValueType.count(1, 10_000_000),
            Growth.DEFAULTS.maxFollowed(),
            "Projects that are followed at most; one more that is asked for is refused.");
    static final Key<Integer> MAX_NEW_PER_HOUR = Key.defaulted(
            "repository.max-new-per-hour",
            ValueType.count(1, 10_000_000),
            Growth.DEFAULTS.newAnHour(),
            "Projects that clients can have it begin to follow within an hour.");
    static final Key<URI> METADATA_URL = Key.optional(
            "repository.metadata-url",
            ValueType.BASE_URL,
            "Where the signed metadata is: timestamp.json and the rest. Required without index-url.");
    static final Key<URI> TARGETS_URL = Key.optional(
            "repository.targets-url",
            ValueType.BASE_URL,
            "Where the signed pages are. When not set: the folder that contains metadata-url's.");
    static final Key<URI> FOLLOWER_URL = Key.optional(
            "repository.follower-url",
            ValueType.BASE_URL,
            "Its follower's /follow/, which is asked for unknown projects, with the credentials below.");
    static final Key<Path> ROOT = Key.optional(
            "repository.root",
            ValueType.PATH,
            "File of the trusted root, the trust anchor: not from a mirror. Required without index-url.");
    static final Key<Digest> ROOT_SHA256 = Key.optional(
            "repository.root-sha256", ValueType.SHA256, "When set, a root file with another digest is refused.");
    static final Key<Layout> LAYOUT = Key.defaulted(
            "repository.layout",
            ValueType.named(layouts()),
            Layout.ASSAY,
            "Which target paths the index signs: assay, pep458, pages-only, or keys of its own.");
    static final Key<Duration> REFRESH_INTERVAL = Key.defaulted(
            "repository.refresh-interval",
            ValueType.DURATION,
            Duration.ofMinutes(5),
            "How often newer metadata is looked for. Shorter notices revocations sooner.");
    static final Key<Duration> MAX_UNCONFIRMED = Key.defaulted(
            "repository.max-unconfirmed",
            ValueType.DURATION,
            Duration.ofDays(2),
            "How long ago a signer that follows an index may have seen a page there; an older one is refused.");
    static final Key<Duration> GRACE = Key.optional(
            "repository.grace",
            ValueType.DURATION,
            "How long stored content is served, marked, after its metadata expired. When not set: not at all.");

    static final AccessKeys REPOSITORY_ACCESS = AccessKeys.under("repository");

    static final Keys.Section REPOSITORY = new Keys.Section(
            "repository",
            "Whose signature is trusted: that of metadata-url and root, or our own of what index-url says.",
            and(
                    List.of(
                            INDEX_URL,
                            RECHECK_INTERVAL,
                            MAX_FOLLOWED,
                            MAX_NEW_PER_HOUR,
                            METADATA_URL,
                            TARGETS_URL,
                            FOLLOWER_URL,
                            ROOT,
                            ROOT_SHA256,
                            LAYOUT,
                            REFRESH_INTERVAL,
                            MAX_UNCONFIRMED,
                            GRACE),
                    REPOSITORY_ACCESS.keys()));

    static final Key<List<String>> LAYOUT_PAGES = Key.required(
            "repository.layout.pages",
            ValueType.WORDS,
            "Patterns of a page's target path, best first, such as [\"simple/{project}/index.html\"].");
    static final Key<String> LAYOUT_FILES = Key.optional(
            "repository.layout.files",
            ValueType.TEXT,
            "That of a file's, such as \"packages/{path}\". When not set: files are trusted through their page.");
    static final Key<String> LAYOUT_LIST = Key.optional(
            "repository.layout.list",
            ValueType.TEXT,
            "Target path of the list of projects in its JSON form. When not set: none is signed.");
    static final Key<Switch> LAYOUT_PREFIXED = Key.defaulted(
            "repository.layout.prefixed",
            ValueType.oneOf(Switch.values()),
            Switch.ON,
            "on: pages lie under hash-prefixed names where root says consistent_snapshot. off: never.");

    /** What stands in place of a preset's name. */
    static final Keys.Section CUSTOM_LAYOUT = new Keys.Section(
            "repository.layout",
            "Keys of its own, in place of a name:",
            List.of(LAYOUT_PAGES, LAYOUT_FILES, LAYOUT_LIST, LAYOUT_PREFIXED));

    /** A list; each item has the keys of {@link #MIRROR}. */
    static final String MIRRORS = "mirrors";

    static final Key<URI> MIRROR_URL = Key.required(
            "mirrors.url", ValueType.BASE_URL, "Its simple index, such as https://mirror.example/simple/.");
    static final Key<URI> MIRROR_FILES = Key.optional(
            "mirrors.files",
            ValueType.BASE_URL,
            "What packages/ is below. When not set: the folder that contains the index.");
    static final Key<URI> MIRROR_METADATA = Key.optional(
            "mirrors.metadata-url",
            ValueType.BASE_URL,
            "Its copy of the signed metadata, used while the repository can't deliver. When not set: it has none.");
    static final Key<URI> MIRROR_TARGETS = Key.optional(
            "mirrors.targets-url",
            ValueType.BASE_URL,
            "Its copy of the signed pages. When not set: the folder that contains metadata-url's.");
    static final Key<String> MIRROR_NAME =
            Key.optional("mirrors.name", ValueType.NAME, "For logs and metrics. When not set: its host.");

    static final Key<Integer> MIRROR_TRANSFERS = Key.optional(
            "mirrors.transfers", ValueType.count(1, 10_000), "Downloads from it at once. When not set: no limit.");
    static final Key<Long> MIRROR_RATE = Key.optional(
            "mirrors.maximum-rate", ValueType.rate(), "Of all downloads from it together. When not set: no limit.");
    static final Key<Switch> MIRROR_PLAIN_HTTP = Key.defaulted(
            "mirrors.plain-http",
            ValueType.oneOf(Switch.values()),
            Switch.OFF,
            "on: may be asked over http, beyond loopback, for an index that is followed.");
    static final AccessKeys MIRROR_ACCESS = AccessKeys.under(MIRRORS);

    static final Keys.Section MIRROR = new Keys.Section(
            MIRRORS,
            "Where files are looked for, the fastest first. None is believed, so use any; at least one. Each has:",
            and(
                    List.of(
                            MIRROR_URL,
                            MIRROR_FILES,
                            MIRROR_METADATA,
                            MIRROR_TARGETS,
                            MIRROR_NAME,
                            MIRROR_PLAIN_HTTP,
                            MIRROR_TRANSFERS,
                            MIRROR_RATE),
                    MIRROR_ACCESS.keys()));

    /** Keys by name, each with those of {@link #REPOSITORY} and mirrors of its own. */
    static final Keys.Section REPOSITORIES = new Keys.Section(
            "repositories",
            "Several repositories in place of one: a name for each, and below it the keys of repository, and its own mirrors.",
            List.of());

    static final Key<List<String>> MAP_PROJECTS = Key.required(
            "map.projects",
            ValueType.WORDS,
            "Normalized names; * stands for any characters, as in [\"acme\", \"acme-*\"].");
    static final Key<List<String>> MAP_REPOSITORIES =
            Key.required("map.repositories", ValueType.WORDS, "Whose word counts for them, by name, such as [corp].");
    static final Key<Integer> MAP_THRESHOLD = Key.optional(
            "map.threshold",
            ValueType.count(1, 100),
            "How many of these must say the same of a file, two at least. When not set: all of them.");

    static final Keys.Section MAP_ENTRY = new Keys.Section(
            "map",
            "Which project is whose: the first entry that has its name decides, and no later one. Each has:",
            List.of(MAP_PROJECTS, MAP_REPOSITORIES, MAP_THRESHOLD));

    /** Those whose keys stand in items, each of which has them anew. */
    static final List<Keys.Section> ITEMS = List.of(MIRROR, REPOSITORIES, MAP_ENTRY);

    private static final List<Key<?>> LISTS = List.of(LAYOUT_PAGES, MAP_PROJECTS, MAP_REPOSITORIES);

    private RepositoryKeys() {}

    /** Adds a problem unless the settings of a repository say exactly one of whose signature is trusted. */
    static void checkTrust(Settings settings, String origin, List<String> problems) {
        for (Key<?> key : List.of(METADATA_URL, ROOT)) {
            if (!settings.isSet(INDEX_URL)) {
                settings.require(key, origin, problems);
            }
        }
        for (Key<?> key : List.of(METADATA_URL, TARGETS_URL, FOLLOWER_URL, ROOT, ROOT_SHA256, LAYOUT, LAYOUT_PAGES)) {
            if (settings.isSet(INDEX_URL) && settings.isSet(key)) {
                problems.add(origin + ": " + key.path()
                        + " beside repository.index-url (expected: only one of both; what is followed is signed here)");
            }
        }
    }

    /** Whether the value of the key at this path is a list of words. */
    static boolean isList(String path) {
        return LISTS.stream().anyMatch(key -> key.path().equals(path));
    }

    private static List<Key<?>> and(List<Key<?>> some, List<Key<?>> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static Map<String, Layout> layouts() {
        Map<String, Layout> presets = new LinkedHashMap<>();
        presets.put("assay", Layout.ASSAY);
        presets.put("pep458", Layout.PEP458);
        presets.put("pages-only", Layout.PAGES_ONLY);
        return presets;
    }
}
