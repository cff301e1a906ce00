package dev.assay.encoding;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random trees that exercise what is easy to get wrong: odd characters, big numbers, many and few members. */
final class RandomJson {
    private static final int[] CHARACTERS = {
        0, '\t', '\n', 0x1f, ' ', '"', '\\', '/', 'a', 'b', 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x2028, 0xd7ff, 0xe000,
        0xfffd, 0xffff, 0x10000, 0x1f600, 0x10ffff
    };
    private static final int MAX_DEPTH = 5;

    private RandomJson() {}

    static JsonObject object(Random random) {
        return object(random, 0);
    }

    static Set<String> keys(Random random, int atMost) {
        Set<String> keys = new LinkedHashSet<>();
        for (int i = random.nextInt(atMost + 1); i > 0; i--) {
            keys.add(text(random));
        }
        return keys;
    }

    /** The same members in another order, at every level. */
    static JsonValue shuffled(JsonValue value, Random random) {
        if (value instanceof JsonArray array) {
            return new JsonArray(array.elements().stream()
                    .map(element -> shuffled(element, random))
                    .toList());
        }
        if (value instanceof JsonObject object) {
            List<String> keys = new ArrayList<>(object.members().keySet());
            Collections.shuffle(keys, random);
            Map<String, JsonValue> members = new LinkedHashMap<>();
            keys.forEach(key -> members.put(key, shuffled(object.get(key).orElseThrow(), random)));
            return new JsonObject(members);
        }
        return value;
    }

    private static JsonObject object(Random random, int depth) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        keys(random, 12).forEach(key -> members.put(key, value(random, depth + 1)));
        return new JsonObject(members);
    }

    private static JsonValue value(Random random, int depth) {
        return switch (random.nextInt(depth < MAX_DEPTH ? 7 : 5)) {
            case 0 -> new JsonString(text(random));
            case 1 -> new JsonInteger(new BigInteger(random.nextInt(200), random).subtract(BigInteger.TEN.pow(20)));
            case 2 -> JsonInteger.of(random.nextInt(100));
            case 3 -> new JsonBoolean(random.nextBoolean());
            case 4 -> JsonNull.INSTANCE;
            case 5 -> object(random, depth);
            default -> array(random, depth);
        };
    }

    private static JsonArray array(Random random, int depth) {
        List<JsonValue> elements = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            elements.add(value(random, depth + 1));
        }
        return new JsonArray(elements);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return text.toString();
    }
}
