package dev.assay.simple;

import java.util.List;

/** The list of projects that an index has (PEP 503, PEP 691), in the order given. */
public record RootPage(List<ProjectName> projects) {
    public RootPage {
        projects = List.copyOf(projects);
    }
}
