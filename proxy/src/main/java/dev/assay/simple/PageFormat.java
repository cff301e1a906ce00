package dev.assay.simple;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The representations of a page, with the media types that the simple API names for them. */
public enum PageFormat {
    JSON("application/vnd.pypi.simple.v1+json"),
    HTML("application/vnd.pypi.simple.v1+html"),
    /** The same bytes as {@link #HTML}, for clients that know only this type. */
    LEGACY_HTML("text/html");

    private final String mediaType;

    PageFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /** The file name that a static tree gives this representation: {@code vnd.pypi.simple.v1.json}. */
    public String fileName() {
        return switch (this) {
            case JSON -> "vnd.pypi.simple.v1.json";
            case HTML, LEGACY_HTML -> "vnd.pypi.simple.v1.html";
        };
    }

    /**
     * Chooses what a client gets (PEP 691, "Version + Format Selection"); never nothing: a client that accepts none of our types, or does not
     * say, gets {@link #LEGACY_HTML}.
     *
     * @param accept the values of all {@code Accept} headers, possibly none
     * @param queryFormat the decoded value of {@code ?format=}, which comes first when it names a type of ours
     */
    public static PageFormat negotiate(List<String> accept, @Nullable String queryFormat) {
        return ContentNegotiation.choose(accept, queryFormat);
    }
}
