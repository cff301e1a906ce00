package dev.assay.benchmarks.pypi;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An {@link IndexServer} in a process of its own, which ends with this one. */
final class IndexProcess implements AutoCloseable {
    /** Bytes of bodies, as sent and as decoded. */
    record Bytes(long sent, long decoded) {
        Bytes minus(Bytes before) {
            return new Bytes(sent - before.sent, decoded - before.decoded);
        }
    }

    private final Process process;
    private final Path root;
    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    private IndexProcess(Process process, Path root, URI url) {
        this.process = process;
        this.root = root;
        this.url = url;
    }

    /** Returns when it answers, which takes a second for each two million targets or so. */
    static IndexProcess start(int targets, String form, Path folder) throws IOException {
        Path root = folder.resolve(targets + ".root.json");
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx2g",
                        // else every answer waits for the acknowledgement of its head
                        "-Dsun.net.httpserver.nodelay=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IndexServer.class.getName(),
                        Integer.toString(targets),
                        root.toString(),
                        form))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String address = out.readLine();
        if (address == null) {
            throw new IOException("the simulated index did not start");
        }
        return new IndexProcess(process, root, URI.create(address));
    }

    URI url() {
        return url;
    }

    Path rootFile() {
        return root;
    }

    byte[] root() throws IOException {
        return Files.readAllBytes(root);
    }

    void publish(int bins) throws IOException, InterruptedException {
        ask("control/publish?" + bins);
    }

    String someone(int bin) throws IOException, InterruptedException {
        return ask("control/someone?" + bin);
    }

    Bytes bytes() throws IOException, InterruptedException {
        String answer = ask("control/sent");
        int space = answer.indexOf(' ');
        return new Bytes(Long.parseLong(answer.substring(0, space)), Long.parseLong(answer.substring(space + 1)));
    }

    private String ask(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
