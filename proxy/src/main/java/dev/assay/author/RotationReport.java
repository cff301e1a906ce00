package dev.assay.author;

import java.nio.file.Path;
import java.util.List;

/**
 * What a rotation did.
 *
 * @param created new key files
 * @param retired where the private keys lie, or lay, that sign nothing any more
 */
public record RotationReport(List<Path> created, List<Path> retired) {
    public RotationReport {
        created = List.copyOf(created);
        retired = List.copyOf(retired);
    }
}
