package dev.assay.simple;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a {@link PageFormat} from {@code Accept} headers (RFC 9110, 12.5.1) or {@code ?format=} (PEP 691).
 *
 * <p>The highest quality wins. Between equals the one that was asked for more precisely does; then JSON where it was named, and
 * the oldest type where only a wildcard fits, because a client that says no more than {@code application/*} or {@code *}{@code /*}
 * may know nothing newer.
 */
final class ContentNegotiation {
    private static final String LATEST_JSON = "application/vnd.pypi.simple.latest+json";
    private static final String LATEST_HTML = "application/vnd.pypi.simple.latest+html";
    private static final int EXACT = 2;
    private static final int TYPE_WILDCARD = 1;
    private static final int ANYTHING = 0;
    private static final int FULL_QUALITY = 1000;
    /** The order between equals. */
    private static final List<PageFormat> NAMED = List.of(PageFormat.JSON, PageFormat.HTML, PageFormat.LEGACY_HTML);

    private static final List<PageFormat> BY_WILDCARD =
            List.of(PageFormat.LEGACY_HTML, PageFormat.HTML, PageFormat.JSON);

    private ContentNegotiation() {}

    /** How a header asks for one format: the quality in thousandths that its most specific fitting range gives. */
    private record Preference(int specificity, int quality) {
        static final Preference NONE = new Preference(-1, 0);

        Preference refinedBy(int otherSpecificity, int otherQuality) {
            if (otherSpecificity == specificity) {
                return new Preference(specificity, Math.max(quality, otherQuality));
            }
            return otherSpecificity > specificity ? new Preference(otherSpecificity, otherQuality) : this;
        }

        boolean beats(Preference other) {
            return quality != other.quality ? quality > other.quality : specificity > other.specificity;
        }
    }

    static PageFormat choose(List<String> accept, @Nullable String queryFormat) {
        Optional<PageFormat> asked = queryFormat == null ? Optional.empty() : named(lowerCase(queryFormat));
        return asked.orElseGet(() -> byAccept(accept));
    }

    private static PageFormat byAccept(List<String> accept) {
        Map<PageFormat, Preference> preferences = new EnumMap<>(PageFormat.class);
        for (String value : accept) {
            for (String range : value.split(",", -1)) {
                applyRange(range, preferences);
            }
        }
        Preference best = Preference.NONE;
        for (Preference preference : preferences.values()) {
            best = preference.beats(best) ? preference : best;
        }
        if (best.quality() == 0) {
            return PageFormat.LEGACY_HTML;
        }
        for (PageFormat format : best.specificity() == EXACT ? NAMED : BY_WILDCARD) {
            if (best.equals(preferences.get(format))) {
                return format;
            }
        }
        throw new AssertionError("the best preference belongs to a format");
    }

    private static void applyRange(String range, Map<PageFormat, Preference> preferences) {
        String[] parts = range.split(";", -1);
        int quality = quality(parts);
        if (quality < 0) {
            return;
        }
        String type = lowerCase(parts[0].strip());
        for (PageFormat format : PageFormat.values()) {
            int specificity = specificity(type, format);
            if (specificity >= 0) {
                Preference before = preferences.getOrDefault(format, Preference.NONE);
                preferences.put(format, before.refinedBy(specificity, quality));
            }
        }
    }

    /** How precisely the range names the format; negative when it does not. */
    private static int specificity(String range, PageFormat format) {
        if (named(range).filter(format::equals).isPresent()) {
            return EXACT;
        }
        if (range.equals(format.mediaType().substring(0, format.mediaType().indexOf('/')) + "/*")) {
            return TYPE_WILDCARD;
        }
        return range.equals("*/*") ? ANYTHING : -1;
    }

    private static Optional<PageFormat> named(String type) {
        for (PageFormat format : PageFormat.values()) {
            if (format.mediaType().equals(type)) {
                return Optional.of(format);
            }
        }
        if (type.equals(LATEST_JSON)) {
            return Optional.of(PageFormat.JSON);
        }
        return type.equals(LATEST_HTML) ? Optional.of(PageFormat.HTML) : Optional.empty();
    }

    /** Thousandths; 1000 when the range does not say; negative when it is malformed. */
    private static int quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = lowerCase(parts[i].strip());
            if (parameter.startsWith("q=")) {
                return thousandths(parameter.substring(2));
            }
        }
        return FULL_QUALITY;
    }

    /** RFC 9110, 12.4.2: {@code 0}, {@code 1}, or either with up to three decimals; no more than 1. */
    private static int thousandths(String text) {
        boolean wellFormed = !text.isEmpty() && text.length() <= 5 && (text.length() == 1 || text.charAt(1) == '.');
        if (!wellFormed) {
            return -1;
        }
        int value = 0;
        for (int i = 0, weight = FULL_QUALITY; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i == 1) {
                continue;
            }
            if (c < '0' || c > '9') {
                return -1;
            }
            value += weight * (c - '0');
            weight /= 10;
        }
        return value <= FULL_QUALITY ? value : -1;
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
