package dev.assay.benchmarks.pypi;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** python-tuf's client in a process of its own ({@code python_tuf.py}), which ends with this one. */
final class PythonTuf implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final String version;

    PythonTuf(Path python, Path script, IndexProcess index) throws IOException {
        process = new ProcessBuilder(
                        python.toString(),
                        script.toString(),
                        index.rootFile().toString(),
                        index.url().resolve("metadata/").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
        version = answer();
    }

    String version() {
        return version;
    }

    /** The CPU time of a new client over what the folder holds, and its refresh. */
    Duration start(Path folder) throws IOException {
        return ask("start " + folder);
    }

    /** The CPU time of looking up these paths. */
    Duration resolve(List<String> paths) throws IOException {
        return ask("resolve " + String.join(" ", paths));
    }

    private Duration ask(String command) throws IOException {
        in.write(command + "\n");
        in.flush();
        String cpu = answer().split(" ", -1)[0];
        return Duration.ofNanos(Math.round(Double.parseDouble(cpu) * 1e9));
    }

    private String answer() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("python-tuf's client ended; see above");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
