package dev.assay.author;

import dev.assay.author.RepositoryStatus.Role;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.Signers;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads, verifies and counts everything that is published. */
final class StatusReport {
    private final Session session;
    private final PublishedState published;
    private final List<Role> roles = new ArrayList<>();
    private int projects;
    private int files;

    StatusReport(Session session, PublishedState published) {
        this.session = session;
        this.published = published;
    }

    RepositoryStatus read() throws IOException, RepositoryException {
        row("root", published.root().version(), published.root().expires());
        row("timestamp", published.timestamp().version(), published.timestamp().expires());
        row("snapshot", published.snapshot().version(), published.snapshot().expires());
        row(Signing.TARGETS, published.targets().version(), published.targets().expires());
        row(PublishedState.BINS, published.bins().version(), published.bins().expires());
        int bins = readBins();
        for (String role : published.claimedRoles()) {
            Targets claimed = published.role(role);
            count(claimed);
            row(role, claimed.version(), claimed.expires());
        }
        List<ProjectName> pending = new PendingRoles(session.folder, published)
                .all().stream()
                        .map(role -> ClaimedProjects.project(role.name()))
                        .sorted()
                        .toList();
        return new RepositoryStatus(roles, bins, projects, files, pending);
    }

    private int readBins() throws IOException, RepositoryException {
        List<String> names = published.binNames();
        long version = 0;
        Instant expires = Instant.MAX;
        int read = 0;
        for (String name : names) {
            Targets bin = published.role(name);
            count(bin);
            version = Math.max(version, bin.version());
            expires = bin.expires().isBefore(expires) ? bin.expires() : expires;
            session.progress().at("bins verified", ++read, names.size());
        }
        add(PublishedState.BIN_PREFIX + "-n", version, expires, Signing.ONLINE, published.signers(names.get(0)));
        return names.size();
    }

    private void count(Targets targets) {
        for (TargetPath path : targets.targets().keySet()) {
            projects += PageTargets.isJsonPage(path) ? 1 : 0;
            files += PageTargets.isFile(path) ? 1 : 0;
        }
    }

    private void row(String role, long version, Instant expires) throws IOException, RepositoryException {
        boolean online = role.equals("timestamp") || role.equals("snapshot");
        add(role, version, expires, online ? Signing.ONLINE : role, published.signers(role));
    }

    private void add(String name, long version, Instant expires, String owner, Signers signers) {
        List<Boolean> present = signers.keys().values().stream()
                .distinct()
                .map(key -> session.keys.has(owner, key))
                .toList();
        int there = (int) present.stream().filter(Boolean::booleanValue).count();
        roles.add(new Role(name, version, expires, (int) signers.threshold(), present.size(), there));
    }
}
