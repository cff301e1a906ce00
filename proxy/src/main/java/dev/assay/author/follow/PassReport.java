package dev.assay.author.follow;

import dev.assay.simple.ProjectName;
import java.util.List;
import java.util.Map;

/**
 * What one pass over an index found.
 *
 * @param checked projects that were asked for
 * @param answered of them, those of which the index said something, believed or not
 * @param unchanged of them, those whose page was signed as it is
 * @param changed of them, those that were signed and now are otherwise
 * @param added of them, those that were not signed before
 * @param unknown names of which the index has no project
 * @param unconfirmed projects of which nothing could be learnt or believed, with the reason; what is signed of them stays, and ages
 * @param alarms that are new
 * @param lasting how many alarms last from earlier passes
 * @param unsigned file names that the index lists and that are not signed, with the reason
 */
public record PassReport(
        int checked,
        int answered,
        int unchanged,
        int changed,
        int added,
        List<ProjectName> unknown,
        Map<ProjectName, String> unconfirmed,
        List<Alarm> alarms,
        int lasting,
        List<String> unsigned) {
    public PassReport {
        unknown = List.copyOf(unknown);
        unconfirmed = Map.copyOf(unconfirmed);
        alarms = List.copyOf(alarms);
        unsigned = List.copyOf(unsigned);
    }
}
