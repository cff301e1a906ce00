package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionFilenameTest {
    @ParameterizedTest
    @CsvSource({
        "sampleproject-3.0.0-py3-none-any.whl, sampleproject, 3.0.0, , py3-none-any",
        "zope.interface-5.4.0-cp39-cp39-manylinux2010_x86_64.whl, zope-interface, 5.4.0, , cp39-cp39-manylinux2010_x86_64",
        "ruamel.yaml_clib-0.2-1-cp36-cp36m-macosx_10_9_intel.macosx_10_9_x86_64.whl, ruamel-yaml-clib, 0.2, 1, cp36-cp36m-macosx_10_9_intel.macosx_10_9_x86_64",
        "foo-1!2.0-py2.py3-none-any.whl, foo, 1!2.0, , py2.py3-none-any",
        "torch-2.1.0+cu118-cp311-cp311-linux_x86_64.whl, torch, 2.1.0+cu118, , cp311-cp311-linux_x86_64",
        "Foo_Bar-1.0_1-1abc-py3-none-any.whl, foo-bar, 1.0_1, 1abc, py3-none-any",
        "foo-not.a.version-py3-none-any.whl, foo, not.a.version, , py3-none-any"
    })
    void wheelNamesProjectVersionBuildAndTags(String name, String project, String version, String build, String tags) {
        assertThat(DistributionFilename.parse(name))
                .contains(new DistributionFilename.Wheel(
                        name, new ProjectName(project), version, Optional.ofNullable(build), tags));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo-1.0-none-any.whl",
                "foo-1.0-1-2-py3-none-any.whl",
                "foo-1.0-build-py3-none-any.whl",
                "foo--py3-none-any.whl",
                "-1.0-py3-none-any.whl",
                "_foo-1.0-py3-none-any.whl",
                "föö-1.0-py3-none-any.whl",
                "foo-1.0-py3-none-any .whl",
                "foo-1.0-py3-none-any.WHL",
                "foo-1.0-py3-none-any.whl.metadata",
                "../foo-1.0-py3-none-any.whl",
                "a\\foo-1.0-py3-none-any.whl",
                "foo-1.0-py3-none-any.whl\n",
                "foo-1.0\u0000-py3-none-any.whl",
                ".whl",
                "foo.tar.gz",
                "-1.0.tar.gz",
                "foo-.tar.gz",
                "foo-1.0.tar.lz",
                "foo-1.0",
                ".tar.gz",
                ".",
                "..",
                ""
            })
    void whatNamesNoDistributionIsEmpty(String name) {
        assertThat(DistributionFilename.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sampleproject-1.0.tar.gz | sampleproject",
                "python-dateutil-2.8.2.tar.gz | python-dateutil,python",
                "python_dateutil-2.9.0.tar.gz | python-dateutil",
                "foo-1.0-beta1.zip | foo,foo-1-0",
                "foo-1.0-1.tar.bz2 | foo,foo-1-0",
                "foo-2-1.0.tgz | foo-2,foo",
                "foo-1!2.0.tar.xz | foo",
                "foo-1.0+local.1.tar.gz | foo",
                "foo-1.0.tar.Z | foo",
                "foo-1.0-py3.8.egg | foo,foo-1-0",
                "foo-1.0.win32-py2.7.exe | foo,foo-1-0-win32",
                "foo-1.0.win-amd64-py2.7.msi | foo,foo-1-0-win,foo-1-0-win-amd64",
                "foo-1.0-1.noarch.rpm | foo,foo-1-0",
                "python-foo_1.0-1_all.deb | python-foo,python-foo-1-0,python,python-foo-1-0-1",
                "Foo.Bar-dev.zip | foo-bar"
            })
    void archiveNamesItsCandidatesMostLikelyFirst(String name, String projects) {
        assertThat(DistributionFilename.parse(name).orElseThrow().projects())
                .extracting(ProjectName::value)
                .containsExactly(projects.split(","));
    }

    @Test
    void candidatesAreBounded() {
        String name = "a" + "-1".repeat(100) + ".tar.gz";
        assertThat(DistributionFilename.parse(name).orElseThrow().projects()).hasSize(8);
    }

    @Test
    void nameLongerThanAFileSystemTakesIsEmpty() {
        String version = "1".repeat(255 - "a-.zip".length());
        assertThat(DistributionFilename.parse("a-" + version + ".zip")).isPresent();
        assertThat(DistributionFilename.parse("a-" + version + "1.zip")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "foo_bar-1.0-py3-none-any.whl, foo-bar, 1.0.0, true",
        "foo_bar-1.0_1-py3-none-any.whl, foo-bar, 1.0-1, true",
        "foo_bar-1.0-py3-none-any.whl, foo-bar, 1.1, false",
        "foo_bar-1.0-py3-none-any.whl, foo, 1.0, false",
        "foo-bar-1.0a1.tar.gz, foo-bar, 1.0-alpha1, true",
        "foo-bar-1.0.tar.gz, foo, 1.0, false",
        "foo-1.0-1.tar.gz, foo, 1.0, false",
        "foo-1.0-py3.8.egg, foo, 1.0, true"
    })
    void fileNamesAProjectAndVersionOrDoesNot(String name, String project, String version, boolean expected) {
        assertThat(DistributionFilename.parse(name).orElseThrow().names(new ProjectName(project), version))
                .isEqualTo(expected);
    }

    @Test
    void projectsAreACopy() {
        List<ProjectName> projects = new ArrayList<>(List.of(new ProjectName("a")));
        DistributionFilename.Sdist sdist = new DistributionFilename.Sdist("a-1.zip", projects);
        projects.clear();
        assertThat(sdist.projects()).hasSize(1);
    }
}
