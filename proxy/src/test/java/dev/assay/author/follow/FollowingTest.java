package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.author.Progress;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.simple.ProjectName;
import java.io.IOException;
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
        try (Following following =
                new Following(follower, Duration.ofDays(1), Growth.DEFAULTS, new SplittableRandom(1))) {
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

    @Test
    void wishesAddNoMoreProjectsThanThereIsRoomForAndTheOthersHearWhy() throws Exception {
        canonical.generate(2, 1);
        pass("demo");
        try (Following following = following(new Growth(2, 10))) {
            assertThat(following.followed()).isEqualTo(1);
            assertThat(wish(following, "nonesuch")).isEqualTo(new Wished.Unknown());
            assertThat(wish(following, "project-0")).isEqualTo(new Wished.Signed());
            Wished one = wish(following, "project-1");

            assertThat(one)
                    .isInstanceOfSatisfying(
                            Wished.Refused.class,
                            refused -> assertThat(refused.reason()).contains("2 projects", "max-followed: 2"));
            assertThat(following.followed()).isEqualTo(2);
            assertThat(wish(following, "demo")).as("it is followed").isEqualTo(new Wished.Signed());
            assertThat(follower.followed()).hasSize(2);
        }
    }

    @Test
    void aPageThatIsNotBelievedKeepsNoOtherFromItsLook() throws Exception {
        canonical.generate(1, 1);
        pass("demo", "project-0");
        canonical.put(new Listing("stranger", 500, List.of(entry("stranger-1.0-py3-none-any.whl"))));
        canonical.swap("demo", "stranger");
        says("project-0", entry("project_0-9-py3-none-any.whl"), entry("project_0-1.0-py3-none-any.whl"));
        CountDownLatch news = new CountDownLatch(1);
        try (Following following =
                new Following(follower, Duration.ofDays(1), Growth.DEFAULTS, new SplittableRandom(1))) {
            following.start(report -> IntStream.range(0, report.changed()).forEach(each -> news.countDown()));
            news.await();
        }

        assertThat(files("project-0")).hasSize(2);
    }

    @Test
    void aFailureTakesNoRoom() throws Exception {
        canonical.generate(1, 1);
        try (Following following = following(new Growth(1, 1))) {
            canonical.breakDown(QUICK.attempts());
            assertThatThrownBy(() -> wish(following, "project-0")).isInstanceOf(IOException.class);

            assertThat(wish(following, "project-0")).isEqualTo(new Wished.Signed());
        }
    }

    /** A round can't fail in the midst of it: nothing else is asked meanwhile. */
    private Following following(Growth growth) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Following following = new Following(follower, Duration.ofDays(1), growth, new SplittableRandom(1));
        following.start(report -> begun.countDown());
        begun.await();
        return following;
    }

    private static Wished wish(Following following, String project) throws Exception {
        return following.follow(new ProjectName(project));
    }
}
