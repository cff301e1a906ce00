package dev.assay.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoWheelsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void realPipInstallsAWheelWithItsDependencies() throws IOException {
        DemoWheels.writeTo(folder);
        Path target = folder.resolve("target");

        PipRun run = pip().installFromFolder(folder, target, TIMEOUT, DemoWheels.APP);

        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(DemoWheels.APP_WHEEL.isInstalledIn(target)).isTrue();
        assertThat(DemoWheels.LIBRARY_WHEEL.isInstalledIn(target)).isTrue();
    }

    @Test
    void realPipBuildsTheSdistWithoutAnythingFromAnIndex() throws IOException {
        DemoWheels.writeTo(folder);
        Path target = folder.resolve("target");

        PipRun run = pip().installFromFolder(folder, target, TIMEOUT, DemoWheels.SOURCE);

        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(DemoWheels.SOURCE_ARCHIVE.isInstalledIn(target)).isTrue();
    }

    @Test
    void realPipInstallsTheEvilTwinSoThatALieThatGetsThroughIsSeen() throws IOException {
        DemoWheels.evilTwin(DemoWheels.LIBRARY_WHEEL.filename()).writeTo(folder);
        Path target = folder.resolve("target");

        PipRun run = pip().installFromFolder(folder, target, TIMEOUT, DemoWheels.LIBRARY);

        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(DemoWheels.isEvilInstalledIn(target)).isTrue();
        assertThat(DemoWheels.LIBRARY_WHEEL.isInstalledIn(target)).isFalse();
    }

    @Test
    void twoRunsWriteTheSameBytes() {
        assertThat(DemoWheels.DATA_WHEEL.bytes()).isEqualTo(DemoWheels.DATA_WHEEL.bytes());
        assertThat(DemoWheels.SOURCE_ARCHIVE.bytes()).isEqualTo(DemoWheels.SOURCE_ARCHIVE.bytes());
    }

    @Test
    void recordNamesEveryFileOfTheWheelAndNoOther() throws IOException {
        Map<String, byte[]> entries = unzip(DemoWheels.APP_WHEEL.bytes());
        String name = "assay_demo_app-1.1.dist-info/RECORD";

        List<String> recorded = new String(entries.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();

        assertThat(recorded).containsExactlyInAnyOrderElementsOf(entries.keySet());
    }

    @Test
    void anEvilTwinIsMadeOfAWheelsNameOnly() {
        assertThatThrownBy(() -> DemoWheels.evilTwin("demo-1.0.tar.gz"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("demo-1.0.tar.gz");
    }

    private static Pip pip() {
        Optional<Pip> pip = Python.find(System.getenv()).flatMap(p -> Pip.of(p, System.getenv()));
        assumeTrue(pip.isPresent(), "python3 -m pip does not run on this machine");
        return pip.orElseThrow();
    }

    private static Map<String, byte[]> unzip(byte[] wheel) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(wheel))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }
}
