package dev.assay.simple;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * When a signer that follows an index last saw each page there. It is signed as {@code custom} of the JSON list of projects: one
 * time for all and the exceptions, so that a pass over thousands of unchanged pages signs one bin. Signing anew does not advance it.
 *
 * @param all of every project that is no exception; whole seconds
 */
public record Confirmed(Instant all, Map<ProjectName, Instant> exceptions) {
    private static final String MEMBER = "confirmed-with-index";
    private static final String ALL = "all";
    private static final String EXCEPTIONS = "exceptions";

    public Confirmed {
        exceptions = Map.copyOf(exceptions);
    }

    /** Everything at one time. */
    public static Confirmed at(Instant all) {
        return new Confirmed(all, Map.of());
    }

    /** When the project's page was last seen at the index. */
    public Instant of(ProjectName project) {
        return exceptions.getOrDefault(project, all);
    }

    /**
     * The same after some projects were seen again, in whichever form has fewer exceptions.
     *
     * @param listed every project that is signed
     */
    public Confirmed after(Set<ProjectName> seen, Instant at, Collection<ProjectName> listed) {
        Map<ProjectName, Instant> others = new TreeMap<>();
        Map<ProjectName, Instant> differing = new TreeMap<>();
        for (ProjectName project : listed) {
            Instant time = seen.contains(project) ? at : of(project);
            if (!time.equals(at)) {
                others.put(project, time);
            }
            if (!time.equals(all)) {
                differing.put(project, time);
            }
        }
        return others.size() <= differing.size() ? new Confirmed(at, others) : new Confirmed(all, differing);
    }

    /** Reads a target's {@code custom}; empty where the signer follows no index. */
    public static Optional<Confirmed> read(JsonObject custom) throws JsonException {
        if (custom.get(MEMBER).isEmpty()) {
            return Optional.empty();
        }
        JsonObject confirmed = custom.object(MEMBER);
        JsonObject exceptions = confirmed.object(EXCEPTIONS);
        Map<ProjectName, Instant> others = new TreeMap<>();
        try {
            for (String name : exceptions.members().keySet()) {
                others.put(new ProjectName(name), Instant.parse(exceptions.string(name)));
            }
            return Optional.of(new Confirmed(Instant.parse(confirmed.string(ALL)), others));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new JsonException("\"" + MEMBER + "\": " + e.getMessage());
        }
    }

    /** As {@code custom} of a target. */
    public JsonObject write() {
        Map<String, JsonValue> others = new LinkedHashMap<>();
        new TreeMap<>(exceptions)
                .forEach((project, time) -> others.put(project.value(), new JsonString(time.toString())));
        Map<String, JsonValue> confirmed = new LinkedHashMap<>();
        confirmed.put(ALL, new JsonString(all.toString()));
        confirmed.put(EXCEPTIONS, new JsonObject(others));
        return new JsonObject(Map.of(MEMBER, new JsonObject(confirmed)));
    }
}
