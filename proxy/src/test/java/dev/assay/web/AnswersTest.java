package dev.assay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.gate.Outcome;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.Headers;
import dev.assay.server.Parked;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one place where an outcome becomes a status code. */
final class AnswersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Outcome.Reason.class,
            names = {"UPSTREAM", "TIMEOUT", "LOCAL"},
            mode = EnumSource.Mode.EXCLUDE)
    void aVerdictIsNeverAServerError(Outcome.Reason reason) {
        assertThat(answer(reason, "why", Answers.Asked.FILE, "uv/0.12").status())
                .isBetween(400, 499);
        assertThat(answer(reason, "why", Answers.Asked.PAGE, "uv/0.12").status())
                .isBetween(400, 499);
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.Reason.class,
            names = {
                "NOT_SIGNED",
                "NO_SUPPORTED_HASH",
                "QUARANTINED",
                "WRONG_BYTES",
                "MALFORMED_PAGE",
                "UNVERIFIED",
                "UNCONFIRMED"
            })
    void ofAPageInstallersAreNotToldWhatTheyTakeForNotFound(Outcome.Reason reason) {
        assertThat(answer(reason, "why", Answers.Asked.PAGE, "uv/0.12").status())
                .isNotIn(401, 403, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "ends with a space ", "line\r\nbreak", "\u00fcml\u00e4ut \u001b[31m", "\"quoted\\\""})
    void whateverTheDetailIsTheHeadIsWellFormed(String detail) {
        Response file = answer(Outcome.Reason.WRONG_BYTES, detail, Answers.Asked.FILE, "pip/26.2");
        Response page = answer(Outcome.Reason.MALFORMED_PAGE, detail, Answers.Asked.PAGE, "pip/26.2");

        assertThat(file.reason()).matches("[ -~]+").doesNotEndWith(" ");
        assertThat(page.headers().first("Content-Type").orElse(""))
                .matches("application/problem\\+json; detail=\"[^\"\\\\]+\"");
    }

    @Test
    void aLongDetailIsCutInTheReasonPhrase() {
        Response response = answer(Outcome.Reason.WRONG_BYTES, "x".repeat(5000), Answers.Asked.FILE, "pip/26.2");

        assertThat(response.reason()).hasSizeLessThanOrEqualTo(160).endsWith("...");
    }

    @Test
    void whatMayHelpLaterSaysWhen() {
        Outcome<Object> busy = Outcome.unavailable(Outcome.Reason.LOCAL, "busy", Duration.ofSeconds(2));

        Response response = (Response) answers().without(busy, Answers.Asked.FILE, request("pip/26.2"));

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers().first("Retry-After")).hasValue("2");
    }

    @Test
    void onlyPipIsToldByAContentTypeThatItDoesNotKnow() {
        assertThat(answer(Outcome.Reason.UNVERIFIED, "why", Answers.Asked.PAGE, "pip/26.2")
                        .status())
                .isEqualTo(200);
        assertThat(answer(Outcome.Reason.UNVERIFIED, "why", Answers.Asked.PAGE, "pipx/1.0")
                        .status())
                .isEqualTo(424);
        assertThat(answer(Outcome.Reason.UNVERIFIED, "why", Answers.Asked.FILE, "pip/26.2")
                        .status())
                .isEqualTo(424);
    }

    @Test
    void aRefusalIsAudited() {
        answer(Outcome.Reason.WRONG_BYTES, "why", Answers.Asked.FILE, "pip/26.2");

        assertThat(folder.resolve("audit.log"))
                .content()
                .contains("\"cause\":\"wrong-bytes\"", "\"client\":\"127.0.0.1\"");
    }

    @Test
    void whatWaitsIsParked() {
        Outcome<Object> waiting = new Outcome.Waiting<>(Runnable::run);

        assertThat(answers().without(waiting, Answers.Asked.FILE, request("uv/0.12")))
                .isInstanceOf(Parked.class);
    }

    @Test
    void whatWasFoundIsNotAnsweredHere() {
        assertThatThrownBy(() -> answers().without(new Outcome.Found<>("x"), Answers.Asked.FILE, request("uv/0.12")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Response answer(Outcome.Reason reason, String detail, Answers.Asked asked, String userAgent) {
        return (Response) answers().without(Outcome.refused(reason, detail), asked, request(userAgent));
    }

    private Answers answers() {
        return new Answers(new Metrics(), new AuditLog(folder, () -> NOW));
    }

    private static Request request(String userAgent) {
        return new Request(
                "GET",
                "/packages/x",
                "",
                Headers.NONE.with("User-Agent", userAgent),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                NOW,
                "1");
    }
}
