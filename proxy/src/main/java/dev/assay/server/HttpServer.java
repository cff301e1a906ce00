package dev.assay.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server of HTTP/1.1 and, over TLS, of HTTP/2. Started by {@link #start}; closing it drains it first. Thread-safe. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    /** EADDRINUSE of Linux, as the native transport has it; the JDK's own transport throws a BindException. */
    private static final int ADDRESS_IN_USE = -98;
    /** For what runs on after every connection is closed: handlers on the disk, bodies that are being closed. */
    private static final Duration LAST_WORK = Duration.ofSeconds(5);

    private final Serving serving;
    private final EventLoopGroup loops;
    private final Channel listening;
    private final @Nullable FileWatch certificates;

    private HttpServer(Serving serving, EventLoopGroup loops, Channel listening) {
        this.serving = serving;
        this.loops = loops;
        this.listening = listening;
        Tls tls = serving.tls();
        this.certificates = tls == null ? null : new FileWatch(tls.files(), tls::load);
    }

    /**
     * Listens, and answers from then on.
     *
     * @param clock for {@link Request#received} and the Date field
     * @throws IOException when the address can't be listened on, or the certificate can't be used; the message says which and why
     */
    public static HttpServer start(
            ServerOptions options, Handler handler, ExchangeListener listener, InstantSource clock) throws IOException {
        Tls tls = options.tls().isPresent() ? new Tls(options.tls().get()) : null;
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                options.threads().eventLoops(),
                new DefaultThreadFactory("http", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Serving serving = Serving.of(options, tls, handler, listener, clock);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Connection.accept(serving, channel);
                    }
                })
                .bind(options.host(), options.port())
                .awaitUninterruptibly();
        HttpServer server = new HttpServer(serving, loops, bound.channel());
        Throwable failure = bound.cause();
        if (failure != null) {
            server.close();
            throw notListening(options, failure);
        }
        LOG.info("listening address={} transport={}", server.address(), epoll ? "epoll" : "nio");
        return server;
    }

    /** Where it listens: the port is the real one when any was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    public int port() {
        return address().getPort();
    }

    /** Whether it speaks TLS, and nothing else. */
    public boolean isSecure() {
        return serving.tls() != null;
    }

    /**
     * Stops accepting, lets the running exchanges finish within the limit, cuts the others, and ends all threads. Further calls do
     * nothing.
     *
     * @return whether every exchange finished
     */
    public boolean drain(Duration limit) throws InterruptedException {
        if (certificates != null) {
            certificates.close();
        }
        try {
            listening.close().await();
            for (Connection connection : serving.connections().drain()) {
                connection.drain();
            }
            boolean finished = serving.connections().awaitNone(limit);
            if (!finished) {
                serving.connections().drain().forEach(Connection::close);
                serving.connections().awaitNone(LAST_WORK);
            }
            if (!serving.workers().close(LAST_WORK)) {
                LOG.warn("handlers still run after the drain limit={} more={}", limit, LAST_WORK);
            }
            return finished;
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /** Reads certificate and key anew if they have changed: what else happens every few seconds. */
    void lookAtCertificates() {
        if (certificates != null) {
            certificates.look();
        }
    }

    /** Drains within the limit of the options. */
    @Override
    public void close() {
        try {
            drain(serving.options().deadlines().drain());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static IOException notListening(ServerOptions options, Throwable cause) {
        String where = "listen: " + options.host() + ":" + options.port();
        boolean inUse = cause instanceof BindException
                || (cause instanceof NativeIoException failed && failed.expectedErr() == ADDRESS_IN_USE);
        return new IOException(
                inUse
                        ? where + " is in use (stop what listens there, or choose another address)"
                        : where + ": " + cause.getMessage(),
                cause);
    }
}
