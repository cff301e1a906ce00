package dev.assay.app.demo;

/** How an attempt to install ended, judged by what lies in the target folder and not by what pip says alone. */
enum Outcome {
    /** Exactly what was published is installed. */
    INSTALLED("installed"),
    /** Nothing is installed. */
    REFUSED("refused"),
    /** Something else than what was published is installed. */
    FOOLED("FOOLED"),
    /** This machine lacks what the row needs. */
    SKIPPED("skipped"),
    /** The demonstration itself broke. */
    BROKEN("BROKEN");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** For the table. */
    String word() {
        return word;
    }
}
