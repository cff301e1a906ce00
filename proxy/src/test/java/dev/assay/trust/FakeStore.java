package dev.assay.trust;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps everything in memory, and stops for good before the write that it is told to, as a crash would. */
final class FakeStore implements MetadataStore {
    final Map<Long, byte[]> roots = new ConcurrentHashMap<>();
    final Map<String, byte[]> roles = new ConcurrentHashMap<>();
    VersionFloors floors = VersionFloors.NONE;
    /** Writes left before the crash. */
    int writes = Integer.MAX_VALUE;

    /** The process has ended: nothing more is written. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void write(Runnable change) {
        if (writes <= 0) {
            throw new Crash();
        }
        writes--;
        change.run();
    }

    @Override
    public Optional<byte[]> root(long version) {
        return Optional.ofNullable(roots.get(version));
    }

    @Override
    public void saveRoot(long version, byte[] bytes) {
        write(() -> roots.put(version, bytes));
    }

    @Override
    public Optional<byte[]> load(String role) {
        return Optional.ofNullable(roles.get(role));
    }

    @Override
    public void save(String role, byte[] bytes) {
        write(() -> roles.put(role, bytes));
    }

    @Override
    public VersionFloors floors() {
        return floors;
    }

    @Override
    public void saveFloors(VersionFloors next) {
        write(() -> floors = next);
    }
}
