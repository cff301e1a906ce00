package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, with a java and a Maven that only say how they were called. */
@Timeout(30)
class LauncherTest {
    private static final Path LAUNCHER = Path.of("bin", "assay").toAbsolutePath();

    @TempDir
    Path temp;

    private Path tools;

    /** What became of one launch. */
    private record Ended(long pid, int exit, String out, String err) {}

    @BeforeEach
    void makeTools() throws IOException {
        tools = Files.createDirectories(temp.resolve("jdk/bin"));
        java("17.0.1", "for one in \"$@\"; do printf '%s\\n' \"$one\"; done");
        script(tools.resolve("javac"), "");
        script(
                tools.resolve("mvn"),
                "echo \"$JAVA_HOME $*\" >>" + temp.resolve("builds") + "\n: >proxy/target/assay-1.0-all.jar");
    }

    @Test
    void argumentsArePassedOnAsTheyAre() throws Exception {
        Path launcher = installed();

        Ended ended = run(launcher, "serve", "a b", "", "*", "$HOME");

        assertThat(ended.out()).endsWith("-jar\n" + temp.resolve("opt/lib/assay.jar") + "\nserve\na b\n\n*\n$HOME\n");
    }

    @Test
    void itsPlaceIsFoundThroughLinks() throws Exception {
        Path launcher = installed();
        Path there = Files.createDirectories(temp.resolve("usr/bin"));
        Files.createSymbolicLink(there.resolve("assay-1"), launcher);
        Path link = Files.createSymbolicLink(there.resolve("assay"), Path.of("assay-1"));

        assertThat(run(link, "x").out())
                .contains(temp.resolve("opt/lib/assay.jar").toString());
    }

    @Test
    void itsProcessBecomesJavaSoThatSignalsArrive() throws Exception {
        Path launcher = installed();
        java("17.0.1", "echo $$");

        Ended ended = run(launcher);

        assertThat(ended.out().trim()).isEqualTo(String.valueOf(ended.pid()));
    }

    @Test
    void theExitCodeIsJavas() throws Exception {
        Path launcher = installed();
        java("17.0.1", "exit 42");

        assertThat(run(launcher).exit()).isEqualTo(42);
    }

    @Test
    void furtherOptionsComeBeforeTheJar() throws Exception {
        Ended ended =
                start(installed(), Map.of("ASSAY_JAVA_OPTS", "-Xmx1g -Da=b")).ended();

        assertThat(ended.out()).contains("-Xmx1g\n-Da=b\n-jar\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_292", "11.0.2", "16"})
    void anOlderJavaIsRefusedInOneLine(String version) throws Exception {
        java(version, "echo started");

        Ended ended = run(installed());

        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .isEqualTo("assay: ASSAY_JAVA is " + tools.resolve("java")
                        + ", which is no java of version 17 or newer\n");
    }

    @Test
    void aFreshJarIsNotBuiltAgain() throws Exception {
        Path launcher = sourceTree();
        Files.writeString(temp.resolve("source/proxy/target/assay-all.jar"), "");

        assertThat(run(launcher, "x").exit()).isZero();

        assertThat(temp.resolve("builds")).doesNotExist();
    }

    @Test
    void aMissingJarIsBuiltWithTheSameJdk() throws Exception {
        Path launcher = sourceTree();

        Ended ended = run(launcher, "x");

        assertThat(ended.out()).endsWith("source/proxy/target/assay-all.jar\nx\n");
        assertThat(ended.err()).startsWith("assay: building ").hasLineCount(1);
        assertThat(builds())
                .singleElement()
                .asString()
                .startsWith(temp.resolve("jdk") + " ")
                .contains(" package ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "proxy/pom.xml", "proxy/src/main/java/X.java"})
    void aJarOlderThanASourceIsBuiltAgain(String source) throws Exception {
        Path launcher = sourceTree();
        Path jar = Files.writeString(temp.resolve("source/proxy/target/assay-all.jar"), "");
        Files.setLastModifiedTime(
                temp.resolve("source").resolve(source),
                FileTime.from(Files.getLastModifiedTime(jar).toInstant().plusSeconds(5)));

        run(launcher, "x");

        assertThat(builds()).hasSize(1);
    }

    @Test
    void twoLaunchesAtOnceBuildOnce() throws Exception {
        Path launcher = sourceTree();

        Launched first = start(launcher, Map.of());
        Launched second = start(launcher, Map.of());

        assertThat(first.ended().exit()).isZero();
        assertThat(second.ended().exit()).isZero();
        assertThat(builds()).hasSize(1);
    }

    @Test
    void theLockOfAProcessThatIsGoneIsTakenOver() throws Exception {
        Path launcher = sourceTree();
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createSymbolicLink(temp.resolve("source/proxy/target/assay-build.lock"), Path.of("pid:" + gone.pid()));

        assertThat(run(launcher, "x").exit()).isZero();

        assertThat(builds()).hasSize(1);
        assertThat(temp.resolve("source/proxy/target").toFile().list()).containsExactly("assay-all.jar");
    }

    @Test
    void aJarInUseIsReplacedAndNotOverwritten() throws Exception {
        Path launcher = sourceTree();
        Path jar = Files.writeString(temp.resolve("source/proxy/target/assay-all.jar"), "in use");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(3600)));

        try (InputStream running = Files.newInputStream(jar)) {
            run(launcher, "x");

            assertThat(running.readAllBytes()).asString().isEqualTo("in use");
        }
        assertThat(jar).isEmptyFile();
    }

    @Test
    void aSourceThatChangesDuringTheBuildIsNotMissed() throws Exception {
        Path launcher = sourceTree();
        script(
                tools.resolve("mvn"),
                "echo x >>" + temp.resolve("builds")
                        // As if the build had begun long ago: files written within one tick of the clock have one age.
                        + "\ntouch -t 202601010000 proxy/target/assay-build.started"
                        + "\n: >proxy/src/main/java/X.java\n: >proxy/target/assay-1.0-all.jar");

        run(launcher, "x");
        run(launcher, "x");

        assertThat(builds()).hasSize(2);
    }

    @Test
    void aFailedBuildStartsNothing() throws Exception {
        Path launcher = sourceTree();
        script(tools.resolve("mvn"), "echo why; exit 1");

        Ended ended = run(launcher, "x");

        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("why\n").endsWith("assay: the build failed; see above\n");
    }

    @Test
    void aJreCannotBuildAndSaysSo() throws Exception {
        Path launcher = sourceTree();
        Files.delete(tools.resolve("javac"));

        Ended ended = run(launcher, "x");

        assertThat(ended.exit()).isEqualTo(3);
        assertThat(ended.err()).contains("has no compiler: install a JDK");
    }

    @Test
    void withoutJarAndSourcesItSaysWhatIsMissing() throws Exception {
        Path launcher = copyTo(temp.resolve("bare"));

        assertThat(run(launcher).err())
                .isEqualTo("assay: neither lib/assay.jar nor pom.xml in " + temp.resolve("bare") + "\n");
    }

    @Test
    void theFirstUpdateOfTufLeavesAnArchiveOfClassesThatLaterCommandsStartFrom() throws Exception {
        Path launcher = installed();
        archivingJava(0);
        run(launcher, "tuf", "refresh");

        Ended ended = run(launcher, "tuf", "init");

        assertThat(ended.out()).contains("-XX:SharedArchiveFile=" + archive()).endsWith("assay.jar\ntuf\ninit\n");
        assertThat(temp.resolve("opt/lib").toFile().list()).containsExactlyInAnyOrder("assay.jar", "assay-java17.jsa");
    }

    @Test
    void theUpdateThatLeavesAnArchiveHasItsOwnExitCode() throws Exception {
        Path launcher = installed();
        archivingJava(1);

        assertThat(run(launcher, "tuf", "download").exit()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"opt/lib/assay.jar", "jdk/bin/java"})
    void anArchiveOlderThanItsJarOrJavaIsMadeAnew(String newer) throws Exception {
        Path launcher = installed();
        archivingJava(0);
        Files.writeString(archive(), "old");
        Files.setLastModifiedTime(
                temp.resolve(newer), FileTime.from(Instant.now().plusSeconds(5)));

        Ended ended = run(launcher, "tuf", "refresh");

        assertThat(ended.out()).doesNotContain("SharedArchiveFile");
        assertThat(archive()).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "repository follow --all"})
    void whatRunsOftenStartsFromTheArchiveThatARunBeforeItHasLeft(String words) throws Exception {
        Path launcher = installed();
        archivingJava(0);
        String[] command = words.split(" ");
        run(launcher, command);

        Ended ended = run(launcher, command);

        Path archive =
                temp.resolve("opt/lib/assay-" + (command[0].equals("serve") ? "serve" : "follow") + "-java17.jsa");
        assertThat(ended.out())
                .contains("-XX:SharedArchiveFile=" + archive)
                .endsWith("assay.jar\n" + words.replace(' ', '\n') + "\n");
        assertThat(temp.resolve("opt/lib").toFile().list())
                .containsExactlyInAnyOrder("assay.jar", archive.getFileName().toString());
    }

    @Test
    void aFollowCommandThatFollowsNothingLeavesNoArchive() throws Exception {
        Path launcher = installed();
        archivingJava(0);

        assertThat(run(launcher, "repository", "follow", "--help").out()).doesNotContain(".jsa");
    }

    @Test
    void anArchiveThatAProxyIsStillWritingIsLeftAlone() throws Exception {
        Path launcher = installed();
        archivingJava(0);
        Path half = temp.resolve(
                "opt/lib/assay-serve-java17.jsa." + ProcessHandle.current().pid());
        Files.writeString(half, "");

        assertThat(run(launcher, "serve").out()).doesNotContain("SharedArchiveFile");
        assertThat(half).exists();
    }

    @Test
    void otherCommandsHaveNothingToDoWithTheArchive() throws Exception {
        Path launcher = installed();
        Files.writeString(archive(), "");
        Files.setLastModifiedTime(archive(), FileTime.from(Instant.now().plusSeconds(5)));

        assertThat(run(launcher, "repository", "refresh").out()).doesNotContain(".jsa");
    }

    private Path archive() {
        return temp.resolve("opt/lib/assay-java17.jsa");
    }

    /** A java that also writes the archive it is asked for, a while after the jar was written. */
    private void archivingJava(int exit) throws IOException {
        Path jar = temp.resolve("opt/lib/assay.jar");
        java(
                "17.0.1",
                "for one in \"$@\"; do printf '%s\\n' \"$one\"; case $one in *AtExit=*) : >\"${one#*=}\" ;; esac; done; exit "
                        + exit);
        for (Path older : List.of(jar, tools.resolve("java"))) {
            Files.setLastModifiedTime(older, FileTime.from(Instant.now().minusSeconds(60)));
        }
    }

    private Path installed() throws IOException {
        Path launcher = copyTo(temp.resolve("opt"));
        Files.createDirectories(temp.resolve("opt/lib"));
        Files.writeString(temp.resolve("opt/lib/assay.jar"), "");
        return launcher;
    }

    private Path sourceTree() throws IOException {
        Path source = temp.resolve("source");
        Path launcher = copyTo(source.resolve("proxy"));
        Files.createDirectories(source.resolve("proxy/target"));
        Files.createDirectories(source.resolve("proxy/src/main/java"));
        FileTime old = FileTime.from(Instant.now().minusSeconds(60));
        for (String file : List.of("pom.xml", "proxy/pom.xml", "proxy/src/main/java/X.java")) {
            Files.setLastModifiedTime(Files.writeString(source.resolve(file), ""), old);
        }
        return launcher;
    }

    private static Path copyTo(Path home) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        return Files.copy(LAUNCHER, bin.resolve("assay"));
    }

    private void java(String version, String script) throws IOException {
        script(
                tools.resolve("java"),
                "[ \"$1\" != -version ] || { echo 'openjdk version \"" + version + "\" 2026-01-01' >&2; exit 0; }\n"
                        + script);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(temp.resolve("builds"));
    }

    private Ended run(Path launcher, String... arguments) throws Exception {
        return start(launcher, Map.of(), arguments).ended();
    }

    private Launched start(Path launcher, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ASSAY_") || name.equals("JAVA_HOME"));
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().put("ASSAY_JAVA", tools.resolve("java").toString());
        builder.environment().putAll(environment);
        return new Launched(builder.start(), out, err);
    }

    /** A launch under way. */
    private record Launched(Process process, Path out, Path err) {
        Ended ended() throws Exception {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return new Ended(
                    process.pid(), process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        }
    }
}
