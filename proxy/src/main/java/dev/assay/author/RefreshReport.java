package dev.assay.author;

import java.time.Instant;
import java.util.List;

/**
 * What a refresh did.
 *
 * @param signed names of the roles that were signed anew
 * @param waiting roles that expire soon, or have expired, and whose private keys are not there
 */
public record RefreshReport(List<String> signed, List<Waiting> waiting) {
    public RefreshReport {
        signed = List.copyOf(signed);
        waiting = List.copyOf(waiting);
    }

    /**
     * A role that someone has to sign.
     *
     * @param remedy what to do, as part of a sentence
     */
    public record Waiting(String role, Instant expires, String remedy) {}
}
