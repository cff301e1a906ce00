package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.observe.AuditLog;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.MirrorClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Several repositories, of which a number must say the same before it counts (TAP 4). One that fails never counts as one that says
 * no: where it could change what is agreed, its failure is the answer. One that has not answered yet is waited for only then, and for
 * the whole reason of a refusal. Thread-safe.
 */
public final class Agreement implements Owner {
    /** Weighed by files, as {@link ProjectPages} does. */
    private static final long MAX_FILES_IN_MEMORY = 128 << 10;

    private final List<Authority> repositories;
    private final int threshold;
    private final AuditLog audit;
    private final Cache<Key, VerifiedPage> agreed = Caffeine.newBuilder()
            .maximumWeight(MAX_FILES_IN_MEMORY)
            .weigher((Key key, VerifiedPage page) -> 8 + page.page().files().size())
            .build();

    /** An agreed page by what it is made of; with others missing, less can be agreed on. */
    private record Key(Digest identity, int missing) {}

    /**
     * What became of one question to all of them.
     *
     * @param yes what was found, by repository
     * @param no of those that know of no such thing
     * @param failures of those that could not say, each with the name of the repository
     * @param waiting of those that may still say either
     * @param graces of those whose word stands by grace alone
     */
    private record Answers<T>(
            Map<Authority, T> yes,
            List<Outcome.Withheld<T>> no,
            List<Outcome.Withheld<T>> failures,
            List<Outcome.Waiting<T>> waiting,
            List<String> graces) {
        /** What is agreed stands by it when the word of one does. */
        Optional<String> grace() {
            return graces.stream().findFirst();
        }

        /** How many more could still say yes, or could have. */
        int missing() {
            return failures.size() + waiting.size();
        }

        /** The answer while what is missing could change it: to wait for any that may still come, else why one did not. */
        <U> Outcome<U> undecided() {
            return waiting.isEmpty()
                    ? failures.get(0).then(never -> undecided())
                    : new Outcome.Waiting<>(
                            wake -> waiting.forEach(each -> each.subscribe().accept(wake)));
        }
    }

    /** Throws {@link IllegalArgumentException} unless the threshold is from 2 to the number of repositories. */
    public Agreement(List<Authority> repositories, int threshold, AuditLog audit) {
        if (threshold < 2 || threshold > repositories.size()) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold + " (expected: 2 to " + repositories.size() + ")");
        }
        this.repositories = List.copyOf(repositories);
        this.threshold = threshold;
        this.audit = audit;
    }

    @Override
    public List<Authority> repositories() {
        return repositories;
    }

    @Override
    public int threshold() {
        return threshold;
    }

    @Override
    public Outcome<VerifiedPage> page(ProjectName project, Instant deadline) {
        Answers<VerifiedPage> answers = askAll(authority -> authority.page(project, deadline));
        return page(project, answers).under(answers.grace());
    }

    private Outcome<VerifiedPage> page(ProjectName project, Answers<VerifiedPage> answers) {
        int yes = answers.yes().size();
        int missing = answers.missing();
        boolean isOpen = missing >= threshold || (yes < threshold && yes + missing >= threshold);
        if (isOpen || (yes < threshold && !answers.waiting().isEmpty())) {
            return answers.undecided();
        }
        if (yes < threshold) {
            return tooFew("the page of " + project, answers, Outcome.Reason.NOT_FOUND);
        }
        Key key = new Key(identity(project, answers.yes()), missing);
        VerifiedPage known = agreed.getIfPresent(key);
        if (known != null) {
            return new Outcome.Found<>(known);
        }
        AgreedPage maker = new AgreedPage(List.copyOf(answers.yes().values()), threshold, missing);
        Optional<VerifiedPage> made = maker.make(key.identity());
        if (made.isEmpty()) {
            return answers.undecided();
        }
        maker.disputes()
                .forEach(sides -> audit.record(
                        "repositories-disagree",
                        "repositories",
                        names(answers.yes()),
                        "project",
                        project.value(),
                        "said",
                        sides));
        agreed.put(key, made.get());
        return new Outcome.Found<>(made.get());
    }

    @Override
    public Optional<VerifiedPage> pageInMemory(ProjectName project) {
        Map<Authority, VerifiedPage> pages = new LinkedHashMap<>();
        for (Authority authority : repositories) {
            Optional<VerifiedPage> page = authority.pageInMemory(project);
            if (page.isEmpty()) {
                return Optional.empty();
            }
            pages.put(authority, page.get());
        }
        return Optional.ofNullable(agreed.getIfPresent(new Key(identity(project, pages), 0)));
    }

    @Override
    public Outcome<SignedFile> file(String path, List<ProjectName> projects, Instant deadline) {
        Answers<SignedFile> answers = askAll(authority -> authority.file(path, projects, deadline));
        return file(path, answers).under(answers.grace());
    }

    /** Votes are counted by a worker. */
    @Override
    public Optional<SignedFile> fileInMemory(String path, List<ProjectName> projects) {
        return Optional.empty();
    }

    private Outcome<SignedFile> file(String path, Answers<SignedFile> answers) {
        List<SignedFile> files = List.copyOf(answers.yes().values());
        Ballot<Statement.Fact> ballot =
                Statement.ballot(files.stream().map(Statement::of).toList());
        List<Statement.Fact> facts = ballot.agreed(threshold);
        boolean contradictory = Statement.contradictory(facts.isEmpty() ? ballot.said() : facts);
        boolean refused = contradictory || facts.isEmpty();
        if (ballot.isOpen(threshold, answers.missing())
                || (refused && !answers.waiting().isEmpty())) {
            return answers.undecided();
        }
        if (contradictory) {
            return Outcome.refused(Outcome.Reason.SIGNATURES_DISAGREE, disagreement(path, answers.yes()));
        }
        return facts.isEmpty()
                ? tooFew(path.substring(path.lastIndexOf('/') + 1), answers, Outcome.Reason.NOT_SIGNED)
                : new Outcome.Found<>(agreed(Statement.of(facts), facts, files));
    }

    private static SignedFile agreed(Statement statement, List<Statement.Fact> facts, List<SignedFile> files) {
        List<SignedFile> agreeing =
                files.stream().filter(file -> Statement.of(file).says(facts)).toList();
        Set<MirrorClient> mirrors = new LinkedHashSet<>();
        agreeing.forEach(file -> mirrors.addAll(file.mirrors()));
        SignedFile first = agreeing.get(0);
        return new SignedFile(
                statement.path(),
                statement.digests(),
                statement.length(),
                first.maxBytes(),
                first.whole(),
                List.copyOf(mirrors));
    }

    /** Asks every repository, so that all of them fetch at once. */
    private <T> Answers<T> askAll(Function<Authority, Outcome<T>> question) {
        Answers<T> answers = new Answers<>(
                new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Authority authority : repositories) {
            Outcome<T> outcome = question.apply(authority);
            if (outcome instanceof Outcome.Waiting<T> waiting) {
                answers.waiting().add(waiting);
            } else if (outcome instanceof Outcome.Found<T> found) {
                answers.yes().put(authority, found.value());
                found.grace().ifPresent(why -> answers.graces().add(authority.name() + ": " + why));
            } else if (outcome.saidBy(authority.name()) instanceof Outcome.Withheld<T> withheld) {
                (saysNo(withheld.reason()) ? answers.no() : answers.failures()).add(withheld);
            }
        }
        return answers;
    }

    private static boolean saysNo(Outcome.Reason reason) {
        return switch (reason) {
            case NOT_FOUND, REVOKED, NOT_SIGNED, NO_SUPPORTED_HASH, QUARANTINED -> true;
            case SIGNATURES_DISAGREE,
                    WRONG_BYTES,
                    OTHER_PAGE,
                    MALFORMED_PAGE,
                    UNVERIFIED,
                    UNCONFIRMED,
                    NOT_TAKEN,
                    UPSTREAM,
                    TIMEOUT,
                    LOCAL -> false;
        };
    }

    /** Revoked or in quarantine where one says so, else {@code otherwise}. */
    private <T, U> Outcome<U> tooFew(String what, Answers<T> answers, Outcome.Reason otherwise) {
        StringBuilder detail = new StringBuilder(what + ": signed by "
                + answers.yes().size() + " of " + repositories.size() + " repositories (expected: " + threshold + ")");
        Outcome.Reason reason = otherwise;
        for (Outcome.Withheld<T> no : answers.no()) {
            detail.append("; ").append(no.detail());
            boolean tells = no.reason() == Outcome.Reason.REVOKED || no.reason() == Outcome.Reason.QUARANTINED;
            reason = tells && reason == otherwise ? no.reason() : reason;
        }
        return Outcome.refused(reason, detail.toString());
    }

    private static String disagreement(String path, Map<Authority, SignedFile> said) {
        StringBuilder detail = new StringBuilder(path.substring(path.lastIndexOf('/') + 1));
        said.forEach((authority, file) ->
                detail.append("; ").append(authority.name()).append(": ").append(Statement.of(file)));
        return detail.toString();
    }

    private static String names(Map<Authority, ?> said) {
        return String.join(",", said.keySet().stream().map(Authority::name).toList());
    }

    private static Digest identity(ProjectName project, Map<Authority, VerifiedPage> pages) {
        StringBuilder text = new StringBuilder(project.value());
        pages.forEach((authority, page) ->
                text.append('\n').append(authority.name()).append(' ').append(page.digest()));
        return Digest.of(HashAlgorithm.SHA256, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
