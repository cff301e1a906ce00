package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A project's page from any bytes: refused, or a model that each rendering gives back. */
class PageFuzz {
    private static final ProjectName PROJECT = new ProjectName("sampleproject");
    private static final URI BASE = URI.create("https://index.example.org/simple/sampleproject/");

    @MethodSource("pages")
    @FuzzTest(maxDuration = "10m")
    void page(byte[] bytes) throws MalformedPageException {
        ProjectPage page;
        try {
            page = PageParser.parse(bytes, PROJECT, BASE);
        } catch (MalformedPageException e) {
            return;
        }
        byte[] json = PageRenderer.render(page, PageFormat.JSON);
        ProjectPage again = PageParser.parseJson(json, PROJECT, BASE);
        assertThat(PageRenderer.render(again, PageFormat.JSON)).isEqualTo(json);
        byte[] html = PageRenderer.render(page, PageFormat.HTML);
        ProjectPage fromHtml = PageParser.parseHtml(html, PROJECT, BASE);
        assertThat(PageRenderer.render(fromHtml, PageFormat.HTML)).isEqualTo(html);
    }

    static Stream<byte[]> pages() {
        return Stream.of("/simple/sampleproject.json", "/simple/sampleproject.html")
                .map(PageFuzz::resource);
    }

    private static byte[] resource(String name) {
        try (var in = Objects.requireNonNull(PageFuzz.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
