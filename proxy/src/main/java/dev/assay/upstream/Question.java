package dev.assay.upstream;

import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * What a request asks for, wherever it is redirected.
 *
 * @param from bytes that are here already
 * @param known what the caller has
 * @param act whether it asks for something to be done: a POST without a body
 */
record Question(String accept, String acceptEncoding, long from, Validator known, boolean act) {
    /** For a representation. */
    Question(String accept, String acceptEncoding, long from, Validator known) {
        this(accept, acceptEncoding, from, known, false);
    }

    /** For something to be done. */
    static Question toAct() {
        return new Question("*/*", "identity", 0, Validator.NONE, true);
    }

    /** Sets what no extra header of a place may change. */
    Request on(Request.Builder request) {
        request.header("Accept-Encoding", acceptEncoding);
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (known.isPresent()) {
            request.header(known.header(), known.value());
        }
        return act ? request.post(RequestBody.create(new byte[0])).build() : request.build();
    }
}
