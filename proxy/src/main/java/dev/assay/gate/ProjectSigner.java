package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.io.IOException;

/** Whoever signs a repository and can be asked to sign one more project: a follower of an index, in this process or elsewhere. */
@FunctionalInterface
public interface ProjectSigner {
    /**
     * Returns when readers of the repository can know what is signed of the project. May take as long as an index does.
     *
     * @return false when there is no such project
     * @throws IOException when it can't be told now; the message is one line for a person, and may hold text from outside
     */
    boolean sign(ProjectName project) throws IOException, InterruptedException;
}
