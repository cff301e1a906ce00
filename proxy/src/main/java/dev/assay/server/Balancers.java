package dev.assay.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The load balancers that stand before the server: they alone are believed when they say who a client is.
 *
 * @param networks where they are; none is believed when it is empty
 * @param says how they say it
 */
public record Balancers(List<Network> networks, Says says) {
    public static final Balancers NONE = new Balancers(List.of(), Says.X_FORWARDED_FOR);

    /** The two ways. */
    public enum Says {
        /** A field of each request; a balancer that sends none speaks for itself. */
        X_FORWARDED_FOR,
        /** A header before everything else on each connection (versions 1 and 2), which must be there. */
        PROXY_PROTOCOL
    }

    public Balancers {
        networks = List.copyOf(networks);
    }

    /** Whether what comes from there is a balancer's. */
    boolean include(InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The client of a request. From the right, each address of X-Forwarded-For was written by the one that stands behind it: the first that is no
     * balancer's is the last one that can be believed.
     *
     * @throws RefusedRequestException when a balancer sends something else than addresses
     */
    InetSocketAddress client(InetSocketAddress remote, Headers headers) throws RefusedRequestException {
        if (networks.isEmpty() || says != Says.X_FORWARDED_FOR || !include(remote.getAddress())) {
            return remote;
        }
        InetAddress client = remote.getAddress();
        String[] hops = String.join(",", headers.all("X-Forwarded-For")).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && include(client); i--) {
            String hop = hops[i].strip();
            if (hop.isEmpty() && hops.length == 1) {
                break;
            }
            Optional<InetAddress> address = Network.address(hop);
            client = address.orElseThrow(() -> new RefusedRequestException(400, "X-Forwarded-For holds no addresses"));
        }
        return new InetSocketAddress(client, 0);
    }
}
