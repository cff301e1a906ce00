package dev.assay.author;

import dev.assay.crypto.PublicKey;
import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Key;
import dev.assay.tuf.Role;
import dev.assay.tuf.Signers;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Projects that have been handed to their authors' keys (PEP 480, claimed projects). Each has a role of its own, {@code
 * project-<name>}, which {@code targets} delegates to before {@code bins}, terminating: from then on the online key can't vouch
 * for anything of the project. Its patterns are those of its pages and of its files by the beginning of their names.
 */
final class ClaimedProjects {
    private static final String PREFIX = "project-";

    private final Session session;
    private final PublishedState published;
    private final PendingRoles pending;

    ClaimedProjects(Session session, PublishedState published) {
        this.session = session;
        this.published = published;
        this.pending = new PendingRoles(session.folder, published);
    }

    static String role(ProjectName project) {
        return PREFIX + project;
    }

    static ProjectName project(String role) {
        return new ProjectName(role.substring(PREFIX.length()));
    }

    /** Hands a project over, or changes the keys of one that was. Returns whether it still waits for signatures. */
    boolean delegate(ProjectName project, List<PublicKey> keys, int threshold) throws IOException, RepositoryException {
        Delegations delegation = delegation(project, keys, threshold);
        Signers targetsSigners = published.signers(Signing.TARGETS);
        session.keys.require(Signing.TARGETS, targetsSigners.keys().values(), (int) targetsSigners.threshold());
        Map<TargetPath, TargetFile> own = targetsOf(project);
        checkNothingElseMatches(project, delegation, own.keySet());
        Targets content =
                new Targets(pending.nextVersion(role(project)), session.offlineExpiry(), own, Optional.empty());
        return sign(PendingRole.unsigned(role(project), content, Optional.of(delegation)));
    }

    /** Adds signatures to what waits, or signs the project's role for another term. Returns whether it still waits. */
    boolean sign(ProjectName project) throws IOException, RepositoryException {
        String role = role(project);
        Optional<PendingRole> waiting = pending.find(role);
        if (waiting.isEmpty() && !published.claimedRoles().contains(role)) {
            throw new RepositoryException(project + " has not been handed to authors (use delegate first)");
        }
        PendingRole next = waiting.isPresent()
                ? waiting.get()
                : pending.next(role, published.role(role).targets(), session.offlineExpiry());
        if (next.signWith(session.keys, signers(next)) == 0) {
            throw new RepositoryException(
                    "none of the keys given is one of " + project + "'s that has yet to sign (give it with --key)");
        }
        return sign(next);
    }

    private Signers signers(PendingRole role) throws IOException, RepositoryException {
        return role.delegation().isPresent()
                ? PublishedState.signers(role.delegation().get(), role.name()).orElseThrow()
                : published.signers(role.name());
    }

    private boolean sign(PendingRole next) throws IOException, RepositoryException {
        Signers signers = signers(next);
        next.signWith(session.keys, signers);
        Publication publication = session.publication();
        if (!next.isSigned(signers)) {
            pending.save(next, publication);
            return true;
        }
        Signing signing = new Signing(session, published, publication);
        Map<String, Map<TargetPath, TargetFile>> bins =
                next.delegation().isPresent() ? handOver(next, next.delegation().get(), signing) : new TreeMap<>();
        for (TargetFile list :
                ProjectList.change(Map.of(project(next.name()), hasPage(next)), published, publication)) {
            changing(bins, list.role()).put(list.path(), list);
        }
        for (Map.Entry<String, Map<TargetPath, TargetFile>> bin : bins.entrySet()) {
            signing.bin(bin.getKey(), bin.getValue());
        }
        signing.claimed(next);
        signing.commit(List.of(project(next.name())));
        return false;
    }

    private static boolean hasPage(PendingRole role) {
        return role.content().targets().containsKey(PageTargets.path(project(role.name()), PageFormat.JSON));
    }

    private Map<TargetPath, TargetFile> changing(Map<String, Map<TargetPath, TargetFile>> bins, String bin)
            throws IOException, RepositoryException {
        Map<TargetPath, TargetFile> changed = bins.get(bin);
        if (changed == null) {
            changed = new TreeMap<>(published.role(bin).targets());
            bins.put(bin, changed);
        }
        return changed;
    }

    /** Signs the delegation; returns the roles that the project's targets move away from, without them. */
    private Map<String, Map<TargetPath, TargetFile>> handOver(PendingRole next, Delegations delegation, Signing signing)
            throws IOException, RepositoryException {
        ProjectName project = project(next.name());
        Map<TargetPath, TargetFile> own = targetsOf(project);
        if (!own.equals(next.content().targets())) {
            throw new RepositoryException(
                    project + " has changed since it was to be handed over; run delegate again, then sign");
        }
        signing.targets(withProject(published.topDelegations(), delegation));
        Map<String, Map<TargetPath, TargetFile>> touched = new TreeMap<>();
        for (TargetPath path : own.keySet()) {
            String before = published.responsible(path);
            if (!before.equals(next.name())) {
                changing(touched, before).remove(path);
            }
        }
        return touched;
    }

    /** Everything that is signed for a project now, as its own role will sign it. */
    private Map<TargetPath, TargetFile> targetsOf(ProjectName project) throws IOException, RepositoryException {
        Map<TargetPath, TargetFile> own = new TreeMap<>();
        ProjectPage page = new Draft(session, published).page(project);
        List<TargetPath> paths = new ArrayList<>();
        if (!page.files().isEmpty()) {
            PageTargets.FORMATS.forEach(format -> paths.add(PageTargets.path(project, format)));
        }
        page.files().forEach(file -> paths.add(PageTargets.target(file)));
        for (TargetPath path : paths) {
            TargetFile found = published
                    .target(published.responsible(path), path)
                    .orElseThrow(() -> new RepositoryException(path + " is on the page of " + project
                            + " and not signed; the claimed project's change may wait for signatures (sign it first)"));
            own.put(path, new TargetFile(path, found.length(), found.digests(), found.custom(), role(project)));
        }
        return own;
    }

    private Delegations delegation(ProjectName project, List<PublicKey> keys, int threshold)
            throws IOException, RepositoryException {
        Map<String, Key> byId = new LinkedHashMap<>();
        keys.forEach(key -> byId.put(Key.of(key).id(), Key.of(key)));
        if (threshold < 1 || threshold > byId.size()) {
            throw new RepositoryException(
                    "threshold: " + threshold + " (expected: 1 to " + byId.size() + ", the number of different keys)");
        }
        Role signing = new Role(List.copyOf(byId.keySet()), threshold);
        return Delegations.to(
                byId, List.of(new DelegatedRole(role(project), signing, true, patterns(project), List.of())));
    }

    /** Its page targets, and its files by name: as PEP 427 and 625 spell it, and as its present files do. */
    private List<String> patterns(ProjectName project) throws IOException, RepositoryException {
        Set<String> spellings = new TreeSet<>(Set.of(project.value().replace('-', '_')));
        for (ProjectFile file : new Draft(session, published).page(project).files()) {
            spellings.add(spelling(project, file.filename()));
        }
        List<String> patterns = new ArrayList<>(List.of("simple/" + project + "/*"));
        spellings.forEach(spelling -> patterns.add("packages/*/*/*/" + spelling + "-*"));
        return patterns;
    }

    private static String spelling(ProjectName project, String filename) throws RepositoryException {
        for (int dash = filename.indexOf('-'); dash > 0; dash = filename.indexOf('-', dash + 1)) {
            String name = filename.substring(0, dash);
            if (ProjectName.normalize(name).equals(project)) {
                return name;
            }
        }
        throw new RepositoryException(filename + " does not begin with a spelling of " + project);
    }

    private void checkNothingElseMatches(ProjectName project, Delegations delegation, Set<TargetPath> own)
            throws IOException, RepositoryException {
        List<String> roles = new ArrayList<>(published.binNames());
        roles.addAll(published.claimedRoles());
        for (String role : roles) {
            for (TargetPath path : published.role(role).targets().keySet()) {
                if (!own.contains(path) && !delegation.matching(path).isEmpty()) {
                    throw new RepositoryException(path + " belongs to another project, but its name falls under "
                            + project + "'s; rename it as PEP 625 says (remove it and add it again), then delegate");
                }
            }
        }
    }

    /** The delegations with a project's before that of {@code bins}; keys that nobody uses any more are left out. */
    private static Delegations withProject(Delegations before, Delegations added) {
        DelegatedRole project = added.roles().get(0);
        List<DelegatedRole> roles = new ArrayList<>(List.of(project));
        before.roles().stream()
                .filter(role -> !role.name().equals(project.name()))
                .forEach(roles::add);
        Set<String> used = new LinkedHashSet<>();
        roles.forEach(role -> used.addAll(role.role().keyids()));
        Map<String, Key> keys = new LinkedHashMap<>();
        used.forEach(keyid -> {
            Key key = added.keys().getOrDefault(keyid, before.keys().get(keyid));
            if (key != null) {
                keys.put(keyid, key);
            }
        });
        return Delegations.to(keys, roles);
    }
}
