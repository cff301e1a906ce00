package dev.assay.store;

import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.TestBlobs.storeWithOthers;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.crypto.Digest;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.VersionFloors;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A JVM of its own that stores blobs, metadata and floors without end, and says what it has stored once the call has returned. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** @param maxBytes bound of its store */
    static ChildProcess start(Path temp, Path folder, long maxBytes) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                ChildProcess.class.getName(),
                folder.toString(),
                Long.toString(maxBytes));
        return new ChildProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    long pid() {
        return process.pid();
    }

    /** The next line that it prints. */
    String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the child process ended by itself");
        }
        return line;
    }

    /** Kills it and returns the complete lines that it had printed by then. */
    List<String> kill() throws IOException, InterruptedException {
        // Through its handle: killing through the process object closes the stream before it is read to its end.
        boolean unusedRequested = process.toHandle().destroyForcibly();
        int unusedExit = process.waitFor();
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
        }
        lines.removeIf(line -> !line.endsWith("."));
        return lines;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        List<String> unusedRest = kill();
        output.close();
    }

    /** Stores, groups and forgets on two threads until it is killed, and says so; see {@link CrashTest}. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        try (Store store = Store.open(options(Path.of(args[0]), Long.parseLong(args[1]), 64 << 20, 0))) {
            Thread second = new Thread(() -> {
                Random random = new Random();
                while (true) {
                    load(store, random, out, 0);
                }
            });
            second.setDaemon(true);
            second.start();
            Random random = new Random();
            MetadataStore metadata = store.metadata("main");
            for (long version = metadata.floors().snapshotVersion() + 1; ; version++) {
                metadata.save("snapshot", Long.toString(version).getBytes(UTF_8));
                metadata.saveFloors(new VersionFloors(1, "t", version, "s", version, version));
                load(store, random, out, version);
            }
        }
    }

    private static void load(Store store, Random random, PrintStream out, long version) {
        int length = random.nextInt(3) == 0 ? random.nextInt(6 * TestBlobs.CHUNK) : random.nextInt(200_000);
        List<Digest> stored = random.nextInt(4) == 0
                ? gathered(store, random)
                : List.of(store(store.blobs(), content(random.nextLong(), length)));
        stored.forEach(digest -> out.println("+" + digest + " " + version + "."));
        for (Digest digest : stored) {
            if (random.nextInt(3) == 0) {
                out.println("?" + digest + " 0.");
                store.blobs().forget(digest);
                out.println("-" + digest + " 0.");
            }
        }
        if (random.nextInt(5) == 0) {
            ((DiskBlobStore) store.blobs()).group();
        }
    }

    /** Stores some at once, most often in one table file. */
    private static List<Digest> gathered(Store store, Random random) {
        Map<Digest, CompletableFuture<Void>> stored = new LinkedHashMap<>();
        for (int count = 1 + random.nextInt(8); count > 0; count--) {
            int length = Layout.GATHERED_BYTES + random.nextInt(2 * TestBlobs.CHUNK);
            byte[] content = content(random.nextLong(), length);
            stored.put(sha256(content), storeWithOthers(store.blobs(), content));
        }
        ((DiskBlobStore) store.blobs()).gathering().flush();
        stored.values().forEach(CompletableFuture::join);
        return List.copyOf(stored.keySet());
    }
}
