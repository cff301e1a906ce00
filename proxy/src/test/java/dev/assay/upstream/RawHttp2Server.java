package dev.assay.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.assay.server.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Answers one request over HTTP/2 with a body of another length than it announces, which a well-made server can't (RFC 9113, 8.1.1). */
final class RawHttp2Server implements AutoCloseable {
    private static final int PREFACE = 24;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final SSLServerSocket listener;
    private final int announced;
    private final int sent;

    RawHttp2Server(TestTls tls, int announced, int sent) throws Exception {
        this.announced = announced;
        this.sent = sent;
        listener = (SSLServerSocket)
                tls.server().getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        listener.setSSLParameters(parameters);
        Thread thread = new Thread(this::serve, "raw-http2");
        thread.setDaemon(true);
        thread.start();
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    private void serve() {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            in.skipNBytes(PREFACE);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            int stream = 0;
            for (int type = -1; type != HEADERS; ) {
                int length = (in.readUnsignedByte() << 16) + in.readUnsignedShort();
                type = in.readUnsignedByte();
                in.skipNBytes(1);
                stream = in.readInt();
                in.skipNBytes(length);
            }
            frame(out, SETTINGS, 1, 0, new byte[0]);
            frame(out, HEADERS, END_HEADERS, stream, head());
            frame(out, DATA, END_STREAM, stream, new byte[sent]);
            var unused = in.readAllBytes();
        } catch (IOException e) {
            return; // the client has gone, or the test is over
        }
    }

    /** {@code :status: 200}, indexed, and {@code content-length}, literal (RFC 7541, 6.1 and 6.2.2). */
    private byte[] head() throws IOException {
        byte[] length = Integer.toString(announced).getBytes(US_ASCII);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(new byte[] {(byte) 0x88, 0x0f, 0x0d, (byte) length.length});
        head.write(length);
        return head.toByteArray();
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
