package dev.assay.app;

import dev.assay.gate.LocalFile;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder that can be checked, in the order of their projects, so that each signed page is needed once. Links are
 * followed: what a web server would serve is what counts. Holds paths and names, some 400 bytes a file, and nothing of their content.
 *
 * @param unreadable folders and files that the system would not show
 * @param ignored how many other files there are
 */
record LocalTree(List<LocalFile> files, List<Path> unreadable, int ignored) {
    private static final Comparator<LocalFile> BY_PROJECT =
            Comparator.comparing(LocalFile::project).thenComparing(LocalFile::path);

    LocalTree {
        files = List.copyOf(files);
        unreadable = List.copyOf(unreadable);
    }

    /** Walks it whole; {@link IOException} when {@code folder} itself can't be read. */
    static LocalTree of(Path folder) throws IOException {
        Walk walk = new Walk(folder);
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
        walk.files.sort(BY_PROJECT);
        return new LocalTree(walk.files, walk.unreadable, walk.ignored);
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path top;
        private final List<LocalFile> files = new ArrayList<>();
        private final List<Path> unreadable = new ArrayList<>();
        private int ignored;

        Walk(Path top) {
            this.top = top;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            LocalFile.of(file).ifPresentOrElse(files::add, () -> ignored++);
            return FileVisitResult.CONTINUE;
        }

        /** A link back to a folder above leads to nothing new. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(top)) {
                throw e;
            }
            if (!(e instanceof FileSystemLoopException)) {
                unreadable.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            if (e != null) {
                unreadable.add(folder);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
