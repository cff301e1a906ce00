package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetPath;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every layout from end to end, and what is no layout. */
final class LayoutTest extends GateTestCase {
    private static final byte[] BYTES = bytes(1000);
    private static final String OTHER_FILE = "packages/aa/bb/cc/demo-2.0-py3-none-any.whl";

    /** Repositories as they are really made, each with its layout. */
    enum Kind {
        ASSAY,
        PEP458,
        PAGES_ONLY,
        CUSTOM,
        PLAIN_NAMES;

        SignedIndex index() {
            return switch (this) {
                case ASSAY -> new SignedIndex(Layout.ASSAY);
                case PEP458 -> new SignedIndex(Layout.PEP458).inHashedBins();
                case PAGES_ONLY ->
                    new SignedIndex(Layout.PAGES_ONLY).inSuccinctBins().hashedBy(HashAlgorithm.BLAKE2B_256);
                case CUSTOM -> patterned("pages/{project}/index.json", Optional.of("files/{path}"), true);
                case PLAIN_NAMES -> patterned("simple/{project}/index.json", Optional.empty(), false);
            };
        }

        private static SignedIndex patterned(String page, Optional<String> files, boolean prefixed) {
            return new SignedIndex(new Layout(List.of(page), files, Optional.empty(), prefixed));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageIsFound(Kind kind) throws Exception {
        SignedIndex index = kind.index();
        index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish()));

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL);
    }

    @ParameterizedTest
    @EnumSource
    void aFileMayBeAskedForBeforeItsPage(Kind kind) throws Exception {
        SignedIndex index = kind.index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotSignedIsNotHandedOver(Kind kind) throws Exception {
        SignedIndex index = kind.index();
        index.add(PROJECT, WHEEL, BYTES);
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        assertThat(get(proxy, OTHER_FILE).statusCode()).isEqualTo(403);
        assertThat(get(proxy, "simple/other/").statusCode()).isEqualTo(404);
        assertThat(mirror.asked()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSignedOnceIsRevokedAndNotUnknown(Kind kind) throws Exception {
        SignedIndex index = kind.index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(200);
        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(200);

        index.remove(PROJECT);
        index.publish();
        proxy.refresh();

        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(410);
        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(410);
    }

    @Test
    void withConsistentSnapshotsAPageIsAskedForUnderItsPrefixedNameAlone() throws Exception {
        assertThat(index().tuf.consistentSnapshot).isTrue();

        TestMirror signing = signingRepositoryAskedForThePage(index());

        assertThat(signing.asked("simple/demo/vnd.pypi.simple.v1.json")).isZero();
    }

    @Test
    void withoutConsistentSnapshotsAPageIsAskedForUnderItsPlainNameAlone() throws Exception {
        SignedIndex index = index();
        index.tuf.consistentSnapshot = false;
        index.tuf.publishRoot();

        TestMirror signing = signingRepositoryAskedForThePage(index);

        assertThat(signing.asked("simple/demo/vnd.pypi.simple.v1.json")).isEqualTo(1);
    }

    @Test
    void aLayoutOfPlainNamesAsksForThemWhateverRootSays() throws Exception {
        SignedIndex index = Kind.PLAIN_NAMES.index();

        TestMirror signing = signingRepositoryAskedForThePage(index);

        assertThat(index.tuf.consistentSnapshot).isTrue();
        assertThat(signing.asked("simple/demo/index.json")).isEqualTo(1);
    }

    @Test
    void assayHasBothFormsOfAPageJsonFirst() {
        assertThat(Layout.ASSAY.pages(new ProjectName("django-x")))
                .containsExactly(
                        new TargetPath("simple/django-x/vnd.pypi.simple.v1.json"),
                        new TargetPath("simple/django-x/vnd.pypi.simple.v1.html"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "simple/index.html",
                "/{project}",
                "a//{project}",
                "../{project}",
                "{project}/{project}",
                "{project}/{path}",
                "{project}//"
            })
    void aPatternThatCanNotNameAPageIsRefused(String pattern) {
        assertThatThrownBy(() -> new Layout(List.of(pattern), Optional.empty(), Optional.empty(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pages: \"" + pattern
                        + "\" (expected: a relative path with {project} in it, once, and no other braces)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"packages", "packages/{project}", "/{path}"})
    void aPatternThatCanNotNameAFileIsRefused(String pattern) {
        assertThatThrownBy(() -> new Layout(List.of("{project}"), Optional.of(pattern), Optional.empty(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("files: ");
    }

    @Test
    void aLayoutWithoutPagesIsRefused() {
        assertThatThrownBy(() -> new Layout(List.of(), Optional.empty(), Optional.empty(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pages: none");
    }

    private TestMirror signingRepositoryAskedForThePage(SignedIndex index) throws Exception {
        index.add(PROJECT, WHEEL, BYTES);
        index.publish();
        TestMirror signing = mirror(index);
        TestProxy proxy = start(setupSignedBy(signing, index, mirror(index)));
        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(200);
        assertThat(signing.asked(index.pagePlace(PROJECT))).isEqualTo(1);
        return signing;
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }
}
