package dev.assay.upstream;

import java.time.Instant;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What a response says of its version (RFC 9110, 8.8), as the request header that asks whether there is another by now. The entity
 * tag where there is one; else the date, where it is old enough not to stand for two versions of one second.
 *
 * @param header empty when the response says nothing that can be relied on
 */
record Validator(String header, String value) {
    static final Validator NONE = new Validator("", "");

    static Validator of(Headers response) {
        @Nullable String tag = response.get("ETag");
        if (tag != null && tag.matches("(W/)?\"[\\x21\\x23-\\x7e]{1,200}\"")) {
            return new Validator("If-None-Match", tag);
        }
        @Nullable Instant modified = response.getInstant("Last-Modified");
        @Nullable Instant sent = response.getInstant("Date");
        @Nullable String text = response.get("Last-Modified");
        return modified != null && sent != null && text != null && modified.isBefore(sent)
                ? new Validator("If-Modified-Since", text)
                : NONE;
    }

    boolean isPresent() {
        return !header.isEmpty();
    }
}
