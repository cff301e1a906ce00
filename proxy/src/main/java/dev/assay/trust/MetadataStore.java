package dev.assay.trust;

import java.util.Optional;

/**
 * Durable, untrusted bytes of the last accepted metadata of one repository, and its version floors, which are trusted.
 * What it returns is verified again on every load. Writes are durable when they return; a local fault throws the store's own
 * unchecked exception. Role names are raw (not encoded): the store encodes them so that none can leave its place.
 */
public interface MetadataStore {
    /** The root of exactly this version, verbatim. */
    Optional<byte[]> root(long version);

    void saveRoot(long version, byte[] bytes);

    /** The last saved bytes of {@code timestamp}, {@code snapshot}, {@code targets} or a delegated role. */
    Optional<byte[]> load(String role);

    /** Of a delegated role, a store that has no room need not keep them: it is fetched again, and the snapshot names its version. */
    void save(String role, byte[] bytes);

    /** The bytes before the last saved ones, for others who still follow an older snapshot; a store need not keep them. */
    default Optional<byte[]> previous(String role) {
        return Optional.empty();
    }

    VersionFloors floors();

    void saveFloors(VersionFloors floors);
}
