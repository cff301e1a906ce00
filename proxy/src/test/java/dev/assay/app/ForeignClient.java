package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * TUF clients that others wrote. What each needs is named by an environment variable; a test is skipped without, which {@code .ci/run}
 * does not allow.
 */
enum ForeignClient {
    /** The variable is the folder that it was installed into: {@code npm install --prefix FOLDER tuf-js@VERSION}. */
    TUF_JS("ASSAY_TESTS_TUF_JS", "client.js"),
    /** The variable is a Python that has python-tuf 5.1 or later, such as {@code src/test/interop/python-tuf.sh} makes. */
    PYTHON_TUF("ASSAY_TESTS_PYTHON_TUF", "client.py");

    private final String variable;
    private final String script;

    ForeignClient(String variable, String script) {
        this.variable = variable;
        this.script = script;
    }

    void assumeHere() {
        assumeTrue(System.getenv(variable) != null, variable + " names no " + this);
    }

    /**
     * What it says in the end: a line for each target, or why it refuses.
     *
     * @param folder where its metadata stays from one call to the next
     * @param prefixed whether the names of files begin with their hash
     */
    List<String> download(
            Path root, String metadataUrl, String targetsUrl, Path folder, boolean prefixed, String... targets)
            throws IOException, InterruptedException {
        String here = Objects.requireNonNull(System.getenv(variable), variable);
        List<String> command = new ArrayList<>(
                switch (this) {
                    case TUF_JS -> List.of("env", "NODE_PATH=" + here + "/node_modules", "node");
                    case PYTHON_TUF -> List.of(here);
                });
        command.add("src/test/interop/" + script);
        command.addAll(List.of(root.toString(), metadataUrl, targetsUrl, folder.toString(), String.valueOf(prefixed)));
        command.addAll(List.of(targets));
        Path output = Files.createTempFile("assay-client", ".out");
        try {
            Process client = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = client.waitFor(60, TimeUnit.SECONDS);
            client.destroyForcibly();
            assertThat(ended).as("%s ended: %s", this, Files.readString(output)).isTrue();
            return Files.readAllLines(output);
        } finally {
            Files.delete(output);
        }
    }
}
