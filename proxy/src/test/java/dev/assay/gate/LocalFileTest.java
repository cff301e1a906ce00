package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.simple.ProjectName;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFileTest {
    private static final String WHEEL = "demo-1.0-py3-none-any.whl";
    private static final ProjectName DEMO = new ProjectName("demo");

    private static LocalFile of(String path) {
        return LocalFile.of(Path.of(path)).orElseThrow();
    }

    @Test
    void aWheelIsADistributionWhereverItLies() {
        assertThat(of("/home/me/dist/" + WHEEL)).isInstanceOfSatisfying(LocalFile.Distribution.class, file -> {
            assertThat(file.projects()).containsExactly(DEMO);
            assertThat(file.place()).isEmpty();
        });
    }

    @Test
    void aDistributionBelowPackagesHasAPlace() {
        assertThat(of("/srv/packages/web/packages/aa/bb/" + WHEEL))
                .isInstanceOfSatisfying(
                        LocalFile.Distribution.class,
                        file -> assertThat(file.place()).isEqualTo(Optional.of("packages/aa/bb/" + WHEEL)));
    }

    @Test
    void aHashPrefixIsNoPartOfTheFilename() {
        assertThat(of("/srv/packages/aa/" + "0".repeat(64) + "." + WHEEL))
                .isInstanceOfSatisfying(LocalFile.Distribution.class, file -> {
                    assertThat(file.filename()).isEqualTo(WHEEL);
                    assertThat(file.place()).contains("packages/aa/" + WHEEL);
                });
    }

    @Test
    void coreMetadataBelongsToItsDistribution() {
        assertThat(of("/srv/" + WHEEL + ".metadata"))
                .isInstanceOfSatisfying(
                        LocalFile.CoreMetadata.class,
                        file -> assertThat(file.distribution().filename()).isEqualTo(WHEEL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.html", "index.v1_html", "vnd.pypi.simple.v1.html"})
    void anHtmlPageIsKnownByItsPlaceAndName(String name) {
        Path path = Path.of("/srv/simple/Demo/" + name);
        assertThat(of(path.toString())).isEqualTo(new LocalFile.Page(path, DEMO, false, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.json", "index.v1_json", "vnd.pypi.simple.v1.json"})
    void aJsonPageIsKnownByItsPlaceAndName(String name) {
        Path path = Path.of("/srv/simple/demo/" + name);
        assertThat(of(path.toString())).isEqualTo(new LocalFile.Page(path, DEMO, true, ""));
    }

    @Test
    void aPagesPrefixIsKept() {
        String digest = "a".repeat(64);
        Path path = Path.of("/srv/simple/demo/" + digest + ".vnd.pypi.simple.v1.json");
        assertThat(of(path.toString())).isEqualTo(new LocalFile.Page(path, DEMO, true, digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv/simple/index.html",
                "/srv/demo/index.html",
                "/srv/simple/demo/deep/index.html",
                "/srv/simple/-/index.html",
                "/srv/metadata/1.root.json",
                "/srv/demo-1.0.tar.gz.asc",
                "/srv/README.txt",
                "/"
            })
    void anythingElseClaimsNothing(String path) {
        assertThat(LocalFile.of(Path.of(path))).isEmpty();
    }
}
