package dev.assay.author.follow;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonValue;
import dev.assay.simple.ProjectName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The list of projects with the serial of each one's last change, as PyPI gives it: one question then tells which of thousands of
 * projects have news. Entries that say nothing usable are left out, and their pages asked for.
 */
final class SerialList {
    private SerialList() {}

    static Map<ProjectName, Long> parse(byte[] json, Set<ProjectName> of) throws JsonException {
        Map<ProjectName, Long> serials = new HashMap<>();
        for (JsonValue entry :
                JsonReader.parseObject(json, JsonReader.Numbers.ANY).array("projects")) {
            if (entry instanceof JsonObject project
                    && project.get("_last-serial").orElse(null) instanceof JsonInteger serial
                    && serial.value().bitLength() < Long.SIZE) {
                long last = serial.value().longValue();
                name(project).filter(of::contains).ifPresent(name -> serials.put(name, last));
            }
        }
        return serials;
    }

    private static Optional<ProjectName> name(JsonObject project) throws JsonException {
        String name = project.string("name");
        try {
            return Optional.of(ProjectName.normalize(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
