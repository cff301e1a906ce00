package dev.assay.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** What proves to an upstream, or to a proxy on the way, that we may ask. Never shown: not in messages, not in logs. */
public final class Credentials {
    private final String header;

    private Credentials(String header) {
        this.header = header;
    }

    /**
     * Reads a file of one line: {@code user:password} (RFC 7617), or a token, which holds no colon (RFC 6750).
     *
     * @throws IOException when it can't be read or holds something else; the message names the file and no content
     */
    public static Credentials in(Path file) throws IOException {
        String line = Files.readString(file).strip();
        if (!line.matches("[ -~]{1,8192}")) {
            throw new IOException(file + " (expected: one line of printable ASCII: user:password, or a token)");
        }
        if (line.indexOf(':') >= 0) {
            return basic(line);
        }
        if (line.indexOf(' ') >= 0) {
            throw new IOException(file + ": a token with a space (expected: user:password, or a token alone)");
        }
        return new Credentials("Bearer " + line);
    }

    /** {@code user:password} as it is. */
    static Credentials basic(String userAndPassword) {
        byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
        return new Credentials("Basic " + Base64.getEncoder().encodeToString(bytes));
    }

    /** The value of {@code Authorization} or {@code Proxy-Authorization}. */
    String header() {
        return header;
    }

    @Override
    public String toString() {
        return "(credentials)";
    }
}
