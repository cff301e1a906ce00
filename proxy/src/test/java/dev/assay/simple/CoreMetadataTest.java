package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoreMetadataTest {
    private static final String MINIMAL = "Metadata-Version: 2.1\nName: Sample.Project\nVersion: 1.0\n";

    @Test
    void headersAreRead() throws Exception {
        CoreMetadata metadata = parse("""
                Metadata-Version: 2.4
                Name: Sample_Project
                Version: 3.0.0
                Summary: Ünïcode: with a colon
                License: first line
                        |second line
                \tthird
                requires-python: >=3.7
                Requires-Dist: peppercorn
                Requires-Dist: check-manifest; extra == "dev"

                Name: evil
                Version: 9
                """);
        assertThat(metadata.metadataVersion()).isEqualTo("2.4");
        assertThat(metadata.name()).isEqualTo("Sample_Project");
        assertThat(metadata.project()).isEqualTo(new ProjectName("sample-project"));
        assertThat(metadata.version()).isEqualTo("3.0.0");
        assertThat(metadata.requiresPython()).isEqualTo(">=3.7");
        assertThat(metadata.requiresDist()).containsExactly("peppercorn", "check-manifest; extra == \"dev\"");
    }

    @Test
    void linesMayEndInCrLf() throws Exception {
        CoreMetadata metadata = parse(MINIMAL.replace("\n", "\r\n") + "\r\nName: evil\r\n");
        assertThat(metadata.name()).isEqualTo("Sample.Project");
    }

    @Test
    void bodyMayBeAnything() throws Exception {
        byte[] head = (MINIMAL + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(head, head.length + 2);
        bytes[head.length] = (byte) 0xff;
        assertThat(CoreMetadata.parse(bytes).version()).isEqualTo("1.0");
    }

    @Test
    void absentFieldsAreAbsent() throws Exception {
        CoreMetadata metadata = parse(MINIMAL);
        assertThat(metadata.requiresPython()).isNull();
        assertThat(metadata.requiresDist()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n" + MINIMAL,
                "\ufeff" + MINIMAL,
                " " + MINIMAL,
                MINIMAL + "name: other\n",
                MINIMAL + "VERSION: 2.0\n",
                MINIMAL + "no colon\n",
                MINIMAL + ": no name\n",
                MINIMAL + "Summary: a\rName: other\n",
                MINIMAL + "Summary: a\u0000\n",
                MINIMAL + "Requires-Python: >=3\n ,<4\n",
                "Metadata-Version: 2.1\nName: a\n",
                "Metadata-Version: 2.1\nName: a\nVersion:\n",
                "Metadata-Version: 3.0\nName: a\nVersion: 1\n",
                "Name: a\nVersion: 1\n",
                "Metadata-Version: 2.1\nName: a b\nVersion: 1\n",
                "Metadata-Version: 2.1\nName: ../a\nVersion: 1\n",
                "Metadata-Version: 2.1\nName: a\nVersion: one\n",
                "Metadata-Version: 2.1\nName: a\n b\nVersion: 1\n"
            })
    void whatReadersCouldTakeDifferentlyIsMalformed(String text) {
        assertThatExceptionOfType(MalformedCoreMetadataException.class).isThrownBy(() -> parse(text));
    }

    @Test
    void headersMustBeUtf8() {
        byte[] bytes = (MINIMAL + "Summary: é\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThatExceptionOfType(MalformedCoreMetadataException.class).isThrownBy(() -> CoreMetadata.parse(bytes));
    }

    private static CoreMetadata parse(String text) throws MalformedCoreMetadataException {
        return CoreMetadata.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
