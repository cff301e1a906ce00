package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectNameTest {
    /** The first five are the examples of the name normalization specification. */
    @ParameterizedTest
    @CsvSource({
        "friendly-bard, friendly-bard",
        "Friendly-Bard, friendly-bard",
        "friendly.bard, friendly-bard",
        "friendly__bard, friendly-bard",
        "FrIeNdLy-._.-bArD, friendly-bard",
        "zope.interface, zope-interface",
        "A, a",
        "2to3, 2to3"
    })
    void everySpellingHasOneNormalizedForm(String raw, String normalized) {
        assertThat(ProjectName.normalize(raw)).hasToString(normalized).isEqualTo(new ProjectName(normalized));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-a", "a-", ".", "..", "_a", "a b", "a/b", "a\\b", "a%2f", "ａ", "\u212a", "é", "a\n", "a\u0000"
            })
    void whatIsNoNameIsRefused(String raw) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProjectName.normalize(raw));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Friendly", "a_b", "a.b", "a--b"})
    void theConstructorTakesTheNormalizedFormOnly(String raw) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ProjectName(raw));
    }

    @Test
    void lengthIsBounded() {
        assertThat(ProjectName.normalize("a".repeat(256)).value()).hasSize(256);
        assertThatIllegalArgumentException().isThrownBy(() -> ProjectName.normalize("a".repeat(257)));
    }

    @Test
    void messageDoesNotRepeatTextFromOutsideUnescaped() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProjectName.normalize("a\u001b[31m\nFAKE"))
                .withMessageContaining("\\u001b")
                .withMessageNotContaining("\n");
    }
}
