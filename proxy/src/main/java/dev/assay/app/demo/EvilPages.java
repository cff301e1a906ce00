package dev.assay.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Forges pages of a published tree, in either form, so well that a pip without Assay installs the attacker's code. */
final class EvilPages {
    private static final String EXTRA_VERSION = "99.0";

    private final PublishedTree tree;

    EvilPages(PublishedTree tree) {
        this.tree = tree;
    }

    /** The page with each wheel's hash replaced by that of the attacker's wheel of the same name. */
    byte[] withOtherHashes(byte[] page) throws IOException {
        String text = withoutCoreMetadata(page);
        for (Path wheel : tree.wheels()) {
            String genuine = PublishedTree.sha256(Files.readAllBytes(wheel));
            String evil = PublishedTree.sha256(
                    DemoWheels.evilTwin(wheel.getFileName().toString()).bytes());
            text = text.replace(genuine, evil);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The page at {@code /simple/<project>/…} with one more wheel, newer than all others. */
    byte[] withExtraFile(byte[] page, String pagePath) {
        WheelFile extra = extra(pagePath.split("/", -1)[2]);
        String url = LyingMirror.EXTRA_FOLDER + extra.filename();
        String hash = PublishedTree.sha256(extra.bytes());
        String text = new String(page, StandardCharsets.UTF_8);
        if (text.stripLeading().startsWith("{")) {
            String entry = "{\"filename\":\"%s\",\"url\":\"%s\",\"hashes\":{\"sha256\":\"%s\"}},"
                    .formatted(extra.filename(), url, hash);
            text = text.replaceFirst("(\"files\"\\s*:\\s*\\[)", "$1" + entry);
        } else {
            String link = "<a href=\"%s#sha256=%s\">%s</a><br>\n".formatted(url, hash, extra.filename());
            int end = text.toLowerCase(Locale.ROOT).lastIndexOf("</body>");
            text = end < 0 ? text + link : text.substring(0, end) + link + text.substring(end);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The wheel that {@link #withExtraFile} lists. */
    static WheelFile extra(String project) {
        return DemoWheels.evil(project, EXTRA_VERSION);
    }

    /** Whether a mirror that tells this lie has an attacker's wheel at this path. */
    boolean offersWheel(Lie told, String path) {
        boolean wheel = path.startsWith("/packages/") && path.endsWith(".whl");
        return wheel
                && (told == Lie.PAGE_OTHER_HASHES
                        || (told == Lie.PAGE_EXTRA_FILE && path.startsWith(LyingMirror.EXTRA_FOLDER)));
    }

    /** The attacker's wheel at a path that {@link #offersWheel}. */
    WheelFile wheelAt(String path) {
        return DemoWheels.evilTwin(path.substring(path.lastIndexOf('/') + 1));
    }

    /** An attacker does not advertise a METADATA file that would give his wheel away. */
    private static String withoutCoreMetadata(byte[] page) {
        return new String(page, StandardCharsets.UTF_8)
                .replace("core-metadata", "no-metadata")
                .replace("dist-info-metadata", "no-info-metadata");
    }
}
