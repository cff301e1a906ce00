package dev.assay.benchmarks.pypi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The whole proxy, as its launcher starts it, before a simulated index that is also its mirror. */
final class ProxyProcess {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int HOT = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private ProxyProcess() {}

    /** From the start of the process to readiness, then a page whose bin is cold, then the same one again and again. */
    static List<String> rows(IndexProcess index, Path launcher, Path folder) throws Exception {
        List<String> rows = new ArrayList<>();
        int port = freePort();
        URI url = URI.create("http://127.0.0.1:" + port + "/");
        Path config = Files.writeString(
                folder.resolve("assay.yaml"),
                "repository:\n  layout: pep458\n  metadata-url: " + index.url() + "metadata/\n  targets-url: "
                        + index.url() + "\n  root: " + index.rootFile() + "\nmirrors:\n  - url: " + index.url()
                        + "simple/\n");
        IndexProcess.Bytes none = index.bytes();
        long start = System.nanoTime();
        Process proxy = new ProcessBuilder(
                        launcher.toString(),
                        "serve",
                        "--config",
                        config.toString(),
                        "--data",
                        folder.resolve("data").toString(),
                        "--listen",
                        "127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("proxy.log").toFile())
                .start();
        try {
            while (status(url.resolve("-/readyz")) != 200) {
                if (!proxy.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IOException("the proxy is not ready:\n" + Files.readString(folder.resolve("proxy.log")));
                }
                Thread.sleep(5);
            }
            rows.add(costs(proxy, start, Duration.ZERO, index, none).row("proxy: start of the process to ready"));
            Duration cpu = cpu(proxy);
            IndexProcess.Bytes before = index.bytes();
            start = System.nanoTime();
            require(url.resolve("simple/project-4242/"));
            rows.add(costs(proxy, start, cpu, index, before).row("proxy: a page, its bin cold"));
            for (int i = 0; i < HOT; i++) {
                require(url.resolve("simple/project-4242/"));
            }
            cpu = cpu(proxy);
            before = index.bytes();
            start = System.nanoTime();
            for (int i = 0; i < HOT; i++) {
                require(url.resolve("simple/project-4242/"));
            }
            rows.add(costs(proxy, start, cpu, index, before).row("proxy: the same page " + HOT + " times, one client"));
            rows.add("| proxy: resident memory then, MiB: " + Costs.residentMiB(proxy.pid()) + " | | | | |");
        } finally {
            proxy.destroy();
            proxy.waitFor();
        }
        return rows;
    }

    private static Costs costs(Process proxy, long start, Duration cpu, IndexProcess index, IndexProcess.Bytes before)
            throws IOException, InterruptedException {
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        return new Costs(time, cpu(proxy).minus(cpu), index.bytes().minus(before));
    }

    private static Duration cpu(Process proxy) {
        return proxy.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static int status(URI uri) throws InterruptedException {
        try {
            return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private static void require(URI uri) throws IOException, InterruptedException {
        int status = status(uri);
        if (status != 200) {
            throw new IOException(uri + ": " + status);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
