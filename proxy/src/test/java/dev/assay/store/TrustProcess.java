package dev.assay.store;

import static dev.assay.store.TestBlobs.options;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.trust.MetadataSource;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.trust.VersionFloors;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A JVM of its own that updates trust state from a folder of published files, and ends without notice where it is told to. */
final class TrustProcess {
    static final TargetPath PATH = new TargetPath("x");
    static final int HALTED = 9;

    private TrustProcess() {}

    /** Which of the two stores. */
    enum Kind {
        DATABASE,
        FOLDER
    }

    /** A store that is open, and how to close it. */
    record Opened(MetadataStore metadata, AutoCloseable store) implements AutoCloseable {
        static Opened open(Kind kind, Path folder) {
            return switch (kind) {
                case DATABASE -> {
                    Store store = Store.open(options(folder));
                    yield new Opened(store.metadata("main"), store);
                }
                case FOLDER -> {
                    FolderMetadataStore store = new FolderMetadataStore(folder);
                    yield new Opened(store, store);
                }
            };
        }

        @Override
        public void close() throws Exception {
            store.close();
        }
    }

    static Process start(String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                TrustProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** {@code <kind> <folder> <published> <write before which it ends>}, or without the last: publishes and updates until killed. */
    public static void main(String[] args) throws Exception {
        Path published = Path.of(args[2]);
        try (Opened opened = Opened.open(Kind.valueOf(args[0]), Path.of(args[1]))) {
            if (args.length > 3) {
                MetadataStore halting = new Halting(opened.metadata(), Integer.parseInt(args[3]));
                update(halting, published);
            } else {
                updateForEver(opened.metadata(), published);
            }
        }
    }

    static Updater update(MetadataStore store, Path published) throws Exception {
        Updater updater = new Updater(
                Files.readAllBytes(published.resolve("1.root.json")), from(published), store, TrustOptions.DEFAULTS);
        updater.refresh(TestRepository.NOW);
        updater.load(PATH, TestRepository.NOW);
        return updater;
    }

    private static MetadataSource from(Path published) {
        return (name, maxBytes) -> {
            Path file = published.resolve(name);
            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        };
    }

    private static void updateForEver(MetadataStore store, Path published) throws Exception {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        TestRepository repository = repository();
        while (true) {
            publish(repository, published);
            update(store, published);
            out.println(repository.version("timestamp") + ".");
            repository.publish("targets", "bin");
        }
    }

    /** With one delegated role, which has {@link #PATH}. */
    static TestRepository repository() {
        TestRepository repository = new TestRepository();
        repository.delegate("targets", "bin", false, "*");
        repository.target("bin", PATH.value());
        repository.publish("targets", "bin");
        return repository;
    }

    /** Timestamp last, and each file at once. */
    static void publish(TestRepository repository, Path published) {
        repository.files.forEach((name, bytes) -> {
            if (!name.equals("timestamp.json")) {
                write(published, name, bytes);
            }
        });
        write(published, "timestamp.json", repository.file("timestamp.json"));
    }

    private static void write(Path published, String name, byte[] bytes) {
        try {
            Path temporary = Files.write(published.resolve("new"), bytes);
            Files.move(temporary, published.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process before one of its writes. */
    private static final class Halting implements MetadataStore {
        private final MetadataStore store;
        private int left;

        Halting(MetadataStore store, int writes) {
            this.store = store;
            this.left = writes;
        }

        private void write(Runnable change) {
            if (left-- == 0) {
                Runtime.getRuntime().halt(HALTED);
            }
            change.run();
        }

        @Override
        public Optional<byte[]> root(long version) {
            return store.root(version);
        }

        @Override
        public void saveRoot(long version, byte[] bytes) {
            write(() -> store.saveRoot(version, bytes));
        }

        @Override
        public Optional<byte[]> load(String role) {
            return store.load(role);
        }

        @Override
        public void save(String role, byte[] bytes) {
            write(() -> store.save(role, bytes));
        }

        @Override
        public VersionFloors floors() {
            return store.floors();
        }

        @Override
        public void saveFloors(VersionFloors floors) {
            write(() -> store.saveFloors(floors));
        }
    }
}
