package dev.assay.trust;

import static dev.assay.tuf.TestRepository.NOW;

import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.util.Optional;

/** A repository in memory, and an updater that follows it. */
final class TestClient {
    final TestRepository repository = new TestRepository();
    final FakeSource source = new FakeSource(repository.files);
    final FakeStore store = new FakeStore();
    final byte[] pinnedRoot = repository.root(1);
    TrustOptions options = TrustOptions.DEFAULTS;
    private Updater updater = open();

    /** Starts anew from what is stored, as after a crash. */
    Updater open() {
        try {
            store.writes = Integer.MAX_VALUE;
            updater = new Updater(pinnedRoot, source, store, options);
            return updater;
        } catch (InvalidMetadataException e) {
            throw new IllegalStateException(e);
        }
    }

    Updater updater() {
        return updater;
    }

    TrustedView view() {
        return updater.view();
    }

    RefreshResult refresh() throws InvalidMetadataException, IOException {
        return updater.refresh(NOW);
    }

    Lookup load(TargetPath path) throws InvalidMetadataException, IOException {
        return updater.load(path, NOW);
    }

    Lookup find(TargetPath path) throws InvalidMetadataException {
        return view().find(path, NOW);
    }

    /** The version of a role in the view; 0 when it is not there. */
    long version(String role) {
        Optional<TrustedView.RoleState> state = view().roles().stream()
                .filter(entry -> entry.role().equals(role))
                .findFirst();
        return state.map(TrustedView.RoleState::version).orElse(0L);
    }
}
