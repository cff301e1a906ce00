package dev.assay.trust;

import java.io.IOException;
import java.util.Optional;

/** Where metadata comes from: untrusted bytes by file name. Called from the refresher and from fetching workers. */
public interface MetadataSource {
    /**
     * Fetches one file whole.
     *
     * @param fileName as published, percent-encoded already: {@code timestamp.json}, {@code 12.root.json}, {@code 7.bin-0a.json}
     * @param maxBytes more than this is an {@link IOException}; nothing beyond it is read
     * @return empty when the source says that there is no such file (HTTP 404, 403)
     * @throws IOException for every other failure, timeouts included
     */
    Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException;
}
