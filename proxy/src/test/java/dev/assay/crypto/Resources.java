package dev.assay.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Files made by other implementations; each folder's README says how, or its name says whose. */
final class Resources {
    private Resources() {}

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = url(name).openStream()) {
            return in.readAllBytes();
        }
    }

    static String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.US_ASCII);
    }

    static Path path(String name) throws URISyntaxException {
        return Path.of(url(name).toURI());
    }

    /** A key of 2048 bits; making one takes seconds. */
    static SigningKey rsaKey() {
        try {
            return KeyFile.read(path("openssl/rsa.encrypted.pem"), "ключ-clé".toCharArray());
        } catch (IOException | URISyntaxException | KeyException e) {
            throw new AssertionError("the test's own key can't be read", e);
        }
    }

    private static URL url(String name) {
        return Objects.requireNonNull(Resources.class.getResource(name), name);
    }
}
