package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local folder is a mirror too, and no more believed or followed than any other. */
class FileDownloadTest extends UpstreamTestCase {
    @TempDir
    Path temp;

    private Path folder;
    private UpstreamClient client;

    @BeforeEach
    void openFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("mirror"));
        Files.writeString(temp.resolve("secret"), "secret");
        client = closing(new UpstreamClient(UpstreamOptions.DEFAULTS.withPlaces(List.of(folder.toUri()))));
    }

    @Test
    void aFileIsReadWithItsLength() throws Exception {
        Files.writeString(folder.resolve("a+b!c.whl"), "hello");

        try (Download download = client.open(url("a%2Bb!c.whl"), 5)) {
            assertThat(download.contentLength()).hasValue(5);
            assertThat(readAll(download)).asString().isEqualTo("hello");
        }
    }

    @Test
    void aUrlThatEndsWithASlashMeansTheIndexPageThere() throws Exception {
        Files.createDirectories(folder.resolve("simple/x"));
        Files.writeString(folder.resolve("simple/x/index.html"), "<html>");

        assertThat(fetchText(client, url("simple/x/"))).isEqualTo("<html>");
    }

    @Test
    void aMissingFileIsNotFound() {
        refused(Kind.NOT_FOUND, () -> client.open(url("missing"), MAX_BYTES));
    }

    @Test
    void aFileWhereAFolderIsExpectedIsNotFound() throws Exception {
        Files.writeString(folder.resolve("x"), "");

        refused(Kind.NOT_FOUND, () -> client.open(url("x/y"), MAX_BYTES));
    }

    @Test
    void aFolderIsNotFound() throws Exception {
        Files.createDirectory(folder.resolve("x"));

        refused(Kind.NOT_FOUND, () -> client.open(url("x"), MAX_BYTES));
    }

    @Test
    void aLongerFileIsTooLargeAtOnce() throws Exception {
        Files.writeString(folder.resolve("x"), "hello");

        refused(Kind.TOO_LARGE, () -> client.open(url("x"), 4));
    }

    @Test
    void dotSegmentsDoNotLeadOut() {
        refused(Kind.REDIRECT_REFUSED, () -> client.open(url("../secret"), MAX_BYTES));
        refused(Kind.REDIRECT_REFUSED, () -> client.open(url("%2e%2e/secret"), MAX_BYTES));
        refused(Kind.REDIRECT_REFUSED, () -> client.open(url("..%2Fsecret"), MAX_BYTES));
    }

    @Test
    void aFolderWithTheSameBeginningIsAnother() throws Exception {
        Files.createDirectory(temp.resolve("mirror2"));
        Files.writeString(temp.resolve("mirror2/x"), "x");

        refused(
                Kind.REDIRECT_REFUSED,
                () -> client.open(temp.resolve("mirror2/x").toUri(), MAX_BYTES));
    }

    @Test
    void linksDoNotLeadOut() throws Exception {
        Files.createSymbolicLink(folder.resolve("file"), temp.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("folder"), temp);

        refused(Kind.REDIRECT_REFUSED, () -> client.open(url("file"), MAX_BYTES));
        refused(Kind.REDIRECT_REFUSED, () -> client.open(url("folder/secret"), MAX_BYTES));
    }

    @Test
    void linksWithinTheFolderAreFollowed() throws Exception {
        Files.writeString(folder.resolve("x"), "hello");
        Files.createSymbolicLink(folder.resolve("y"), Path.of("x"));

        assertThat(fetchText(client, url("y"))).isEqualTo("hello");
    }

    @Test
    void theConfiguredFolderMayItselfBeALink() throws Exception {
        Files.writeString(folder.resolve("x"), "hello");
        Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
        UpstreamClient linked = closing(
                new UpstreamClient(UpstreamOptions.DEFAULTS.withPlaces(List.of(URI.create(link.toUri() + "/")))));

        assertThat(fetchText(linked, URI.create("file://" + link + "/x"))).isEqualTo("hello");
    }

    @Test
    void aFileThatShrinksMeanwhileIsCut() throws Exception {
        Path file = Files.writeString(folder.resolve("x"), "hello");

        try (Download download = client.open(url("x"), MAX_BYTES)) {
            Files.writeString(file, "he");
            refused(Kind.CUT, () -> readAll(download));
        }
    }

    @Test
    void readingAClosedFileIsCut() throws Exception {
        Files.writeString(folder.resolve("x"), "hello");
        Download download = client.open(url("x"), MAX_BYTES);
        download.close();

        refused(Kind.CUT, () -> readAll(download));
    }

    @Test
    void aFileUrlOnAnotherHostIsRefused() {
        refused(Kind.REDIRECT_REFUSED, () -> client.open(URI.create("file://host" + folder + "/x"), MAX_BYTES));
    }

    private URI url(String path) {
        return URI.create("file://" + folder + "/" + path);
    }
}
