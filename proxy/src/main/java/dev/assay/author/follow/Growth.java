package dev.assay.author.follow;

/**
 * How much those who may ask for projects can make a follower follow. What whoever runs it names is not counted against it.
 *
 * @param maxFollowed projects in all, beyond which nobody's wish adds one
 * @param newAnHour projects that wishes add within an hour; as many at once, when there were none for an hour
 */
public record Growth(int maxFollowed, int newAnHour) {
    public static final Growth DEFAULTS = new Growth(20_000, 1_000);

    public Growth {
        if (maxFollowed < 1 || newAnHour < 1) {
            throw new IllegalArgumentException(
                    "growth: " + maxFollowed + " projects, " + newAnHour + " an hour (expected: each at least 1)");
        }
    }
}
