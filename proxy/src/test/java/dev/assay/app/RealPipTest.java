package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.Pip;
import dev.assay.app.demo.PipRun;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The newest pip here against the whole proxy. */
final class RealPipTest extends InstallerTestCase {
    @Test
    void anSdistIsBuiltAndInstalled() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);

        PipRun run = install(serve("", honest, honest), DemoWheels.SOURCE);

        assertThat(installed(target(), DemoWheels.SOURCE)).as(run.output()).containsExactly("1.0");
    }

    @Test
    void aSecondInstallAsksNoMirrorForAFile() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        URI index = serve("", honest, honest);
        install(index, DemoWheels.APP);
        int asked = honest.fileRequests();

        PipRun second = Pips.newest(System.getenv()).install(index, folder.resolve("again"), TIMEOUT, DemoWheels.APP);

        assertThat(second.installed()).as(second.output()).isTrue();
        assertThat(asked).isPositive();
        assertThat(honest.fileRequests()).isEqualTo(asked);
    }

    @Test
    void aYankedFileIsInstalledByItsExactVersionWithTheReason() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);

        PipRun run = install(serve("", honest, honest), DemoWheels.LIBRARY + "==" + YANKED_LIBRARY.version());

        assertThat(installed(target(), DemoWheels.LIBRARY)).containsExactly(YANKED_LIBRARY.version());
        assertThat(run.output()).contains("greets the wrong people");
    }

    @Test
    void hashesMayBeRequired() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        String sha256 = Digest.of(HashAlgorithm.SHA256, DemoWheels.LIBRARY_WHEEL.bytes())
                .hex();
        Path requirements = Files.writeString(
                folder.resolve("requirements.txt"), DemoWheels.LIBRARY + "==1.2 --hash=sha256:" + sha256 + "\n");

        PipRun run = install(serve("", honest, honest), "--require-hashes", "-r", requirements.toString());

        assertThat(run.installed()).as(run.output()).isTrue();
    }

    @Test
    void aLockFileMadeThroughTheProxyIsReplayedThroughIt() throws Exception {
        Pip pip = Pips.newestThat("writes and installs lock files", p -> p.isAtLeast(26, 1));
        LyingMirror honest = mirror(Lie.NONE);
        URI index = serve("", honest, honest);
        Path lock = folder.resolve("pylock.toml");

        PipRun locked = pip.run(
                TIMEOUT, List.of("lock", "--index-url", index.toString(), "-o", lock.toString(), DemoWheels.APP));
        PipRun run = pip.install(index, target(), TIMEOUT, "-r", lock.toString());

        assertThat(lock)
                .as(locked.output())
                .content()
                .contains(index.resolve("/packages/").toString());
        assertThat(run.installed()).as(run.output()).isTrue();
    }

    @Test
    void credentialsMayStandInTheUrl() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        URI index = serve(accounts(), honest, honest);

        PipRun run = install(withAccount(index), DemoWheels.APP);

        assertThat(run.installed()).as(run.output()).isTrue();
    }

    @Test
    void credentialsMayStandInNetrc() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        URI index = serve(accounts(), honest, honest);
        Map<String, String> home = home("home");
        Files.writeString(Path.of(home.get("HOME"), ".netrc"), "machine 127.0.0.1 login jane.doe password abc\n");

        PipRun run = Pips.newest(home).install(index, target(), TIMEOUT, DemoWheels.APP);

        assertThat(run.installed()).as(run.output()).isTrue();
    }

    @Test
    void withoutCredentialsNothingIsInstalled() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);

        PipRun run = install(serve(accounts(), honest, honest), DemoWheels.APP);

        assertThat(run.installed()).as(run.output()).isFalse();
        assertThat(asked("/")).extracting(Asked::request).containsOnly("GET 401");
    }

    /** Those pips know the option, and not yet the {@code .metadata} files that make it needless. */
    @Test
    void fastDepsReadsAWheelInRanges() throws Exception {
        Pip pip = Pips.newestThat("has fast-deps alone", p -> p.isAtLeast(20, 2) && !p.isAtLeast(22, 3));
        LyingMirror honest = mirror(Lie.NONE);
        URI index = serve("", honest, honest);
        pip.install(index, folder.resolve("first"), TIMEOUT, DemoWheels.APP); // now the files are stored

        PipRun run = pip.install(index, target(), TIMEOUT, "--use-feature=fast-deps", DemoWheels.APP);

        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(asked(DemoWheels.APP_WHEEL.filename()))
                .extracting(Asked::request)
                .startsWith("GET 200", "HEAD 200", "GET 206");
    }

    @Test
    void aDownloadThatIsCutEndsWithTheGenuineFile() throws Exception {
        Pip pip = Pips.newestThat("resumes downloads", Pip::resumes);
        LyingMirror liar = mirror(Lie.EVIL_PREFIX_THEN_CUT);
        URI index = serve("delivery: {patience: 200ms, tail: 256KiB}\n", mirror(Lie.NONE), liar, mirror(Lie.NONE));

        PipRun run = pip.install(index, target(), TIMEOUT, DemoWheels.DATA);

        assertThat(liar.fileRequests()).isPositive();
        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(DemoWheels.DATA_WHEEL.isInstalledIn(target())).isTrue();
    }

    @Test
    void aRememberedRefusalIsAnsweredAtOnceAndAsksNobody() throws Exception {
        LyingMirror liar = mirror(Lie.FLIPPED_BYTE);
        URI index = serve("", mirror(Lie.NONE), liar);
        install(index, DemoWheels.LIBRARY);

        PipRun again = install(index, "--retries", "5", DemoWheels.LIBRARY);

        assertThat(again.output()).contains("403 Client Error: Refused: mirror served other bytes than signed");
        assertThat(liar.count(path -> path.endsWith(".whl"))).isEqualTo(1);
        List<Asked> asked = asked(".whl");
        assertThat(asked).extracting(Asked::request).containsExactly("GET 403", "GET 403");
        assertThat(asked.get(1).millis()).isLessThan(2_000);
    }

    @Test
    void aRefusedPageIsAskedForOnceAndTheReasonIsPrinted() throws Exception {
        LyingMirror frozen = mirror(Lie.FROZEN);

        PipRun run = install(serve("", frozen, frozen), "--retries", "5", DemoWheels.LIBRARY);

        assertThat(run.installed()).isFalse();
        assertThat(run.output()).contains("Signed metadata can't vouch").doesNotContain("Traceback");
        assertThat(asked("/")).extracting(Asked::request).containsExactly("GET 200");
    }

    private PipRun install(URI index, String... arguments) throws IOException {
        return Pips.newest(System.getenv()).install(index, target(), TIMEOUT, arguments);
    }

    private Path target() {
        return folder.resolve("target");
    }
}
