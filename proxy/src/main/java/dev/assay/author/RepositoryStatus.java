package dev.assay.author;

import dev.assay.simple.ProjectName;
import java.time.Instant;
import java.util.List;

/**
 * What is published, as verified from the pinned root.
 *
 * @param roles root, timestamp, snapshot, targets, bins, then claimed projects; the bin-n roles as one row, with their highest version and
 *     earliest expiry
 * @param bins number of bin-n roles
 * @param projects with at least one file
 * @param pending claimed projects whose change waits for signatures
 */
public record RepositoryStatus(List<Role> roles, int bins, int projects, int files, List<ProjectName> pending) {
    public RepositoryStatus {
        roles = List.copyOf(roles);
        pending = List.copyOf(pending);
    }

    /**
     * One role.
     *
     * @param threshold signatures needed
     * @param keys how many keys may sign
     * @param keysPresent how many of their private keys are at hand
     */
    public record Role(String name, long version, Instant expires, int threshold, int keys, int keysPresent) {}
}
