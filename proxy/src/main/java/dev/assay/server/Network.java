package dev.assay.server;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Addresses that begin alike, such as {@code 10.0.0.0/8} or {@code ::1}, which is a network of one.
 *
 * @param address its first one; every bit behind the prefix is zero
 * @param prefix how many bits they share
 */
public record Network(InetAddress address, int prefix) {
    private static final int IPV6_CLIENT_BYTES = 8;

    public Network {
        byte[] bytes = address.getAddress();
        if (prefix < 0
                || prefix > 8 * bytes.length
                || !agree(bytes, new byte[bytes.length], prefix, 8 * bytes.length)) {
            throw new IllegalArgumentException("network: " + address.getHostAddress() + "/" + prefix
                    + " (expected: no bit set behind the prefix)");
        }
    }

    /** Parses a literal; asks no name server. Empty for what is none. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        String prefix = slash < 0 ? "" + 8 * address.get().getAddress().length : text.substring(slash + 1);
        try {
            return prefix.matches("[0-9]{1,3}")
                    ? Optional.of(new Network(address.get(), Integer.parseInt(prefix)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** An IPv4 or IPv6 literal as an address. */
    static Optional<InetAddress> address(String literal) {
        byte[] bytes = literal.indexOf('%') < 0 ? NetUtil.createByteArrayFromIpAddressString(literal) : null;
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** What limits count by: an IPv4 address, or an IPv6 /64, which is the least that one client holds. */
    public static ByteBuffer ofOneClient(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_CLIENT_BYTES) : bytes);
    }

    /** Whether the address is one of them. */
    public boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        byte[] own = address.getAddress();
        return bytes.length == own.length && agree(bytes, own, 0, prefix);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }

    private static boolean agree(byte[] one, byte[] other, int from, int to) {
        for (int bit = from; bit < to; bit++) {
            if (((one[bit / 8] ^ other[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }
}
