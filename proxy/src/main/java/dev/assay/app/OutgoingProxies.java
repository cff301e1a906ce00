package dev.assay.app;

import dev.assay.upstream.Credentials;
import dev.assay.upstream.HttpProxy;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which HTTP proxy each place is reached through. The usual variables ({@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}, in
 * either case) count only where the configuration says {@code environment}, so that no stray variable leads traffic elsewhere.
 */
final class OutgoingProxies {
    static final String NONE = "none";
    static final String ENVIRONMENT = "environment";

    private final Settings settings;
    private final Map<String, String> environment;

    OutgoingProxies(Settings settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /**
     * The proxy for the place at this URL.
     *
     * @param own the place's own choice, which goes before the common one
     */
    Optional<HttpProxy> to(URI place, Optional<String> own) {
        String choice = own.orElseGet(() -> settings.get(Keys.PROXY));
        if (choice.equals(NONE) || "file".equals(place.getScheme())) {
            return Optional.empty();
        }
        Optional<Credentials> credentials = AccessKeys.read(settings, Keys.PROXY_CREDENTIALS, Credentials::in);
        if (!choice.equals(ENVIRONMENT)) {
            return Optional.of(HttpProxy.at(
                    URI.create(choice),
                    credentials,
                    settings.find(Keys.NO_PROXY).orElse("")));
        }
        String variable = place.getScheme() + "_proxy";
        Optional<String> named = variable(variable);
        String exceptions =
                settings.find(Keys.NO_PROXY).or(() -> variable("no_proxy")).orElse("");
        try {
            return named.map(url -> HttpProxy.at(URI.create(url), credentials, exceptions));
        } catch (IllegalArgumentException e) {
            // The value may hold a password, so the message that shows it must not go on.
            throw new IllegalArgumentException(variable + " (expected: http://host:port)");
        }
    }

    private Optional<String> variable(String lowerCase) {
        String value =
                environment.getOrDefault(lowerCase, environment.getOrDefault(lowerCase.toUpperCase(Locale.ROOT), ""));
        return Optional.of(value).filter(text -> !text.isBlank());
    }
}
