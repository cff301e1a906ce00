package dev.assay.app.demo;

/** What a {@link LyingMirror} does to those that ask it. */
public enum Lie {
    NONE(Subject.NOTHING, "honest", "served what was published"),
    FLIPPED_BYTE(Subject.FILE, "flipped byte", "flipped one bit in the middle of the file"),
    TRUNCATED(Subject.FILE, "truncated file", "left out the last 100 bytes"),
    LONGER(Subject.FILE, "longer file", "appended 100 bytes"),
    OTHER_WHEEL(Subject.FILE, "other wheel", "served another wheel under the name"),
    PAGE_OTHER_HASHES(Subject.PAGE, "page, other hashes", "listed the hashes of its evil wheels"),
    PAGE_EXTRA_FILE(Subject.PAGE, "page, extra file", "listed a newer, evil wheel"),
    ALTERED_METADATA(Subject.CORE_METADATA, "altered .metadata", "added a dependency to .metadata"),
    ROLLBACK(Subject.TUF_METADATA, "rollback", "served yesterday's signed metadata"),
    FROZEN(Subject.TUF_METADATA, "freeze", "served signed metadata that expired"),
    MIX_AND_MATCH(Subject.TUF_METADATA, "mix and match", "mixed metadata of two snapshots"),
    ENDLESS_BODY(Subject.FILE, "endless body", "never stopped sending"),
    SLOW_BODY(Subject.FILE, "slow body", "sent a few bytes a second"),
    REDIRECT(Subject.FILE, "redirect", "redirected to another host"),
    EVIL_PREFIX_THEN_CUT(Subject.FILE, "evil prefix, cut", "sent an evil beginning, then hung up");

    /** What a lie is told about; all else is served honestly. */
    public enum Subject {
        NOTHING,
        FILE,
        PAGE,
        CORE_METADATA,
        TUF_METADATA;

        /** Whether an URL path of a published tree is of this subject. */
        public boolean concerns(String path) {
            return switch (this) {
                case NOTHING -> false;
                case FILE -> path.startsWith("/packages/") && !path.endsWith(".metadata");
                case PAGE -> path.startsWith("/simple/");
                case CORE_METADATA -> path.startsWith("/packages/") && path.endsWith(".metadata");
                case TUF_METADATA -> path.startsWith("/metadata/");
            };
        }
    }

    private final Subject subject;
    private final String title;
    private final String deed;

    Lie(Subject subject, String title, String deed) {
        this.subject = subject;
        this.title = title;
        this.deed = deed;
    }

    public Subject subject() {
        return subject;
    }

    /** A few words for a table. */
    public String title() {
        return title;
    }

    /** What the mirror did, as the rest of a sentence. */
    public String deed() {
        return deed;
    }
}
