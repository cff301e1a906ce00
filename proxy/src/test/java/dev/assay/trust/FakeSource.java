package dev.assay.trust;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Serves a map of files, notes what was asked for, and fails where it is told to. */
final class FakeSource implements MetadataSource {
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    final Set<String> unreachable = new HashSet<>();
    int forgotten;
    Runnable beforeFetch = () -> {};
    private final Map<String, byte[]> files;

    FakeSource(Map<String, byte[]> files) {
        this.files = files;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException {
        requests.add(fileName);
        beforeFetch.run();
        if (unreachable.contains(fileName)) {
            throw new IOException(fileName + " is unreachable");
        }
        byte[] bytes = files.get(fileName);
        if (bytes != null && bytes.length > maxBytes) {
            throw new TooLongException(fileName + " is longer than " + maxBytes);
        }
        return Optional.ofNullable(bytes);
    }

    @Override
    public void forget() {
        forgotten++;
    }

    /** What was asked for since the last call. */
    List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }
}
