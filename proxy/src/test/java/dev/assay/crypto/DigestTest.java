package dev.assay.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DigestTest {
    /** FIPS 180-4 examples, "abc". */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /** "abc": FIPS 180-4 examples; RFC 7693 Appendix A; BLAKE2b-256 from coreutils' {@code b2sum -l 256}. */
    @ParameterizedTest
    @CsvSource({
        "SHA256, " + ABC,
        "SHA384, cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "SHA512, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "BLAKE2B_256, bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
        "BLAKE2B_512, ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    })
    void publishedDigestIsComputed(HashAlgorithm algorithm, String hex) {
        assertThat(Digest.of(algorithm, "abc".getBytes(US_ASCII)).hex()).isEqualTo(hex);
    }

    @Test
    void streamInPiecesGivesTheDigestsOfTheWhole() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] content = new byte[100_000];
        random.nextBytes(content);
        Hasher hasher = new Hasher(List.of(HashAlgorithm.values()));
        for (int at = 0; at < content.length; ) {
            int length = Math.min(content.length - at, random.nextInt(5000));
            hasher.update(content, at, length);
            at += length;
        }
        assertThat(hasher.finish())
                .as("seed %d", seed)
                .isEqualTo(Arrays.stream(HashAlgorithm.values())
                        .map(algorithm -> Digest.of(algorithm, content))
                        .toList());
    }

    @Test
    void digestsComeInTheOrderOfTheAlgorithmsGiven() {
        Hasher hasher = new Hasher(List.of(HashAlgorithm.SHA512, HashAlgorithm.BLAKE2B_256));
        assertThat(hasher.finish())
                .extracting(Digest::algorithm)
                .containsExactly(HashAlgorithm.SHA512, HashAlgorithm.BLAKE2B_256);
    }

    @Test
    void finishedHasherTakesNoMore() {
        Hasher hasher = new Hasher(List.of(HashAlgorithm.SHA256));
        hasher.finish();
        assertThatThrownBy(() -> hasher.update(new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(hasher::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hexOfEitherCaseIsOneDigest() {
        assertThat(Digest.ofHex(HashAlgorithm.SHA256, ABC.toUpperCase(Locale.ROOT)))
                .isEqualTo(Digest.ofHex(HashAlgorithm.SHA256, ABC))
                .hasToString("sha256:" + ABC);
    }

    @ParameterizedTest
    @CsvSource({"''", "ba78", ABC + "00", "xx7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})
    void hexOfAnotherLengthOrAlphabetIsRefused(String hex) {
        assertThatThrownBy(() -> Digest.ofHex(HashAlgorithm.SHA256, hex))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void bytesOfAnotherLengthAreRefused() {
        assertThatThrownBy(() -> new Digest(HashAlgorithm.SHA256, new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("digest length: 31 bytes (expected: 32 for sha256)");
    }

    @Test
    void sameBytesUnderAnotherAlgorithmAreAnotherDigest() {
        assertThat(new Digest(HashAlgorithm.SHA256, new byte[32]))
                .isNotEqualTo(new Digest(HashAlgorithm.BLAKE2B_256, new byte[32]));
    }

    @Test
    void digestIsACopyThatCanNotBeChanged() {
        byte[] bytes = new byte[32];
        Digest digest = new Digest(HashAlgorithm.SHA256, bytes);
        bytes[0] = 1;
        digest.bytes()[0] = 1;
        assertThat(digest.bytes()).containsOnly(0);
        assertThatThrownBy(() -> digest.view().put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @ParameterizedTest
    @EnumSource
    void algorithmIsFoundByItsLabel(HashAlgorithm algorithm) {
        assertThat(HashAlgorithm.named(algorithm.label(), algorithm.length())).contains(algorithm);
    }

    @ParameterizedTest
    @CsvSource({"32, BLAKE2B_256", "64, BLAKE2B_512"})
    void lengthDecidesWhatTheOldNameOfBlake2bMeans(int length, HashAlgorithm algorithm) {
        assertThat(HashAlgorithm.named("blake2b", length)).contains(algorithm);
    }

    @ParameterizedTest
    @CsvSource({"blake2b, 48", "md5, 16", "sha1, 20", "SHA256, 32", "sha-256, 32", "'', 32"})
    void otherNameIsNotSupported(String name, int length) {
        assertThat(HashAlgorithm.named(name, length)).isEmpty();
    }
}
