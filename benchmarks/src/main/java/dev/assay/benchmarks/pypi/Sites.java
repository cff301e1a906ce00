package dev.assay.benchmarks.pypi;

import dev.assay.trust.TrustOptions;
import java.util.Locale;
import java.util.Random;

/**
 * Who pays what a day: an installer that verifies on its own, and a site whose installers go through the proxy and pay nothing. An install
 * is one file of one project: its page and the file are looked up, so up to two bins. Projects are as popular as Zipf has it.
 */
final class Sites {
    private static final int[] INSTALLS = {1, 100, 10_000};
    /** The proxy's default: every five minutes. */
    private static final int REFRESHES = 288;
    /** As if 25,000 files a day were published, each with its page. */
    private static final int CHANGED = 174;

    private final IndexProcess index;
    private final Population population;
    private final TrustOptions unbounded;
    private final Random random = new Random(458);

    Sites(IndexProcess index, Population population, TrustOptions unbounded) {
        this.index = index;
        this.population = population;
        this.unbounded = unbounded;
    }

    /** Inverse of the harmonic numbers' logarithm: rank r with probability about 1/r. */
    private int project() {
        return (int) Math.min(
                population.projects() - 1, Math.exp(random.nextDouble() * Math.log(population.projects())) - 1);
    }

    private void install(Client client) throws Exception {
        int project = project();
        int[] files = population.files(project).toArray();
        client.resolve(population.path(project));
        client.resolve(population.path(files[random.nextInt(files.length)]));
    }

    String table() throws Exception {
        StringBuilder table = new StringBuilder("| | bytes sent (gzip) | bytes decoded |\n|---|---|---|\n");
        try (Client client = new Client(index, unbounded)) {
            row(table, "installer on its own: first install", Costs.of(index, () -> {
                client.refresh();
                install(client);
            }));
            row(table, "installer on its own: another one, same snapshot", Costs.of(index, () -> install(client)));
            index.publish(CHANGED);
            row(table, "installer on its own: another one, new snapshot", Costs.of(index, () -> {
                client.refresh();
                install(client);
            }));
        }
        for (int installs : INSTALLS) {
            row(
                    table,
                    String.format(Locale.ROOT, "**site with %,d installs a day, through the proxy**", installs),
                    day(installs));
        }
        return table.append("| installer behind the proxy | 0 | 0 |\n").toString();
    }

    private Costs day(int installs) throws Exception {
        try (Client client = new Client(index, unbounded)) {
            client.refresh();
            return Costs.of(index, () -> {
                for (int i = 0; i < REFRESHES; i++) {
                    index.publish(CHANGED);
                    client.refresh();
                    for (long n = (long) installs * i / REFRESHES; n < (long) installs * (i + 1) / REFRESHES; n++) {
                        install(client);
                    }
                    Scale.progress("a day with " + installs + " installs", i + 1, REFRESHES);
                }
            });
        }
    }

    private static void row(StringBuilder table, String what, Costs costs) {
        table.append(String.format(
                Locale.ROOT,
                "| %s | %,d | %,d |%n",
                what,
                costs.bytes().sent(),
                costs.bytes().decoded()));
    }
}
