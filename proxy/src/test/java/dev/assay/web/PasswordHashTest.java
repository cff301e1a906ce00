package dev.assay.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes of passwords against those that jBCrypt publishes with its tests (TestBCrypt.java). */
final class PasswordHashTest {
    @ParameterizedTest
    @CsvSource({
        "a, $2a$08$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V.",
        "abc, $2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm"
    })
    void publishedHashIsItsSecrets(String secret, String hash) {
        assertThat(PasswordHash.parse(hash).orElseThrow().matches(secret.getBytes(UTF_8)))
                .isTrue();
        assertThat(PasswordHash.parse(hash).orElseThrow().matches((secret + "d").getBytes(UTF_8)))
                .isFalse();
    }

    @Test
    void hashThatIsWrittenIsReadAgain() {
        String text = PasswordHash.of("secret".getBytes(UTF_8)).toString();
        assertThat(PasswordHash.parse(text).orElseThrow().matches("secret".getBytes(UTF_8)))
                .isTrue();
    }

    @Test
    void saltsDiffer() {
        assertThat(PasswordHash.of("a".getBytes(UTF_8)).toString())
                .isNotEqualTo(PasswordHash.of("a".getBytes(UTF_8)).toString());
    }

    @Test
    void secretLongerThanBcryptCanTellApartIsNone() {
        byte[] longest = "x".repeat(PasswordHash.MAX_SECRET_BYTES).getBytes(UTF_8);
        byte[] longer = "x".repeat(PasswordHash.MAX_SECRET_BYTES + 1).getBytes(UTF_8);
        assertThat(PasswordHash.of(longest).matches(longer)).isFalse();
        assertThatThrownBy(() -> PasswordHash.of(longer)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$apr1$salt$hash",
                "{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
                "$2a$04$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V.",
                "$2a$31$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V.",
                "$2a$08$cfcvVd2aQ8CMvoMpP2EBfeodLEkkFJ9umNEfPD18.hUF62qqlC/V"
            })
    void whatIsNoSaltedBcryptHashOfAFairCostIsRefused(String text) {
        assertThat(PasswordHash.parse(text)).isEmpty();
    }
}
