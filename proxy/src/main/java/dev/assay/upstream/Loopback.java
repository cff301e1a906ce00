package dev.assay.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Tells what never leaves this machine. */
public final class Loopback {
    private Loopback() {}

    /**
     * Whether the URL names a file, or a host that is this machine: by a literal address, or the name that always means it. No other name
     * is looked up.
     */
    public static boolean isAt(URI url) {
        String host = url.getHost();
        if (host == null) {
            return "file".equalsIgnoreCase(url.getScheme());
        }
        if (host.equals("localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
