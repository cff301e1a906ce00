package dev.assay.gate;

import java.time.Duration;

/**
 * How files are delivered on a miss, and how large things may be.
 *
 * @param delivery what happens when a transfer outlasts the patience
 * @param patience how long nothing at all is sent while a file is being verified
 * @param linger how long a transfer goes on for nobody, beside the patience
 * @param tailBytes how much of the end is withheld until the file is verified
 * @param maxFileBytes cap where no length is signed
 * @param maxCoreMetadataBytes cap of a {@code .metadata} file
 */
public record GateOptions(
        Delivery delivery,
        Duration patience,
        Duration linger,
        long tailBytes,
        long maxFileBytes,
        long maxPageBytes,
        long maxCoreMetadataBytes) {

    /** The two ways of delivery. */
    public enum Delivery {
        /** Past the patience bytes flow, the tail withheld. */
        ADAPTIVE,
        /** Never a byte before verification. */
        STRICT
    }

    public GateOptions {
        if (patience.isNegative()
                || linger.isNegative()
                || tailBytes < 1
                || maxFileBytes < 1
                || maxPageBytes < 1
                || maxCoreMetadataBytes < 1) {
            throw new IllegalArgumentException("gate options must be positive");
        }
    }
}
