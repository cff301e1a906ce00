package dev.assay.upstream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Every configured mirror, each with its client and what it has been like. Thread-safe. */
public final class Mirrors implements AutoCloseable, Iterable<MirrorClient> {
    private final List<MirrorClient> all;

    /** Clients for all of them, within the same limits. */
    public Mirrors(List<Mirror> mirrors, UpstreamOptions options, InstantSource clock) {
        this.all = mirrors.stream()
                .map(mirror -> new MirrorClient(mirror, options, clock))
                .toList();
    }

    /** In the order of the configuration. */
    public List<MirrorClient> all() {
        return all;
    }

    @Override
    public Iterator<MirrorClient> iterator() {
        return all.iterator();
    }

    /**
     * Who of some is to be asked, one after the other: those that are well, the one from which so many bytes are expected soonest first;
     * then, as the last resort, those at rest and those of bad standing. One that is missing here is to be left alone.
     *
     * @param goodStanding whether it has not served wrong bytes lately
     */
    public static List<MirrorClient> inOrder(
            List<MirrorClient> some, long bytes, Predicate<MirrorClient> goodStanding) {
        Map<MirrorClient, Duration> expected = new HashMap<>();
        List<MirrorClient> well = new ArrayList<>();
        List<MirrorClient> lastResort = new ArrayList<>();
        for (MirrorClient each : some) {
            expected.put(each, each.expected(bytes));
            boolean ready = each.isReady();
            if (ready && goodStanding.test(each)) {
                well.add(each);
            } else if (ready || each.isLastResort()) {
                lastResort.add(each);
            }
        }
        well.sort(Comparator.comparing(expected::get));
        lastResort.sort(Comparator.comparing(goodStanding::test).reversed());
        well.addAll(lastResort);
        return well;
    }

    /** Cuts every transfer; a call made later fails. */
    @Override
    public void close() {
        all.forEach(MirrorClient::close);
    }
}
