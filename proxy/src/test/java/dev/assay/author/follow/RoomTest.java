package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What wishes may add, at times that are given. */
class RoomTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Room room = new Room(new Growth(10, 4), 0);

    private int taken(long nanos) {
        int taken = 0;
        while (room.take(nanos).isEmpty()) {
            taken++;
        }
        return taken;
    }

    @Test
    void anHoursNewcomersMayComeAtOnce() {
        assertThat(taken(0)).isEqualTo(4);
        assertThat(room.take(0)).hasValueSatisfying(why -> assertThat(why).contains("4 new", "max-new-per-hour: 4"));
    }

    @Test
    void roomComesBackWithTimeAndNeverMoreThanAnHours() {
        taken(0);

        assertThat(taken(HOUR / 4)).isEqualTo(1);
        assertThat(taken(100 * HOUR)).isEqualTo(4);
    }

    @Test
    void theLimitInAllHoldsHoweverSlowlyTheyCome() {
        room.follows(9);

        assertThat(taken(0)).isEqualTo(1);
        assertThat(room.take(HOUR))
                .hasValueSatisfying(why -> assertThat(why).contains("10 projects", "max-followed: 10"));
    }

    @Test
    void whatTurnsOutToBeNoProjectTakesNone() {
        taken(0);
        room.giveBack();

        assertThat(room.followed()).isEqualTo(3);
        assertThat(taken(0)).isEqualTo(1);
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> new Growth(0, 1)).hasMessageContaining("expected: each at least 1");
    }
}
