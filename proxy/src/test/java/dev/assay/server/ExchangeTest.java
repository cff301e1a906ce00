package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.FileParts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ExchangeTest {
    @Test
    void pieceThatComesAfterTheEventLoopHasEndedIsReleased() throws Exception {
        ByteBuf piece = Unpooled.buffer().writeInt(1);
        ended().send(piece, 4, true);
        assertThat(piece.refCnt()).isZero();
    }

    private static Exchange ended() throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        Channel channel = new LocalChannel();
        loops.register(channel).sync();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        Serving serving = Serving.of(
                ServerOptions.DEFAULTS,
                null,
                request -> new Response(200, null, Headers.NONE, BytesBody.EMPTY),
                ended -> {},
                InstantSource.system());
        InetSocketAddress nobody = new InetSocketAddress(0);
        assertThat(serving.workers().close(Duration.ofSeconds(5))).isTrue();
        return new Exchange(serving, new Unwritten(channel), Request.unknown(nobody, Instant.EPOCH, "id"));
    }

    @Test
    void fileThatComesAfterTheEventLoopHasEndedIsClosed() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        try (FileChannel channel = FileChannel.open(Path.of("/dev/null"))) {
            ended().send(new FileParts(channel, 1, from -> new FileParts.Part(0, 1), closed::incrementAndGet));
        }
        assertThat(closed).hasValue(1);
    }

    /** A connection over which nothing is ever written. */
    private record Unwritten(Channel channel) implements Carrier {
        @Override
        public String protocol() {
            return "none";
        }

        @Override
        public int pieceBytes() {
            return 1;
        }

        @Override
        public boolean sendsFiles() {
            return false;
        }

        @Override
        public void head(Response response, long length, String id) {
            throw new IllegalStateException("written");
        }

        @Override
        public void piece(Object piece, boolean last, ChannelPromise promise) {
            throw new IllegalStateException("written");
        }

        @Override
        public void whole(Response response, long length, ByteBuffer body, String id, ChannelPromise promise) {
            throw new IllegalStateException("written");
        }

        @Override
        public void awaitsClient() {}

        @Override
        public void awaitsHandler() {}

        @Override
        public void finished() {}

        @Override
        public void cut() {}
    }
}
