package dev.assay.app.demo;

/**
 * One row of the demonstration, still to be played.
 *
 * @param attack what is shown
 * @param deed what the mirror does
 * @param expected how it must end; {@link Outcome#SKIPPED} is allowed too
 * @param reason what the user must have seen; a part of it, empty when nothing certain
 */
record Scene(String attack, String deed, Outcome expected, String reason, Play play) {
    /** What happens in the scene; called once, from one of several threads. */
    @FunctionalInterface
    interface Play {
        Sight perform() throws Exception;
    }

    /**
     * How it ended.
     *
     * @param saw one line: what the user saw
     */
    record Sight(Outcome outcome, String saw) {}

    /** A scene that was played. */
    record Row(Scene scene, Sight sight) {
        boolean isAsItMustBe() {
            boolean expected =
                    sight.outcome() == scene.expected() && sight.saw().contains(scene.reason());
            return expected || sight.outcome() == Outcome.SKIPPED;
        }
    }

    /** Plays it; whatever goes wrong becomes part of the row. */
    Row perform() {
        try {
            return new Row(this, play.perform());
        } catch (Exception e) {
            return new Row(this, new Sight(Outcome.BROKEN, e.toString()));
        }
    }
}
