package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.upstream.HttpProxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which proxy a place is reached through. */
final class OutgoingProxiesTest {
    private static final URI PLACE = URI.create("https://mirror.example/simple/");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("HTTPS_PROXY", "http://me:hidden@corp:3128", "no_proxy", "localhost, .internal");

    private final Settings settings = new Settings();

    @Test
    void theEnvironmentCountsForNothingUnlessItIsChosen() {
        assertThat(to(Optional.empty(), ENVIRONMENT)).isEmpty();
    }

    @Test
    void theEnvironmentNamesProxyCredentialsAndExceptions() {
        HttpProxy proxy = to(Optional.of("environment"), ENVIRONMENT).orElseThrow();

        assertThat(proxy.host()).isEqualTo("corp");
        assertThat(proxy.port()).isEqualTo(3128);
        assertThat(proxy.credentials()).isPresent();
        assertThat(proxy.exceptions()).isEqualTo(List.of("localhost", ".internal"));
        assertThat(proxy.toString()).doesNotContain("hidden");
    }

    @Test
    void aPlacesOwnChoiceGoesBeforeTheCommonOne() {
        set("upstream.proxy", "http://common:1");

        assertThat(to(Optional.empty(), Map.of()).orElseThrow().host()).isEqualTo("common");
        assertThat(to(Optional.of("http://own:2"), Map.of()).orElseThrow().host())
                .isEqualTo("own");
        assertThat(to(Optional.of("none"), Map.of())).isEmpty();
    }

    @Test
    void aFolderNeedsNone() {
        set("upstream.proxy", "http://common:1");

        assertThat(new OutgoingProxies(settings, Map.of()).to(URI.create("file:///srv/simple/"), Optional.empty()))
                .isEmpty();
    }

    @Test
    void aWrongVariableIsNamedAndItsPasswordIsNotShown() {
        assertThatThrownBy(() -> to(Optional.of("environment"), Map.of("https_proxy", "socks5://me:hidden@corp")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https_proxy")
                .hasMessageNotContaining("hidden")
                .hasNoCause();
    }

    private Optional<HttpProxy> to(Optional<String> own, Map<String, String> environment) {
        return new OutgoingProxies(settings, environment).to(PLACE, own);
    }

    private void set(String path, String text) {
        settings.put(path, new Settings.Found("test", text));
    }
}
