package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that sends and sees frames of HTTP/2 (RFC 9113), right or wrong. Every read has a deadline. */
final class Http2Client implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int DEADLINE_MILLIS = 10_000;

    private final SSLSocket socket;
    private final DataInputStream in;

    /** One frame. */
    record Frame(int type, int flags, int stream, ByteBuffer payload) {
        boolean is(int wantedType, int wantedStream) {
            return type == wantedType && stream == wantedStream;
        }

        /** The error code of RST_STREAM or GOAWAY. */
        int error() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }
    }

    Http2Client(TestTls tls, int port) throws IOException, GeneralSecurityException {
        socket = (SSLSocket) tls.client().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(DEADLINE_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    }

    /** With settings as they are by default. */
    static Http2Client connect(TestTls tls, int port) throws IOException, GeneralSecurityException {
        return new Http2Client(tls, port).send(SETTINGS, 0, 0);
    }

    Http2Client send(int type, int flags, int stream, int... payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b : payload) {
            bytes.write(b);
        }
        return sendBytes(type, flags, stream, bytes.toByteArray());
    }

    Http2Client sendBytes(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.write(stream >> 24);
        frame.write(stream >> 16);
        frame.write(stream >> 8);
        frame.write(stream);
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
        return this;
    }

    Http2Client get(int stream, String path) throws IOException {
        return sendBytes(
                HEADERS,
                END_STREAM | END_HEADERS,
                stream,
                fields(":method", "GET", ":scheme", "https", ":path", path, ":authority", "a"));
    }

    /** Header fields by the plainest of HPACK's forms: literal, not indexed, not compressed. */
    static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            literal(block, namesAndValues[i]);
            literal(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(US_ASCII));
    }

    Frame frame() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
    }

    /** The next frame of the kind; those before it are skipped. */
    Frame await(Predicate<Frame> wanted) throws IOException {
        Frame next = frame();
        while (!wanted.test(next)) {
            next = frame();
        }
        return next;
    }

    /** The status on a stream, as the server writes it: indexed (RFC 7541, appendix A) or spelled out. */
    int status(int stream) throws IOException {
        byte[] block = await(frame -> frame.is(HEADERS, stream)).payload().array();
        List<Integer> indexed = List.of(200, 204, 206, 304, 400, 404, 500);
        int first = block[0] & 255;
        if (first >= 0x88 && first <= 0x8E) {
            return indexed.get(first - 0x88);
        }
        int length = block[1] & 127;
        boolean huffman = (block[1] & 128) != 0;
        return huffman ? digits(block, length) : Integer.parseInt(new String(block, 2, length, US_ASCII));
    }

    /** Digits in HPACK's Huffman code: 0 to 2 have five bits, the others six (RFC 7541, appendix B). */
    private static int digits(byte[] block, int length) {
        StringBuilder bits = new StringBuilder();
        for (int i = 2; i < 2 + length; i++) {
            bits.append(Integer.toBinaryString((block[i] & 255) | 256).substring(1));
        }
        int value = 0;
        int at = 0;
        for (int digit = 0; digit < 3; digit++) {
            int five = Integer.parseInt(bits.substring(at, at + 5), 2);
            boolean isShort = five <= 2;
            value = 10 * value + (isShort ? five : Integer.parseInt(bits.substring(at, at + 6), 2) - 0x19 + 3);
            at += isShort ? 5 : 6;
        }
        return value;
    }

    /** The body of a stream, up to its end; asks for more as it comes. */
    byte[] body(int stream) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (boolean ended = false; !ended; ) {
            Frame data = await(frame -> frame.is(DATA, stream) || frame.is(RST_STREAM, stream));
            if (data.type() == RST_STREAM) {
                throw new EOFException("reset after " + body.size() + " bytes, error " + data.error());
            }
            body.writeBytes(data.payload().array());
            ended = (data.flags() & END_STREAM) != 0;
            int size = data.payload().remaining();
            if (size > 0) {
                send(WINDOW_UPDATE, 0, 0, 0, size >> 16, size >> 8, size);
                if (!ended) {
                    send(WINDOW_UPDATE, 0, stream, 0, size >> 16, size >> 8, size);
                }
            }
        }
        return body.toByteArray();
    }

    /** The frames before the connection is closed, in whatever way. */
    List<Frame> rest() throws IOException {
        List<Frame> rest = new ArrayList<>();
        try {
            while (true) {
                rest.add(frame());
            }
        } catch (EOFException | SocketException closed) {
            return rest;
        }
    }

    /** The error that the server closes the connection with; empty when it just closes. */
    Optional<Integer> farewell() throws IOException {
        return rest().stream()
                .filter(frame -> frame.type() == GOAWAY)
                .map(Frame::error)
                .reduce((first, second) -> second);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
