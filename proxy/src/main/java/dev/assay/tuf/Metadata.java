package dev.assay.tuf;

import dev.assay.encoding.JsonObject;
import java.time.Instant;

/** What the signed parts of the four kinds of TUF metadata have in common (TUF 4.3 to 4.6). */
public sealed interface Metadata permits Root, Timestamp, Snapshot, Targets {
    /** At least 1; grows with every change. */
    long version();

    /** From this moment on the metadata must not be used. */
    Instant expires();

    /** The signed part as JSON, ready for {@link Envelope#sign}. */
    JsonObject toJson();
}
