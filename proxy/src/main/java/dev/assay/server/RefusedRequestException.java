package dev.assay.server;

/** The bytes on a connection are not a request that we answer: it gets the refusal, and the connection is closed. */
final class RefusedRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RefusedRequestException(int status, String why) {
        super(why, null, false, false);
        this.refusal = new Refusal(status, why);
    }

    Refusal refusal() {
        return refusal;
    }
}
