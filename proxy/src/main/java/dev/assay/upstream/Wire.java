package dev.assay.upstream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A socket of which as much is read at a time as there is: the library above asks for 8 KiB at most, which for a large file is a call of the
 * system for each.
 */
final class Wire extends Socket {
    private static final int BUFFER = 64 << 10;

    private @Nullable Arrived arrived;

    /** What has come and was not asked for yet. */
    private static final class Arrived extends BufferedInputStream {
        Arrived(InputStream in) {
            super(in, BUFFER);
        }

        /** By the thread that reads. */
        int bytes() {
            return count - pos;
        }
    }

    /** Makes these, and none that is connected already. */
    static SocketFactory factory() {
        return new SocketFactory() {
            @Override
            public Socket createSocket() {
                return new Wire();
            }

            @Override
            public Socket createSocket(String host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(InetAddress host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        if (arrived == null) {
            arrived = new Arrived(super.getInputStream());
        }
        return arrived;
    }

    /** Bytes that can be read without waiting for the network; asked by the thread that reads. */
    synchronized int atHand() {
        return arrived == null ? 0 : arrived.bytes();
    }
}
