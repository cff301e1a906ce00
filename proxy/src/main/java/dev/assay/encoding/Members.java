package dev.assay.encoding;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object: an immutable map in the order of insertion, in two arrays. Metadata holds very many very small objects, so
 * up to {@link #SMALL} members are searched from the front; more have a {@link HashMap} beside them, whose buckets turn into trees when
 * a hostile document makes hashes collide.
 */
final class Members extends AbstractMap<String, JsonValue> {
    private static final int SMALL = 8;

    private final String[] keys;
    private final JsonValue[] values;
    private final @Nullable Map<String, JsonValue> byKey;

    private Members(String[] keys, JsonValue[] values, @Nullable Map<String, JsonValue> byKey) {
        this.keys = keys;
        this.values = values;
        this.byKey = byKey;
    }

    static Members copyOf(Map<String, JsonValue> map) {
        if (map instanceof Members members) {
            return members;
        }
        Builder builder = new Builder();
        map.forEach(builder::add);
        return builder.build();
    }

    @Override
    public @Nullable JsonValue get(@Nullable Object key) {
        if (byKey != null) {
            return byKey.get(key);
        }
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public Set<Entry<String, JsonValue>> entrySet() {
        return new Entries();
    }

    private final class Entries extends AbstractSet<Entry<String, JsonValue>> {
        @Override
        public int size() {
            return keys.length;
        }

        @Override
        public Iterator<Entry<String, JsonValue>> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < keys.length;
                }

                @Override
                public Entry<String, JsonValue> next() {
                    if (next == keys.length) {
                        throw new NoSuchElementException();
                    }
                    return Map.entry(keys[next], values[next++]);
                }
            };
        }
    }

    /** Collects the members of one object, and after {@link #build} those of another. */
    static final class Builder {
        private String[] keys = new String[SMALL];
        private JsonValue[] values = new JsonValue[SMALL];
        private int size;
        private @Nullable Map<String, JsonValue> byKey;

        /** False, and nothing is changed, when the key is there already. */
        boolean add(String key, JsonValue value) {
            if (byKey != null ? byKey.putIfAbsent(key, value) != null : stands(key)) {
                return false;
            }
            if (size == keys.length) {
                keys = Arrays.copyOf(keys, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            keys[size] = key;
            values[size++] = value;
            if (size > SMALL && byKey == null) {
                byKey = new HashMap<>(4 * SMALL);
                for (int i = 0; i < size; i++) {
                    byKey.put(keys[i], values[i]);
                }
            }
            return true;
        }

        private boolean stands(String key) {
            for (int i = 0; i < size; i++) {
                if (keys[i].equals(key)) {
                    return true;
                }
            }
            return false;
        }

        Members build() {
            Members built = new Members(Arrays.copyOf(keys, size), Arrays.copyOf(values, size), byKey);
            size = 0;
            byKey = null;
            return built;
        }
    }
}
