package dev.assay.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection, whatever is spoken on it: counted, with one deadline at a time, and closed in the end. It is the first
 * handler in the pipeline; once the connection is admitted it puts those of TLS and of the protocol behind itself. Everything here runs on the
 * connection's event loop, but for {@link #drain} and {@link #close}.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Serving serving;
    private final SocketChannel channel;
    private final InetSocketAddress remote;
    private final boolean fromBalancer;
    private final Optional<ByteBuffer> share;
    private final Watch watch;
    private InetSocketAddress client;
    private Runnable whenDrained = this::close;
    private @Nullable ChannelHandlerContext context;

    private Connection(Serving serving, SocketChannel channel) {
        this.serving = serving;
        this.channel = channel;
        this.remote = channel.remoteAddress();
        this.client = remote;
        this.fromBalancer = serving.options().balancers().include(remote.getAddress());
        this.share = fromBalancer ? Optional.empty() : Optional.of(Network.ofOneClient(remote.getAddress()));
        this.watch = new Watch(channel.eventLoop());
    }

    /** Puts a new connection into the channel's pipeline. */
    static void accept(Serving serving, SocketChannel channel) {
        channel.pipeline().addLast(new Connection(serving, channel));
    }

    Serving serving() {
        return serving;
    }

    SocketChannel channel() {
        return channel;
    }

    /** The other end. */
    InetSocketAddress remote() {
        return remote;
    }

    /** Who asks, as far as it is known before a request is. */
    InetSocketAddress client() {
        return client;
    }

    /** The deadline of whatever the connection waits for. */
    Watch watch() {
        return watch;
    }

    /** What was asked for on it, by fields that were checked. */
    Request request(String method, String target, Headers headers) throws RefusedRequestException {
        int mark = target.indexOf('?');
        return new Request(
                method,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                headers,
                serving.options().balancers().client(client, headers),
                serving.clock().instant(),
                serving.ids().next());
    }

    /** What stands for a request that was refused. */
    Request refused(Refusal refusal) {
        String id = serving.ids().next();
        LOG.debug("request refused id={} remote={} status={} why={}", id, client, refusal.status(), refusal.why());
        return Request.unknown(client, serving.clock().instant(), id);
    }

    /** What a protocol does when the server closes, instead of closing at once. */
    void whenDrained(Runnable action) {
        whenDrained = action;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** The deadline of a head holds for the handshake of TLS too, and then anew for the first head. */
    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (!serving.connections().admit(this, share)) {
            LOG.debug("connection refused remote={}", remote);
            close();
            return;
        }
        watch.arm(serving.options().deadlines().head(), this::close);
        if (fromBalancer && serving.options().balancers().says() == Balancers.Says.PROXY_PROTOCOL) {
            ProxyHeader.await(this, this::speak);
        } else {
            speak(remote);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        inactive.fireChannelInactive();
        // At last: the ends of streams arm it.
        watch.stop();
        serving.connections().leave(this, share);
    }

    private void speak(InetSocketAddress known) {
        client = known;
        Tls tls = serving.tls();
        if (tls == null) {
            Http1.speak(this);
        } else {
            tls.speak(this);
        }
    }

    /** The server closes: at once when nothing runs, else what runs is the last. From any thread. */
    void drain() {
        channel.eventLoop().execute(() -> whenDrained.run());
    }

    /** Closes in the middle of whatever goes on, with no word to the client: what was not sent never is. From any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive follows
    void close() {
        ChannelHandlerContext own = context;
        if (own != null) {
            // From here on, and not from the pipeline's end: neither TLS nor HTTP/2 gets to wait for the client.
            own.close();
        }
    }
}
