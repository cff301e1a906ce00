package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.io.IOException;

/** Whoever signs a repository and can be asked to sign one more project: a follower of an index, in this process or elsewhere. */
@FunctionalInterface
public interface ProjectSigner {
    /**
     * Returns when readers of the repository can know what is signed of the project. May take as long as an index does.
     *
     * @return the project; withheld as NOT_FOUND when there is no such project, as NOT_TAKEN when the signer takes no more
     * @throws IOException when it can't be told now; the message is one line for a person, and may hold text from outside
     */
    Outcome<ProjectName> sign(ProjectName project) throws IOException, InterruptedException;

    /** The answer when there is no such project. */
    static Outcome<ProjectName> unknown(ProjectName project) {
        return Outcome.refused(Outcome.Reason.NOT_FOUND, "the index has no project " + project);
    }
}
