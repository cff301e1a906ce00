package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageVersionTest {
    /** The forms that PEP 440 lists under "Normalization". */
    @ParameterizedTest
    @CsvSource({
        "1.1RC1, 1.1rc1",
        "00, 0",
        "09000, 9000",
        "1.1.a1, 1.1a1",
        "1.1-a1, 1.1a1",
        "1.1a.1, 1.1a1",
        "1.1alpha1, 1.1a1",
        "1.1beta2, 1.1b2",
        "1.1c3, 1.1rc3",
        "1.1preview4, 1.1rc4",
        "1.2a, 1.2a0",
        "1.2-post2, 1.2.post2",
        "1.2post2, 1.2.post2",
        "1.2.post-2, 1.2.post2",
        "1.0-r4, 1.0.post4",
        "1.2.post, 1.2.post0",
        "1.0-1, 1.0.post1",
        "1.2-dev2, 1.2.dev2",
        "1.2.dev, 1.2.dev0",
        "1.0+ubuntu-1, 1.0+ubuntu.1",
        "1.0+Foo_BAR.007, 1.0+foo.bar.7",
        "v1.0, 1.0",
        "1!2.0, 1!2.0",
        "0!2.0, 2.0",
        "1.0a1.post2.dev3+l.1, 1.0a1.post2.dev3+l.1"
    })
    void spellingsAreNormalized(String text, String normalized) {
        assertThat(PackageVersion.parse(text)).get().hasToString(normalized);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v",
                "a",
                "1.",
                "1..0",
                ".1",
                "1.0.x",
                "1!",
                "!1",
                "1.0+",
                "1.0+a..b",
                "1.0+a.",
                "1.0+a!",
                "1.0-",
                "1.0--1",
                "1.0 0",
                "1.0a1b2",
                "1.0dev1post1",
                "１.0",
                "1.0\u0000",
                "1_0",
                "1.0+é"
            })
    void whatIsNoVersionIsEmpty(String text) {
        assertThat(PackageVersion.parse(text)).isEmpty();
    }

    /** In the order of PEP 440, "Summary of permitted suffixes and relative ordering". */
    private static final List<String> ASCENDING = List.of(
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1.10",
            "1!0.1");

    @Test
    void orderIsThatOfPep440() {
        long seed = System.nanoTime();
        System.out.println("seed of PackageVersionTest.orderIsThatOfPep440: " + seed);
        List<PackageVersion> versions = new ArrayList<>(ASCENDING.stream()
                .map(v -> PackageVersion.parse(v).orElseThrow())
                .toList());
        Collections.shuffle(versions, new Random(seed));
        Collections.sort(versions);
        assertThat(versions).extracting(PackageVersion::toString).isEqualTo(ASCENDING);
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1.0.0", "1.0-alpha1, 1.0a1", "1, 1.0.0.0", "1.0+a-1, 1.0+a.1", "0, 0.0", "1.0.0a1, 1a1"})
    void equalVersionsHaveOneHashCode(String one, String other) {
        PackageVersion first = PackageVersion.parse(one).orElseThrow();
        PackageVersion second = PackageVersion.parse(other).orElseThrow();
        assertThat(first).isEqualTo(second).hasSameHashCodeAs(second);
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1.0.1", "1.0, 1.0+a", "1.0, 1.0.post0", "1.0, 1.0.dev0", "1.0, 1!1.0", "1.0a1, 1.0b1"})
    void differentVersionsAreNotEqual(String one, String other) {
        assertThat(PackageVersion.parse(one)).isNotEqualTo(PackageVersion.parse(other));
        assertThat(PackageVersion.same(one, other)).isFalse();
    }

    @Test
    void textsThatAreNoVersionsAreComparedAsTheyStand() {
        assertThat(PackageVersion.same("dev-snapshot", "dev-snapshot")).isTrue();
        assertThat(PackageVersion.same("dev-snapshot", "DEV-snapshot")).isFalse();
        assertThat(PackageVersion.same("dev-snapshot", "1.0")).isFalse();
    }

    @Test
    void lengthIsBounded() {
        assertThat(PackageVersion.parse("1".repeat(256))).isEmpty();
    }
}
