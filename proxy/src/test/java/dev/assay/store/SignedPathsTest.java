package dev.assay.store;

import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.SignedPaths.Signed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedPathsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Digest FIRST = sha256(new byte[] {1});
    private static final Digest SECOND = sha256(new byte[] {2});

    @TempDir
    Path folder;

    @Test
    void pathThatWasNeverSignedIsAbsent() {
        try (Store store = Store.open(options(folder))) {
            store.signedPaths("one").record("a/b", FIRST, NOON);
            assertThat(store.signedPaths("one").lookup("a")).isEmpty();
        }
    }

    @Test
    void whatOneRepositorySignedAnotherNeverDid() {
        try (Store store = Store.open(options(folder))) {
            store.signedPaths("one").record("a", FIRST, NOON);

            assertThat(store.signedPaths("other").lookup("a")).isEmpty();
        }
    }

    @Test
    void signedPathSurvivesRestart() {
        try (Store store = Store.open(options(folder))) {
            store.signedPaths("one").record("simple/é/", FIRST, NOON);
        }
        try (Store store = Store.open(options(folder))) {
            assertThat(store.signedPaths("one").lookup("simple/é/")).contains(new Signed(FIRST, NOON));
        }
    }

    @Test
    void sameDigestKeepsTheTimeItWasFirstSeen() {
        try (Store store = Store.open(options(folder))) {
            store.signedPaths("one").record("a", FIRST, NOON);
            store.signedPaths("one").record("a", FIRST, NOON.plusSeconds(60));
            assertThat(store.signedPaths("one").lookup("a")).contains(new Signed(FIRST, NOON));
        }
    }

    @Test
    void everyPathThatIsSignedAsADigestNowIsFound() {
        try (Store store = Store.open(options(folder))) {
            store.signedPaths("one").record("a", FIRST, NOON);
            store.signedPaths("one").record("b", SECOND, NOON);
            store.signedPaths("other").record("c/é", FIRST, NOON);
            store.signedPaths("other").record("d", FIRST, NOON);
            store.signedPaths("other").record("d", SECOND, NOON);
            assertThat(store.pathsSignedAs(List.of(FIRST))).containsExactly("a", "c/é");
            assertThat(store.pathsSignedAs(List.of(FIRST, SECOND))).containsExactly("a", "b", "c/é", "d");
        }
    }

    @Test
    void newDigestReplacesTheOld() {
        try (Store store = Store.open(options(folder))) {
            store.signedPaths("one").record("a", FIRST, NOON);
            store.signedPaths("one").record("a", SECOND, NOON.plusSeconds(60));
            assertThat(store.signedPaths("one").lookup("a")).contains(new Signed(SECOND, NOON.plusSeconds(60)));
        }
    }
}
