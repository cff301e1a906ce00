package dev.assay.simple;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The list of projects in PEP 691 JSON. What else it says of a project is not kept. */
final class JsonRootParser {
    private JsonRootParser() {}

    static RootPage parse(byte[] bytes) throws MalformedPageException {
        try {
            JsonObject root = JsonReader.parseObject(bytes, JsonReader.Numbers.ANY);
            PageParser.checkApiVersion(root.object("meta").string("api-version"));
            Set<ProjectName> projects = new LinkedHashSet<>();
            for (JsonValue entry : root.array("projects")) {
                ProjectName project = project(entry);
                if (!projects.add(project)) {
                    throw new MalformedPageException("list of projects: " + project + " stands there twice");
                }
            }
            return new RootPage(List.copyOf(projects));
        } catch (JsonException | IllegalArgumentException e) {
            throw new MalformedPageException("list of projects: " + e.getMessage());
        }
    }

    private static ProjectName project(JsonValue entry) throws JsonException, MalformedPageException {
        if (!(entry instanceof JsonObject project)) {
            throw new MalformedPageException("\"projects\" holds something that is not an object");
        }
        return ProjectName.normalize(project.string("name"));
    }
}
