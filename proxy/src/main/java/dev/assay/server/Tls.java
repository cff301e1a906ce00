package dev.assay.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 in front of HTTP/2 and HTTP/1.1, whichever the client prefers by ALPN. OpenSSL does it where its native library
 * loads, else the JDK. {@link #load} may be called again at any time: what new connections are offered changes with it, whole or not at all.
 */
final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsOptions options;
    private volatile SslContext context;

    /** @throws IOException when the files can't be used; the message says which and why */
    Tls(TlsOptions options) throws IOException {
        this.options = options;
        this.context = context(options);
        LOG.info(
                "tls by={} certificate={} client-certificates={}",
                OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version(),
                options.certificate(),
                options.clientCa().isPresent() ? "required" : "not asked for");
    }

    /** Reads the files anew; when they can't be used, what was read before stays. */
    void load() throws IOException {
        context = context(options);
        LOG.info("tls certificate loaded anew file={}", options.certificate());
    }

    /** What it was made of. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(options.certificate(), options.key()));
        options.clientCa().ifPresent(files::add);
        return files;
    }

    /** Puts TLS into the connection's pipeline, and what the client chooses behind it. */
    void speak(Connection connection) {
        SslHandler tls = context.newHandler(connection.channel().alloc());
        // The connection's deadline holds for the handshake.
        tls.setHandshakeTimeoutMillis(0);
        connection.channel().pipeline().addLast(tls).addLast(new Negotiation(connection));
    }

    private static SslContext context(TlsOptions options) throws IOException {
        TlsFiles.Pair pair = TlsFiles.pair(options.certificate(), options.key());
        Optional<List<X509Certificate>> clientCa = options.clientCa().isPresent()
                ? Optional.of(TlsFiles.certificates(options.clientCa().get()))
                : Optional.empty();
        SslContextBuilder builder = SslContextBuilder.forServer(
                        pair.key(), pair.chain().toArray(X509Certificate[]::new))
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1));
        clientCa.ifPresent(
                ca -> builder.trustManager(ca.toArray(X509Certificate[]::new)).clientAuth(ClientAuth.REQUIRE));
        return builder.build();
    }

    /** Goes on with what ALPN chose; a client that does not know it gets HTTP/1.1. */
    private static final class Negotiation extends ApplicationProtocolNegotiationHandler {
        private final Connection connection;

        Negotiation(Connection connection) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.connection = connection;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                Http2.speak(connection);
            } else {
                Http1.speak(connection);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            exceptionCaught(context, cause);
        }

        /** A scanner, or a client that does not trust the certificate: nothing that an operator must know of. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("tls failed remote={} why={}", connection.remote(), cause.toString());
            connection.close();
        }
    }
}
