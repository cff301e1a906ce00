package dev.assay.benchmarks;

import dev.assay.trust.MetadataStore;
import dev.assay.trust.VersionFloors;
import dev.assay.tuf.Root;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Top-level metadata in memory, delegated roles nowhere: so that a benchmark of the workflow measures neither disk nor its own store. */
public final class MemoryStore implements MetadataStore {
    private final Map<Long, byte[]> roots = new ConcurrentHashMap<>();
    private final Map<String, byte[]> roles = new ConcurrentHashMap<>();
    private volatile VersionFloors floors = VersionFloors.NONE;

    @Override
    public Optional<byte[]> root(long version) {
        return Optional.ofNullable(roots.get(version));
    }

    @Override
    public void saveRoot(long version, byte[] bytes) {
        roots.put(version, bytes);
    }

    @Override
    public Optional<byte[]> load(String role) {
        return Optional.ofNullable(roles.get(role));
    }

    @Override
    public void save(String role, byte[] bytes) {
        if (Root.TOP_LEVEL.contains(role)) {
            roles.put(role, bytes);
        }
    }

    @Override
    public VersionFloors floors() {
        return floors;
    }

    @Override
    public void saveFloors(VersionFloors newFloors) {
        floors = newFloors;
    }
}
