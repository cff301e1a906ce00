package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootPageTest {
    private static RootPage parse(String json) throws MalformedPageException {
        return PageParser.parseRootJson(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void listOfProjectsSurvivesRenderingAndParsing() throws Exception {
        RootPage page = new RootPage(List.of(new ProjectName("zeta"), new ProjectName("alpha-1")));
        assertThat(PageParser.parseRootJson(PageRenderer.render(page, PageFormat.JSON)))
                .isEqualTo(page);
    }

    @Test
    void namesAreNormalizedAndUnknownKeysAreNotKept() throws Exception {
        // The example of PEP 691, with a serial as PyPI adds one.
        RootPage page = parse("""
                {"meta": {"api-version": "1.0", "_last-serial": 7},
                 "projects": [{"name": "Frob"}, {"name": "spam.spam_spam", "_last-serial": 3}]}""");
        assertThat(page.projects()).containsExactly(new ProjectName("frob"), new ProjectName("spam-spam-spam"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"projects\": []}",
                "{\"meta\": {\"api-version\": \"2.0\"}, \"projects\": []}",
                "{\"meta\": {\"api-version\": \"1.0\"}}",
                "{\"meta\": {\"api-version\": \"1.0\"}, \"projects\": [\"frob\"]}",
                "{\"meta\": {\"api-version\": \"1.0\"}, \"projects\": [{}]}",
                "{\"meta\": {\"api-version\": \"1.0\"}, \"projects\": [{\"name\": \"../etc\"}]}",
                "{\"meta\": {\"api-version\": \"1.0\"}, \"projects\": [{\"name\": \"a.b\"}, {\"name\": \"A-B\"}]}"
            })
    void listOfAnotherShapeIsRefusedWhole(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(MalformedPageException.class);
    }
}
