package dev.assay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.store.StoreException.Kind;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.VersionFloors;
import dev.assay.tuf.Root;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metadata of one repository as rows, and its floors in a file of their own. Every write is synced. */
final class DatabaseMetadata implements MetadataStore {
    private static final Logger log = LoggerFactory.getLogger(DatabaseMetadata.class);
    private static final byte ROOT = 'r';
    private static final byte ROLE = 'm';
    private static final byte PREVIOUS = 'p';

    private final Database database;
    private final byte[] prefix;
    private final FloorsFile floors;

    /**
     * Refuses when the repository has rows but no floors. The floors file is written before the first row can be, so
     * that no crash leaves rows alone.
     */
    DatabaseMetadata(Database database, String repository, FloorsFile floors) {
        this.database = database;
        byte[] name = repository.getBytes(UTF_8);
        this.prefix = ByteBuffer.allocate(Integer.BYTES + name.length)
                .putInt(name.length)
                .put(name)
                .array();
        this.floors = floors;
        if (floors.read().isEmpty()) {
            if (hasRows()) {
                throw floors.missing();
            }
            floors.write(VersionFloors.NONE);
        }
    }

    private boolean hasRows() {
        boolean[] any = {false};
        database.scan(Family.METADATA, prefix, key((byte) 0x7F, new byte[0]), (key, value) -> {
            any[0] = true;
            return false;
        });
        return any[0];
    }

    @Override
    public Optional<byte[]> root(long version) {
        return database.get(Family.METADATA, rootKey(version));
    }

    @Override
    public void saveRoot(long version, byte[] bytes) {
        database.write(true, batch -> batch.put(Family.METADATA, rootKey(version), bytes));
    }

    @Override
    public Optional<byte[]> load(String role) {
        return database.get(Family.METADATA, roleKey(role));
    }

    @Override
    public void save(String role, byte[] bytes) {
        try {
            write(role, bytes);
        } catch (StoreException e) {
            boolean noRoom = e.kind() == Kind.FULL || e.kind() == Kind.NOT_WRITABLE;
            if (Root.TOP_LEVEL.contains(role) || !noRoom) {
                throw e;
            }
            log.warn("signed role not stored, and fetched again next time role={} reason={}", role, e.getMessage());
        }
    }

    private void write(String role, byte[] bytes) {
        Optional<byte[]> old = load(role).filter(stored -> !Arrays.equals(stored, bytes));
        database.write(true, batch -> {
            if (old.isPresent()) {
                batch.put(Family.METADATA, key(PREVIOUS, role.getBytes(UTF_8)), old.get());
            }
            batch.put(Family.METADATA, roleKey(role), bytes);
        });
    }

    @Override
    public Optional<byte[]> previous(String role) {
        return database.get(Family.METADATA, key(PREVIOUS, role.getBytes(UTF_8)));
    }

    @Override
    public VersionFloors floors() {
        return floors.read().orElseThrow(floors::missing);
    }

    @Override
    public void saveFloors(VersionFloors newFloors) {
        database.whileOpen(() -> floors.write(newFloors));
    }

    private byte[] rootKey(long version) {
        return key(ROOT, ByteBuffer.allocate(Long.BYTES).putLong(version).array());
    }

    private byte[] roleKey(String role) {
        return key(ROLE, role.getBytes(UTF_8));
    }

    private byte[] key(byte type, byte[] rest) {
        byte[] key = Arrays.copyOf(prefix, prefix.length + 1 + rest.length);
        key[prefix.length] = type;
        System.arraycopy(rest, 0, key, prefix.length + 1, rest.length);
        return key;
    }
}
