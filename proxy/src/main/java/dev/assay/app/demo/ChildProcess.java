package dev.assay.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs one program to its end, or to a deadline at which it and all its children are killed. */
public final class ChildProcess {
    /**
     * How a program ended.
     *
     * @param exit its exit code; meaningless when {@code timedOut}
     * @param output standard output and error, as they came
     */
    public record Result(int exit, String output, boolean timedOut) {
        public boolean succeeded() {
            return exit == 0 && !timedOut;
        }
    }

    private ChildProcess() {}

    /**
     * Blocks until the program has ended. It gets exactly the environment given, nothing of ours.
     *
     * @throws IOException when the program can't be started
     */
    public static Result run(List<String> command, Map<String, String> environment, Duration timeout)
            throws IOException {
        Path output = Files.createTempFile("assay-demo-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = waitFor(process, timeout);
            return new Result(ended ? process.exitValue() : -1, read(output), !ended);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static boolean waitFor(Process process, Duration timeout) throws IOException {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a program", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
