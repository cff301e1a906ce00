package dev.assay.author.follow;

import dev.assay.simple.ProjectName;

/**
 * The index contradicts what it said before.
 *
 * @param subject a file name, or what else is meant
 * @param before what it said, and what stays signed unless it is gone
 * @param now what it says
 */
public record Alarm(Kind kind, ProjectName project, String subject, String before, String now) {
    /** What happened; the label is the metric's and the audit event's. */
    public enum Kind {
        /** Another digest or size under a file name already seen. The old entry stays signed. */
        FILE_CHANGED("file-changed"),
        /** A file is listed no longer. It is revoked. */
        FILE_VANISHED("file-vanished"),
        /** The index knows the project no longer. All its files are revoked. */
        PROJECT_VANISHED("project-vanished"),
        /** The serial stays behind one that was seen, or away, for longer than the edges of a CDN do. The old page stays signed. */
        SERIAL_WENT_BACK("serial-went-back"),
        /** The page is another project's. The old page stays signed. */
        PAGE_SWAPPED("page-swapped");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** Tells this alarm from others of its project: raised once while it lasts. */
    String key() {
        return kind.label() + " " + subject + " " + now;
    }

    @Override
    public String toString() {
        return kind.label() + ": " + project + ": " + subject + ": " + now + " (before: " + before + ")";
    }
}
