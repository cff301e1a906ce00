package dev.assay.author;

import dev.assay.crypto.SignatureScheme;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What metadata can't say of how a repository is to be signed: a small file beside the keys, which a person may edit.
 *
 * @param scheme of keys made from now on
 */
record Settings(SignatureScheme scheme, Duration offlineExpiry, Duration onlineExpiry) {
    private static final long FORMAT = 1;

    static Settings of(RepositoryOptions options) {
        return new Settings(options.scheme(), options.offlineExpiry(), options.onlineExpiry());
    }

    static Settings read(Path file) throws IOException, RepositoryException {
        try {
            JsonObject json = JsonReader.parseObject(Files.readAllBytes(file), JsonReader.Numbers.INTEGERS_ONLY);
            if (json.integer("format") != FORMAT) {
                throw new JsonException("format: " + json.integer("format") + " (expected: " + FORMAT
                        + "; a newer one needs a newer version of this program)");
            }
            return new Settings(
                    scheme(json.string("scheme")),
                    life(json, "offline_expiry_seconds"),
                    life(json, "online_expiry_seconds"));
        } catch (JsonException e) {
            throw new RepositoryException(file + ": " + e.getMessage(), e);
        }
    }

    private static SignatureScheme scheme(String label) throws JsonException {
        return Arrays.stream(SignatureScheme.values())
                .filter(scheme -> scheme.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new JsonException("scheme: " + Text.quote(label) + " is not known"));
    }

    private static Duration life(JsonObject json, String key) throws JsonException {
        long seconds = json.integer(key);
        if (seconds < 60 || seconds > Duration.ofDays(36_500).toSeconds()) {
            throw new JsonException(key + ": " + seconds + " (expected: 60 seconds to 100 years)");
        }
        return Duration.ofSeconds(seconds);
    }

    byte[] write() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("format", JsonInteger.of(FORMAT));
        members.put("scheme", new JsonString(scheme.label()));
        members.put("offline_expiry_seconds", JsonInteger.of(offlineExpiry.toSeconds()));
        members.put("online_expiry_seconds", JsonInteger.of(onlineExpiry.toSeconds()));
        return JsonWriter.writePretty(new JsonObject(members));
    }
}
