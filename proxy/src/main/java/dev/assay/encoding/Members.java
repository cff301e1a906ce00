package dev.assay.encoding;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object: an immutable map in the order of insertion. Metadata holds very many very small objects, so
 * up to {@link #SMALL} members stand in two arrays that are searched from the front; more go into a
 * {@link LinkedHashMap}, whose buckets turn into trees when a hostile document makes hashes collide.
 */
final class Members extends AbstractMap<String, JsonValue> {
    private static final int SMALL = 8;

    private final String[] keys;
    private final JsonValue[] values;
    private final @Nullable Map<String, JsonValue> large;

    private Members(String[] keys, JsonValue[] values, @Nullable Map<String, JsonValue> large) {
        this.keys = keys;
        this.values = values;
        this.large = large;
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
        if (large != null) {
            return large.get(key);
        }
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].equals(key)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return large != null ? large.size() : keys.length;
    }

    @Override
    public Set<Entry<String, JsonValue>> entrySet() {
        return large != null ? large.entrySet() : new SmallEntries();
    }

    private final class SmallEntries extends AbstractSet<Entry<String, JsonValue>> {
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

    /** Collects the members of one object; used once. */
    static final class Builder {
        private final String[] keys = new String[SMALL];
        private final JsonValue[] values = new JsonValue[SMALL];
        private int size;
        private @Nullable Map<String, JsonValue> large;

        /** False, and nothing is changed, when the key is there already. */
        boolean add(String key, JsonValue value) {
            if (large != null) {
                return large.putIfAbsent(key, value) == null;
            }
            for (int i = 0; i < size; i++) {
                if (keys[i].equals(key)) {
                    return false;
                }
            }
            if (size == SMALL) {
                large = new LinkedHashMap<>(4 * SMALL);
                for (int i = 0; i < size; i++) {
                    large.put(keys[i], values[i]);
                }
                large.put(key, value);
            } else {
                keys[size] = key;
                values[size++] = value;
            }
            return true;
        }

        Members build() {
            return large != null
                    ? new Members(new String[0], new JsonValue[0], Collections.unmodifiableMap(large))
                    : new Members(Arrays.copyOf(keys, size), Arrays.copyOf(values, size), null);
        }
    }
}
