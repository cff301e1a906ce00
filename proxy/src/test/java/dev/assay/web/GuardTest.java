package dev.assay.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.server.BytesBody;
import dev.assay.server.Handler;
import dev.assay.server.Headers;
import dev.assay.server.Network;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask what. */
final class GuardTest {
    private static final Handler ROUTES = new Handler() {
        @Override
        public Reply handle(Request request) {
            return new Response(200, null, Headers.NONE, BytesBody.EMPTY);
        }

        @Override
        public Optional<Response> answerInMemory(Request request) {
            return Optional.of((Response) handle(request));
        }
    };
    private static final String PAGE = "/simple/demo/";
    /** A cheap hash, of {@code abc}. */
    private static final String LINE = "jane.doe:$2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm\n";

    @TempDir
    private Path folder;

    private Path file;
    private Guard guard;

    @BeforeEach
    void account() throws IOException {
        file = Files.writeString(folder.resolve("users"), "# accounts\n\n" + LINE);
        guard = new Guard(ROUTES, List.of(), Optional.of(new Accounts(file)));
    }

    @Test
    void rightSecretByBasicAuthenticationPasses() throws Exception {
        assertThat(ask(PAGE, basic("jane.doe:abc")).status()).isEqualTo(200);
    }

    @Test
    void rightSecretByBearerTokenPasses() throws Exception {
        assertThat(ask(PAGE, "Bearer jane.doe.abc").status()).isEqualTo(200);
    }

    @Test
    void whoShowsNothingIsAskedFor() throws Exception {
        Response answer = ask(PAGE, null);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers().first("WWW-Authenticate")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jane.doe:wrong", "jane.doe:", "john:abc", ":abc", "jane.doe", "JANE.DOE:abc"})
    void wrongCredentialsAreRefused(String credentials) throws Exception {
        assertThat(ask(PAGE, basic(credentials)).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic !", "Digest jane.doe", "Bearer", "Bearer x", "jane.doe:abc"})
    void otherAuthorizationsAreRefused(String authorization) throws Exception {
        assertThat(ask(PAGE, authorization).status()).isEqualTo(401);
    }

    @Test
    void twoAuthorizationsAreNone() throws Exception {
        Headers both =
                Headers.NONE.with("Authorization", basic("jane.doe:abc")).with("Authorization", basic("jane.doe:abc"));
        assertThat(((Response) guard.handle(request(PAGE, both, "192.0.2.1"))).status())
                .isEqualTo(401);
    }

    @Test
    void pageInMemoryIsForWhoIsKnownAlone() throws Exception {
        Headers right = Headers.NONE.with("Authorization", basic("jane.doe:abc"));
        assertThat(guard.answerInMemory(request(PAGE, right, "192.0.2.1"))).isEmpty();
        guard.handle(request(PAGE, right, "192.0.2.1"));
        assertThat(guard.answerInMemory(request(PAGE, right, "192.0.2.1"))).isPresent();
        assertThat(guard.answerInMemory(request(PAGE, Headers.NONE, "192.0.2.1")))
                .isEmpty();
    }

    @Test
    void addressThatGuessesHasToWaitAndNoOther() throws Exception {
        for (int i = 0; i < Guard.GUESSES; i++) {
            assertThat(ask(PAGE, basic("jane.doe:" + i)).status()).isEqualTo(401);
        }
        Response answer = ask(PAGE, basic("jane.doe:abc"));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers().first("Retry-After")).contains("60");
        Headers right = Headers.NONE.with("Authorization", basic("jane.doe:abc"));
        assertThat(((Response) guard.handle(request(PAGE, right, "192.0.2.2"))).status())
                .isEqualTo(200);
    }

    @Test
    void whoWasRightBeforeDoesNotWaitForTheGuessesOfAnother() throws Exception {
        ask(PAGE, basic("jane.doe:abc"));
        for (int i = 0; i < Guard.GUESSES; i++) {
            ask(PAGE, basic("jane.doe:" + i));
        }
        assertThat(ask(PAGE, basic("jane.doe:abc")).status()).isEqualTo(200);
    }

    @Test
    void accountThatIsTakenAwayIsForgottenAtOnce() throws Exception {
        ask(PAGE, basic("jane.doe:abc"));
        Files.writeString(file, "");
        guard.reload();
        assertThat(ask(PAGE, basic("jane.doe:abc")).status()).isEqualTo(401);
    }

    @Test
    void secretThatIsStillBeingCheckedWhenItsAccountIsTakenAwayIsNotRemembered() throws Exception {
        Files.writeString(file, "jane.doe:" + PasswordHash.of("abc".getBytes(UTF_8)) + "\n");
        guard.reload();
        Request right = request(PAGE, Headers.NONE.with("Authorization", basic("jane.doe:abc")), "192.0.2.1");
        Thread slow = new Thread(() -> guard.handle(right));
        slow.start();
        while (slow.isAlive() && !isHashing(slow)) {
            Thread.onSpinWait();
        }
        Files.writeString(file, "");
        guard.reload();
        slow.join();
        assertThat(ask(PAGE, basic("jane.doe:abc")).status()).isEqualTo(401);
    }

    @Test
    void guessesFromOneIpv6NetworkAreCountedTogether() throws Exception {
        for (int i = 0; i < Guard.GUESSES; i++) {
            Headers wrong = Headers.NONE.with("Authorization", basic("jane.doe:" + i));
            guard.handle(request(PAGE, wrong, "2001:db8:1:2::" + i));
        }
        Headers right = Headers.NONE.with("Authorization", basic("jane.doe:abc"));
        assertThat(((Response) guard.handle(request(PAGE, right, "2001:db8:1:2:ffff::1"))).status())
                .isEqualTo(429);
        assertThat(((Response) guard.handle(request(PAGE, right, "2001:db8:1:3::1"))).status())
                .isEqualTo(200);
    }

    @Test
    void fileThatIsBrokenLaterLeavesTheAccountsAsTheyWere() throws Exception {
        Files.writeString(file, "jane.doe:plain text\n");
        assertThatThrownBy(() -> guard.reload()).isInstanceOf(IOException.class);
        assertThat(ask(PAGE, basic("jane.doe:abc")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jane:plain",
                "jane",
                ":$2a$",
                "ja ne:$2a$08$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V."
            })
    void wrongLineIsNamed(String wrong) throws Exception {
        Files.writeString(file, "\n" + wrong + "\n");
        assertThatThrownBy(() -> new Accounts(file)).hasMessageStartingWith(file + ":2: no account");
    }

    @Test
    void secondAccountOfOneNameIsRefused() throws Exception {
        Files.writeString(file, LINE + LINE);
        assertThatThrownBy(() -> new Accounts(file)).hasMessageStartingWith(file + ":2: a second account");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/-/healthz", "/-/readyz"})
    void healthNeedsNoAccount(String path) throws Exception {
        assertThat(ask(path, null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/-/metrics", "/%2D/metrics", "/%2d/metrics"})
    void otherOperationsAreNotHereEvenForWhoHasAnAccount(String path) throws Exception {
        assertThat(ask(path, basic("jane.doe:abc")).status()).isEqualTo(404);
    }

    @Test
    void operationsListenerHasNothingElse() throws Exception {
        Handler operations = Guard.operationsAlone(ROUTES);
        assertThat(((Response) operations.handle(request(PAGE, Headers.NONE, "127.0.0.1"))).status())
                .isEqualTo(404);
        assertThat(((Response) operations.handle(request("/-/metrics", Headers.NONE, "127.0.0.1"))).status())
                .isEqualTo(200);
        assertThat(operations.answerInMemory(request(PAGE, Headers.NONE, "127.0.0.1")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {PAGE, "/-/healthz"})
    void addressOfAnotherNetworkMayAskNothing(String path) throws Exception {
        Guard closed = new Guard(ROUTES, List.of(Network.parse("10.0.0.0/8").orElseThrow()), Optional.empty());
        Request stranger = request(path, Headers.NONE, "192.0.2.1");
        assertThat(((Response) closed.handle(stranger)).status()).isEqualTo(403);
        assertThat(closed.answerInMemory(stranger)).isEmpty();
        assertThat(closed.answerInMemory(request(path, Headers.NONE, "10.1.2.3")))
                .isPresent();
    }

    @Test
    void pipOfAnotherNetworkIsToldSoWhereItAsksForAPage() throws Exception {
        Guard closed = new Guard(ROUTES, List.of(Network.parse("10.0.0.0/8").orElseThrow()), Optional.empty());
        Headers pip = Headers.NONE.with("User-Agent", "pip/26.2 {}");

        Response page = (Response) closed.handle(request(PAGE, pip, "192.0.2.1"));
        Response file = (Response) closed.handle(request("/packages/aa/bb/demo-1.0.tar.gz", pip, "192.0.2.1"));

        assertThat(page.headers().first("Content-Type"))
                .contains("application/problem+json; detail=\"Forbidden: this address may not ask here\"");
        assertThat(page.headers().first("Cache-Control")).contains("no-store");
        assertThat(file.status()).isEqualTo(403);
    }

    private Response ask(String path, @Nullable String authorization) throws Exception {
        Headers headers = authorization == null ? Headers.NONE : Headers.NONE.with("Authorization", authorization);
        return (Response) guard.handle(request(path, headers, "192.0.2.1"));
    }

    private static boolean isHashing(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(PasswordHash.class.getName()));
    }

    private static Request request(String path, Headers headers, String client) throws UnknownHostException {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(client), 4711);
        return new Request("GET", path, "", headers, remote, Instant.EPOCH, "id");
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    }
}
