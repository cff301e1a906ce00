package dev.assay.web;

import java.util.Optional;

/**
 * What operators are told of a repository.
 *
 * @param notReady why it can't vouch for anything now; empty when it can
 * @param trusted whose word counts, in one line
 */
public record RepositoryState(Optional<String> notReady, String trusted) {}
