package dev.assay.app;

import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import dev.assay.upstream.ClientCertificate;
import dev.assay.upstream.Credentials;
import dev.assay.upstream.ExtraHeaders;
import dev.assay.upstream.HttpProxy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys that say how one place is spoken to; the repository and each mirror have them under their own heading. */
record AccessKeys(
        Key<Path> credentials, Key<Path> headers, Key<Path> clientCertificate, Key<Path> ca, Key<String> proxy) {

    static AccessKeys under(String section) {
        return new AccessKeys(
                Key.optional(
                        section + ".credentials-file",
                        ValueType.PATH,
                        "One line, user:password or a token; sent to its own hosts alone."),
                Key.optional(
                        section + ".headers-file",
                        ValueType.PATH,
                        "Lines of Name: value, User-Agent among them; sent to its own hosts alone."),
                Key.optional(
                        section + ".client-certificate",
                        ValueType.PATH,
                        "PEM file with our key (PKCS #8, not encrypted) and its certificates."),
                Key.optional(
                        section + ".ca",
                        ValueType.PATH,
                        "PEM file of who may vouch for its certificate. When not set: whom Java trusts."),
                Key.optional(
                        section + ".proxy",
                        ValueType.PROXY,
                        "As upstream.proxy, for this place alone. When not set: that one."));
    }

    List<Key<?>> keys() {
        return List.of(credentials, headers, clientCertificate, ca, proxy);
    }

    /**
     * Reads the files that are named; throws {@link IllegalArgumentException} with the key when one can't be used.
     *
     * @param transfers 0 for no limit, and {@code bytesPerSecond} likewise
     */
    Access access(Settings settings, Optional<HttpProxy> through, int transfers, long bytesPerSecond) {
        return new Access(
                read(settings, headers, ExtraHeaders::in).orElse(ExtraHeaders.NONE),
                read(settings, credentials, Credentials::in),
                read(settings, clientCertificate, ClientCertificate::in),
                read(settings, ca, Authorities::in).orElse(Access.PLAIN.authorities()),
                through,
                transfers,
                bytesPerSecond);
    }

    /** What makes a value of a file. */
    interface Reader<T> {
        T read(Path file) throws IOException;
    }

    static <T> Optional<T> read(Settings settings, Key<Path> key, Reader<T> reader) {
        Optional<Path> file = settings.find(key);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(file.get()));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(key.path() + ": no such file: " + file.get(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(key.path() + ": " + e.getMessage(), e);
        }
    }
}
