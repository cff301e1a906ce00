package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @TempDir
    private Path temp;

    /** A process of its own: in this one the library is loaded already. Halts as one that is killed, without cleaning up. */
    static final class Halting {
        public static void main(String[] arguments) {
            NativeLibrary.load();
            Runtime.getRuntime().halt(0);
        }
    }

    private int run(Path temporary) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Halting.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void killedProcessLeavesNoLibraryBehind() throws Exception {
        Path temporary = Files.createDirectory(temp.resolve("tmp"));
        assertThat(run(temporary)).isZero();
        assertThat(temporary.toFile().listFiles(File::exists)).isEmpty();
    }

    @Test
    void temporaryFolderThatIsMissingIsNamed() throws Exception {
        assertThat(run(temp.resolve("absent"))).isNotZero();
        assertThat(temp.resolve("output")).content().contains("absent").contains("java.io.tmpdir=DIR");
    }
}
