package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A follower that is killed while it publishes leaves the old state or the new one, and the next pass gets to the end. */
class KillTest extends FollowTestCase {
    private static final int PROJECTS = 12;

    /** The process to be killed: one pass over an index, from its arguments. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            InstantSource clock = InstantSource.system();
            try (Repository repository = Repository.open(Path.of(args[0]), passphrase(), clock);
                    Index index = new Index(
                            URI.create(args[1]), Access.PLAIN.with(Authorities.in(Path.of(args[2]))), QUICK, clock);
                    Follower follower = Follower.open(repository, index, clock)) {
                follower.pass(names(), Progress.NONE);
            }
        }
    }

    private static List<ProjectName> names() {
        return IntStream.range(0, PROJECTS)
                .mapToObj(number -> new ProjectName("project-" + number))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 20})
    void aKilledPassPublishesNothingHalf(int filesBeforeTheKill) throws Exception {
        canonical.generate(PROJECTS, 2);
        follower.close();
        repository.close();
        Path folder = temp.resolve("repository");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        canonical.simple().toString(),
                        canonical.authority().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long before = published(folder);
        while (child.isAlive() && published(folder) < before + filesBeforeTheKill) {
            Thread.onSpinWait();
        }
        child.destroyForcibly().waitFor();

        repository = Repository.open(folder, passphrase(), clock);
        long seen = repository.changePages().projects().size();
        assertThat(seen).isIn(0L, (long) PROJECTS);
        assertThat(repository.status().projects()).isEqualTo((int) seen);
        follower = Follower.open(repository, index, clock);
        PassReport report = follower.pass(names(), Progress.NONE);
        assertThat(report.alarms()).isEmpty();
        assertThat(repository.changePages().projects()).hasSize(PROJECTS);
    }

    /** Files that lie in the served tree, whether any reader knows of them or not. */
    private static long published(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder.resolve("public"))) {
            return all.filter(file -> file.toString().endsWith(".json")).count();
        }
    }
}
