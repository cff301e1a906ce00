package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.author.Progress;
import dev.assay.simple.ProjectName;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rounds over everything that is followed cost what is new, where the index tells. */
class FollowingTest extends FollowTestCase {

    @Test
    void ofManyProjectsTheListTellsWhichHaveNewsInAPassAndInARound() throws Exception {
        int many = 120;
        follower.close();
        follower = Follower.open(repository, index, clock, many);
        canonical.generate(many, 1);
        List<ProjectName> all = IntStream.range(0, many)
                .mapToObj(number -> new ProjectName("project-" + number))
                .toList();
        follower.pass(all, Progress.NONE);
        assertThat(follower.pass(all, Progress.NONE).unchanged()).isEqualTo(many);
        now = now.plus(Duration.ofHours(1));
        says("project-7", entry("project_7-9-py3-none-any.whl"), entry("project_7-1.0-py3-none-any.whl"));
        int before = canonical.whole();
        CountDownLatch unchanged = new CountDownLatch(many - 1);
        CountDownLatch checked = new CountDownLatch(many);
        try (Following following = new Following(follower, Duration.ofDays(1), new SplittableRandom(1))) {
            following.start(report -> {
                IntStream.range(0, report.unchanged()).forEach(each -> unchanged.countDown());
                IntStream.range(0, report.checked()).forEach(each -> checked.countDown());
            });
            checked.await();
        }

        assertThat(unchanged.getCount()).isZero();
        assertThat(canonical.whole() - before).isEqualTo(1);
        assertThat(canonical.notModified()).isZero();
        assertThat(repository.changePages().confirmed().orElseThrow().of(new ProjectName("project-119")))
                .isEqualTo(now);
    }
}
