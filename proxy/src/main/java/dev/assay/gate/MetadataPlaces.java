package dev.assay.gate;

import dev.assay.trust.MetadataSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signed metadata from the repository itself, and from mirrors that carry it too: it holds its own proof, so whoever has it will do.
 *
 * <p>What the top-level roles say belongs together, so one refresh takes all of them from one place, and {@link Refresher} says from
 * which. A delegated role is named by a snapshot that is verified already: every place is asked until one has it, the one that
 * delivered last before the others. Thread-safe.
 */
public final class MetadataPlaces implements MetadataSource {
    private static final Pattern TOP_LEVEL = Pattern.compile("([0-9]+\\.)?(root|timestamp|snapshot|targets)\\.json");

    /** Where metadata is, with a name for logs. */
    public record Place(String name, MetadataSource source) {}

    private final List<Place> places;
    private volatile int turn;
    private volatile int delivered;

    /** The repository itself is the first of them. */
    public MetadataPlaces(List<Place> places) {
        if (places.isEmpty()) {
            throw new IllegalArgumentException("places: none (expected: the repository itself, at least)");
        }
        this.places = List.copyOf(places);
    }

    int count() {
        return places.size();
    }

    /** From now on the top-level roles come from this place; its name. */
    String turnTo(int place) {
        turn = place;
        return places.get(place).name();
    }

    /** The place whose turn it is has what is current. */
    void delivered() {
        delivered = turn;
    }

    /** Whoever needs top-level roles before the next refresh gets them from the one that delivered last. */
    void turnBack() {
        turn = delivered;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException {
        return TOP_LEVEL.matcher(fileName).matches()
                ? places.get(turn).source().fetch(fileName, maxBytes)
                : fromAny(fileName, maxBytes);
    }

    /** Empty only when every place says that it has no such file. */
    private Optional<byte[]> fromAny(String fileName, long maxBytes) throws IOException {
        @Nullable IOException failure = null;
        for (Place place : fromTheLastThatDelivered()) {
            try {
                Optional<byte[]> found = place.source().fetch(fileName, maxBytes);
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    private List<Place> fromTheLastThatDelivered() {
        int first = delivered;
        List<Place> order = new ArrayList<>(places.subList(first, places.size()));
        order.addAll(places.subList(0, first));
        return order;
    }

    /** What was fetched last was refused: the next place comes first then. */
    @Override
    public void forget() {
        places.forEach(place -> place.source().forget());
        delivered = (delivered + 1) % places.size();
    }
}
