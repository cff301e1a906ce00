package dev.assay.trust;

import java.io.IOException;
import java.util.Optional;

/** Where metadata comes from: untrusted bytes by file name. Called from the refresher and from fetching workers. */
public interface MetadataSource {
    /** The source serves more bytes than were asked for at most: other bytes than those that are signed, where a length is. */
    final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        public TooLongException(String message) {
            super(message);
        }
    }

    /**
     * Fetches one file whole.
     *
     * @param fileName as published, percent-encoded already: {@code timestamp.json}, {@code 12.root.json}, {@code 7.bin-0a.json}
     * @param maxBytes nothing beyond it is read
     * @return empty when the source says that there is no such file (HTTP 404, 403)
     * @throws TooLongException when the file is longer than {@code maxBytes}
     * @throws IOException for every other failure, timeouts included
     */
    Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException;

    /** Something fetched was refused: what this source may keep so as to ask for changes only is not to be used again. */
    default void forget() {}
}
