package dev.assay.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the header of the PROXY protocol, which a balancer sends before everything else, and says who the client is. A connection
 * without a header that names an address is closed: who asks would be a guess.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

    private final Connection connection;
    private final Consumer<InetSocketAddress> client;

    private ProxyHeader(Connection connection, Consumer<InetSocketAddress> client) {
        this.connection = connection;
        this.client = client;
    }

    /** @param client takes the address, and puts what comes next into the pipeline */
    static void await(Connection connection, Consumer<InetSocketAddress> client) {
        connection
                .channel()
                .pipeline()
                .addLast(new HAProxyMessageDecoder(true))
                .addLast(new ProxyHeader(connection, client));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HAProxyMessage header)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            // A balancer's own question after our health has no other address than its own.
            Optional<InetAddress> source = header.command() == HAProxyCommand.LOCAL || header.sourceAddress() == null
                    ? Optional.empty()
                    : Network.address(header.sourceAddress());
            if (header.command() == HAProxyCommand.LOCAL) {
                client.accept(connection.remote());
            } else if (source.isPresent()) {
                client.accept(new InetSocketAddress(source.get(), header.sourcePort()));
            } else {
                refuse("no address");
            }
        } finally {
            header.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refuse(cause.toString());
    }

    private void refuse(String why) {
        LOG.debug("no PROXY header balancer={} why={}", connection.remote(), why);
        connection.close();
    }
}
