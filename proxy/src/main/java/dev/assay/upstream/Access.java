package dev.assay.upstream;

import java.util.Optional;

/**
 * How one place is spoken to: what it alone is sent, who may vouch for it, how it is reached, and how much is asked of it at once.
 * A redirect that leads elsewhere takes none of the headers, credentials and certificate along.
 *
 * @param transfers at most so many at once; 0 for no limit of its own
 * @param bytesPerSecond of all its transfers together; 0 for no limit
 */
public record Access(
        ExtraHeaders headers,
        Optional<Credentials> credentials,
        Optional<ClientCertificate> certificate,
        Authorities authorities,
        Optional<HttpProxy> proxy,
        int transfers,
        long bytesPerSecond) {
    /** Nothing special, and the authorities of this machine. */
    public static final Access PLAIN = new Access(
            ExtraHeaders.NONE, Optional.empty(), Optional.empty(), Authorities.ofThisMachine(), Optional.empty(), 0, 0);

    public Access {
        if (transfers < 0) {
            throw new IllegalArgumentException("transfers: " + transfers + " (expected: >= 0)");
        }
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + " (expected: >= 0)");
        }
    }

    /** The same with others who may vouch for its certificate. */
    public Access with(Authorities others) {
        return new Access(headers, credentials, certificate, others, proxy, transfers, bytesPerSecond);
    }
}
