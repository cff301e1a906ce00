package dev.assay.author;

/** Core metadata as it lies in an archive: verbatim bytes, and the name of the folder that holds them. */
final class ArchivedMetadata {
    private final String folder;
    private final byte[] content;

    /** Takes {@code content} over without a copy. */
    ArchivedMetadata(String folder, byte[] content) {
        this.folder = folder;
        this.content = content;
    }

    /** {@code name-version} of a wheel's {@code name-version.dist-info}; the top folder of an sdist. */
    String folder() {
        return folder;
    }

    /** The very array: not to be changed. */
    byte[] content() {
        return content;
    }
}
