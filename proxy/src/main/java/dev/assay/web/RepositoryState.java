package dev.assay.web;

import java.util.Optional;

/**
 * What operators are told of a repository.
 *
 * @param notReady why it can't vouch for anything now; empty when it can
 * @param grace why it vouches for what is stored alone; empty when it vouches for more, or for nothing
 * @param trusted whose word counts, in one line
 * @param following how it goes with the index that is followed, in one line; empty where none is
 */
public record RepositoryState(
        Optional<String> notReady, Optional<String> grace, String trusted, Optional<String> following) {}
