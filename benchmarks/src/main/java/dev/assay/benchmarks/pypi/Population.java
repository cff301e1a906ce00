package dev.assay.benchmarks.pypi;

import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * The targets of a PyPI by number: the first are the projects' pages, the rest their files, spread evenly. A path follows from its number.
 *
 * @param targets pages and files
 */
record Population(int targets) {
    /** A page and its files; PyPI has about as many a project. */
    private static final int TARGETS_PER_PROJECT = 30;

    int projects() {
        return Math.max(1, targets / TARGETS_PER_PROJECT);
    }

    boolean isPage(int target) {
        return target < projects();
    }

    /** The numbers of a project's files; a project is the number of its page. */
    IntStream files(int project) {
        return IntStream.iterate(project + projects(), file -> file < targets, file -> file + projects());
    }

    String path(int target) {
        if (isPage(target)) {
            return "simple/project-" + target + "/";
        }
        StringBuilder path = new StringBuilder(140).append("packages/");
        for (int word = 0; word < 4; word++) {
            path.append(HexFormat.of().toHexDigits(mixed(4L * target + word)));
        }
        return path.insert(11, '/')
                .insert(14, '/')
                .insert(75, '/')
                .append("project_")
                .append(target % projects())
                .append('-')
                .append(target / projects())
                .append(".0-py3-none-any.whl")
                .toString();
    }

    /** SplitMix64: what looks like the digest in the paths of PyPI. */
    private static long mixed(long number) {
        long z = (number + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
