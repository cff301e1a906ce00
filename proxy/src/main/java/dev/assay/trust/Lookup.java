package dev.assay.trust;

import dev.assay.tuf.TargetFile;

/** What the loaded metadata says of a target path. */
public sealed interface Lookup {
    record Signed(TargetFile file) implements Lookup {}

    /** Every role on the way is loaded and current, and none vouches for the path. */
    record NotSigned() implements Lookup {}

    /** The search can't go on before this delegated role is loaded: {@link Updater#load}. */
    record NotLoaded(String role) implements Lookup {}
}
