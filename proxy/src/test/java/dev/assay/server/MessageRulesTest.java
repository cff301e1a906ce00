package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the values of the API refuse to hold. */
final class MessageRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\0", "\u00E4", " a", "a\t"})
    void fieldValueCannotBreakOutOfItsLine(String value) {
        assertThatThrownBy(() -> Headers.NONE.with("X", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\n", "\u00E4"})
    void fieldNameIsAToken(String name) {
        assertThatThrownBy(() -> Headers.NONE.with(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no\r\nX: y", "\u00FCbel"})
    void reasonPhraseCannotBreakOutOfItsLine(String reason) {
        assertThatThrownBy(() -> new Response(403, reason, Headers.NONE, BytesBody.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "Transfer-Encoding", "Connection", "Date", "Server", "X-Request-Id"})
    void handlerCannotWriteTheServersOwnFields(String name) {
        assertThatThrownBy(() -> new Response(200, null, Headers.NONE.with(name, "1"), BytesBody.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 199, 600})
    void statusIsFinal(int status) {
        assertThatThrownBy(() -> new Response(status, null, Headers.NONE, BytesBody.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void optionOutOfBoundsNamesItself() {
        assertThatThrownBy(() -> new ServerOptions.Threads(1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers: 0 (expected: >= 1)");
    }

    @Test
    void deadlineIsMoreThanZero() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new ServerOptions.Deadlines(second, Duration.ZERO, second, second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("idle: ");
    }

    @Test
    void dateIsThatOfTheRfc() {
        assertThat(HttpDate.format(Instant.ofEpochSecond(784_111_777))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
