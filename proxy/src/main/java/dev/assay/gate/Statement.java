package dev.assay.gate;

import dev.assay.crypto.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What one repository says of a file. Two agree on what both say: the path, a digest, and the length, unless one of them gives none.
 * So repositories that hash by different algorithms have nothing in common that could be agreed on.
 *
 * @param length bytes; empty when it does not say
 */
record Statement(String path, List<Digest> digests, OptionalLong length) {
    Statement {
        digests = digests.stream().distinct().toList(); // said twice by one, it is still one voice
    }

    /** What can be agreed on: bytes of this digest and length lie at this path. */
    record Fact(String path, Digest digest, OptionalLong length) {
        /** Whether not both can be true of one file. */
        boolean contradicts(Fact other) {
            boolean otherLength = length.isPresent() && other.length.isPresent() && !length.equals(other.length);
            boolean otherDigest = digest.algorithm() == other.digest.algorithm() && !digest.equals(other.digest);
            return !path.equals(other.path) || otherLength || otherDigest;
        }
    }

    static Statement of(SignedFile file) {
        return new Statement(file.path(), file.digests(), file.length());
    }

    /** Each statement's votes for facts; one without a length is for every length that others give. */
    static Ballot<Fact> ballot(List<Statement> statements) {
        Ballot<Fact> ballot = new Ballot<>();
        for (Statement statement : statements) {
            for (Digest digest : statement.digests) {
                statement
                        .lengths(digest, statements)
                        .forEach(length -> ballot.vote(new Fact(statement.path, digest, length)));
            }
        }
        return ballot;
    }

    private Set<OptionalLong> lengths(Digest digest, List<Statement> all) {
        if (length.isPresent()) {
            return Set.of(length);
        }
        Set<OptionalLong> given = new HashSet<>();
        for (Statement other : all) {
            if (other.length.isPresent() && other.path.equals(path) && other.digests.contains(digest)) {
                given.add(other.length);
            }
        }
        return given.isEmpty() ? Set.of(OptionalLong.empty()) : given;
    }

    /** Whether this one says any of these facts. */
    boolean says(List<Fact> facts) {
        return facts.stream()
                .anyMatch(fact -> fact.path.equals(path)
                        && digests.contains(fact.digest)
                        && (length.isEmpty() || length.equals(fact.length)));
    }

    static boolean contradictory(List<Fact> facts) {
        for (int i = 0; i < facts.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (facts.get(i).contradicts(facts.get(j))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The one statement that facts free of contradiction make. */
    static Statement of(List<Fact> facts) {
        List<Digest> digests = new ArrayList<>();
        facts.stream().map(Fact::digest).distinct().forEach(digests::add);
        OptionalLong length = facts.stream()
                .map(Fact::length)
                .filter(OptionalLong::isPresent)
                .findFirst()
                .orElse(OptionalLong.empty());
        return new Statement(facts.get(0).path, digests, length);
    }

    @Override
    public String toString() {
        return digests + (length.isPresent() ? " " + length.getAsLong() + " bytes" : "") + " at " + path;
    }
}
