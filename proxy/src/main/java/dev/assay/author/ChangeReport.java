package dev.assay.author;

import dev.assay.simple.ProjectName;
import java.util.List;

/**
 * What a change did.
 *
 * @param changed names of the files that were added, removed, yanked or un-yanked
 * @param unchanged names of the files that already were as asked
 * @param awaitingSignatures claimed projects whose change waits for more of their authors' signatures before it is published
 */
public record ChangeReport(List<String> changed, List<String> unchanged, List<ProjectName> awaitingSignatures) {
    public ChangeReport {
        changed = List.copyOf(changed);
        unchanged = List.copyOf(unchanged);
        awaitingSignatures = List.copyOf(awaitingSignatures);
    }
}
