package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {
    private static final String METADATA = "demo-1.0.dist-info/METADATA";

    @TempDir
    private Path temp;

    private void refused(Path file, String reason) {
        assertThatThrownBy(() -> Distribution.read(file))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining(reason);
    }

    private Path wheel(Map<String, String> members) throws Exception {
        return Samples.zip(temp.resolve("demo-1.0-py3-none-any.whl"), members);
    }

    private static Map<String, String> with(String member, String content) {
        Map<String, String> members = Samples.wheelMembers("demo", "1.0");
        members.put(member, content);
        return members;
    }

    @Test
    void soundWheelIsReadWithItsMetadataVerbatim() throws Exception {
        Distribution read = Distribution.read(Samples.wheel(temp, "demo", "1.0"));
        assertThat(read.project().value()).isEqualTo("demo");
        assertThat(read.metadataFile()).isNotNull();
        assertThat(new String(read.metadataFile().content(), StandardCharsets.UTF_8))
                .isEqualTo(Samples.coreMetadata("demo", "1.0"));
    }

    @Test
    void spellingsOfOneNameAndVersionDoNotContradictEachOther() throws Exception {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("My_Demo-1.0.dist-info/METADATA", Samples.coreMetadata("My.Demo", "1.0.0"));
        members.put("My_Demo-1.0.dist-info/WHEEL", "");
        members.put("My_Demo-1.0.dist-info/RECORD", "");
        Path file = Samples.zip(temp.resolve("my_demo-1.0.0-py3-none-any.whl"), members);
        assertThat(Distribution.read(file).project().value()).isEqualTo("my-demo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n",
                "Metadata-Version: 2.1\nName: demo\nVersion: 1.1\n"
            })
    void metadataThatContradictsTheNameIsRefused(String metadata) throws Exception {
        refused(wheel(with(METADATA, metadata)), "contradict");
    }

    @Test
    void distInfoThatContradictsTheMetadataIsRefused() throws Exception {
        Map<String, String> members = new LinkedHashMap<>();
        Samples.wheelMembers("demo", "1.0")
                .forEach((name, content) -> members.put(name.replace("demo-1.0.dist", "evil-1.0.dist"), content));
        refused(wheel(members), "contradict");
    }

    @Test
    void twoDistInfoFoldersAreRefused() throws Exception {
        refused(wheel(with("other-1.0.dist-info/METADATA", "x")), "exactly 1");
    }

    @Test
    void malformedMetadataIsRefused() throws Exception {
        refused(wheel(with(METADATA, "Name demo\n")), "core metadata");
    }

    @Test
    void noZipIsRefused() throws Exception {
        refused(Files.writeString(temp.resolve("demo-1.0-py3-none-any.whl"), "not a zip at all"), "is no zip");
    }

    @Test
    void truncatedZipIsRefused() throws Exception {
        Path whole = Samples.wheel(temp, "demo", "1.0");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length - 40));
        refused(whole, "no readable zip");
    }

    @Test
    void memberThatLeavesTheArchiveIsRefused() throws Exception {
        refused(wheel(with("../evil.py", "x")), "leaves the archive");
    }

    @Test
    void decompressionBombIsRefused() throws Exception {
        Path bomb = Samples.bomb(temp.resolve("demo-1.0-py3-none-any.whl"), Samples.wheelMembers("demo", "1.0"), 80);
        refused(bomb, "decompression bomb");
    }

    @Test
    void wheelWithoutRecordIsRefused() throws Exception {
        Map<String, String> members = Samples.wheelMembers("demo", "1.0");
        members.remove("demo-1.0.dist-info/RECORD");
        refused(wheel(members), "RECORD");
    }

    @Test
    void sdistThatContradictsItsNameIsRefused() throws Exception {
        Map<String, String> members = Map.of("demo-1.0/PKG-INFO", Samples.coreMetadata("demo", "2.0"));
        refused(Samples.tarGz(temp.resolve("demo-1.0.tar.gz"), members), "contradict");
    }

    @Test
    void sdistWithTwoTopFoldersIsRefused() throws Exception {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("demo-1.0/PKG-INFO", Samples.coreMetadata("demo", "1.0"));
        members.put("evil/x", "x");
        refused(Samples.tarGz(temp.resolve("demo-1.0.tar.gz"), members), "more than one folder");
    }

    @Test
    void sdistWithoutPkgInfoIsRefused() throws Exception {
        refused(Samples.tarGz(temp.resolve("demo-1.0.tar.gz"), Map.of("demo-1.0/setup.py", "")), "PKG-INFO");
    }

    @Test
    void sdistThatIsNoGzipIsRefused() throws Exception {
        refused(Files.writeString(temp.resolve("demo-1.0.tar.gz"), "plain"), "no gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo-1.0.zip", "demo.txt", "demo-1.0.whl"})
    void whatIsNoWheelOrSdistByNameIsRefused(String name) throws Exception {
        refused(Files.writeString(temp.resolve(name), "x"), "sdist");
    }
}
