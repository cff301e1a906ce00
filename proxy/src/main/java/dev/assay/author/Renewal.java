package dev.assay.author;

import dev.assay.author.RefreshReport.Waiting;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.Signers;
import dev.assay.tuf.Targets;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs anew what expires before long: timestamp and snapshot always, bins in the second half of their life, offline roles in the last
 * twelfth of theirs, where their keys are there.
 */
final class Renewal {
    private static final int ONLINE_FRACTION = 2;
    private static final int OFFLINE_FRACTION = 12;

    private final Session session;
    private final PublishedState published;
    private final Publication publication;
    private final Signing signing;
    private final List<String> signed = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    Renewal(Session session, PublishedState published) throws IOException, RepositoryException {
        this.session = session;
        this.published = published;
        this.publication = session.publication();
        this.signing = new Signing(session, published, publication);
    }

    RefreshReport refresh() throws IOException, RepositoryException {
        boolean root = isDue("root", published.root().expires());
        if (isDue(Signing.TARGETS, published.targets().expires())) {
            signing.targets(published.topDelegations());
        }
        if (isDue(PublishedState.BINS, published.bins().expires())) {
            signing.bins(published.binDelegations());
        }
        for (String role : published.claimedRoles()) {
            renewClaimed(role);
        }
        renewBins();
        signing.commit(List.of(), published.root());
        signed.addAll(List.of("snapshot", "timestamp"));
        if (root) {
            byte[] next = new Rotation(session, published).sameRoot();
            publication.commitRoot(RoleName.file(published.root().version() + 1, "root"), next);
        }
        return new RefreshReport(signed, waiting);
    }

    private boolean isDue(String role, Instant expires) throws IOException, RepositoryException {
        if (!session.soon(expires, session.settings.offlineExpiry(), OFFLINE_FRACTION)) {
            return false;
        }
        Signers signers = published.signers(role);
        long present = signers.keys().values().stream()
                .distinct()
                .filter(key -> session.keys.has(role, key))
                .count();
        if (present < signers.threshold()) {
            waiting.add(new Waiting(
                    role,
                    expires,
                    "bring back " + (signers.threshold() - present) + " more of its private keys and refresh again"));
            return false;
        }
        signed.add(role);
        return true;
    }

    private void renewClaimed(String role) throws IOException, RepositoryException {
        Targets current = published.role(role);
        if (!session.soon(current.expires(), session.settings.offlineExpiry(), OFFLINE_FRACTION)) {
            return;
        }
        Signers signers = published.signers(role);
        PendingRole next =
                new PendingRoles(session.folder, published).next(role, current.targets(), session.offlineExpiry());
        next.signWith(session.keys, signers);
        if (next.isSigned(signers)) {
            signing.claimed(next);
            signed.add(role);
        } else {
            String remedy = "its authors have to run: sign DIR " + ClaimedProjects.project(role) + " --key FILE";
            waiting.add(new Waiting(role, current.expires(), remedy));
        }
    }

    private void renewBins() throws IOException, RepositoryException {
        List<String> bins = published.binNames();
        int looked = 0;
        for (String bin : bins) {
            Targets current = published.role(bin);
            if (session.soon(current.expires(), session.settings.onlineExpiry(), ONLINE_FRACTION)) {
                signing.bin(bin, current.targets());
                signed.add(bin);
            }
            session.progress().at("bins looked at", ++looked, bins.size());
        }
    }
}
