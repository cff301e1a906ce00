package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.author.RepositoryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which projects a file names, in the forms that installers write. */
final class ScopeTest {
    @TempDir
    private Path folder;

    private Set<String> names(String file, String text) throws Exception {
        return Scope.read(Files.writeString(folder.resolve(file), text)).stream()
                .map(requirement -> requirement.project().value())
                .collect(Collectors.toSet());
    }

    @Test
    void aRequirementsFileIsReadAsPipReadsIt() throws Exception {
        String text = """
                # what we need
                --index-url https://pypi.org/simple/
                Flask[async]==3.0 ; python_version >= "3.8"  # the web
                zope.interface
                requests @ https://example.org/requests.whl
                idna==3.7 \\
                    --hash=sha256:82fee1fc78add43492d3a1898bfa6d8a904cc97d8427f683ed8e798d07761aa0 \\
                    --hash=sha256:028ff3aadf0609c1fd278d8ea3089299412a7a8b9bd005dd08b9f8285bcb5cfc
                urllib3>=1.21.1,<3 --hash=sha256:aa
                """;

        assertThat(names("requirements.txt", text))
                .containsExactlyInAnyOrder("flask", "zope-interface", "requests", "idna", "urllib3");
    }

    @Test
    void theExtrasOfARequirementAreKept() throws Exception {
        Path file = Files.writeString(folder.resolve("requirements.txt"), "Flask[Async, dot_env]==3.0\n");

        assertThat(Scope.read(file))
                .singleElement()
                .extracting(Requirement::extras)
                .isEqualTo(Set.of("async", "dot-env"));
    }

    @Test
    void filesThatItIncludesAreReadBesideIt() throws Exception {
        Files.writeString(folder.resolve("base.txt"), "idna\n");

        assertThat(names("dev.txt", "-r base.txt\npytest\n")).containsExactlyInAnyOrder("idna", "pytest");
    }

    @Test
    void filesThatIncludeEachOtherAreRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("loop.txt"), "-r loop.txt\n");

        assertThatThrownBy(() -> Scope.read(file))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("name each other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"./local/package", "https://example.org/x.whl", "two words"})
    void whatNamesNoProjectIsRefusedAndShown(String line) throws Exception {
        Path file = Files.writeString(folder.resolve("requirements.txt"), line + "\n");

        assertThatThrownBy(() -> Scope.read(file))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining(line);
    }

    /** The tables of uv.lock, poetry.lock, pdm.lock and pylock.toml (PEP 751). */
    @ParameterizedTest
    @ValueSource(strings = {"package", "packages"})
    void aLockFileNamesWhatItsPackageTablesName(String table) throws Exception {
        String text = """
                version = 1

                [[%1$s]]
                name = "Flask"
                version = "3.0"
                dependencies = [
                    { name = "click" },
                ]

                [%1$s.metadata]
                name = "not-a-package"

                [[%1$s]]
                name = 'idna'
                """.formatted(table);

        assertThat(names("uv.lock", text)).containsExactlyInAnyOrder("flask", "idna");
        assertThat(names("pylock.toml", text)).containsExactlyInAnyOrder("flask", "idna");
    }

    @Test
    void aFileThatNamesNothingIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("uv.lock"), "version = 1\n");

        assertThatThrownBy(() -> Scope.read(file))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("names no project");
    }
}
