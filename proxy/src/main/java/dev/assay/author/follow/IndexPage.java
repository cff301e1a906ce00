package dev.assay.author.follow;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.upstream.Representation;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A project's page as the index sent it.
 *
 * @param sent with its body
 * @param page null when the page names another project
 * @param serial of the project's last change, as the index counts; -1 where it gives none
 * @param etag to ask with the next time; null where it gives none that can be sent back
 */
record IndexPage(
        Representation sent,
        @Nullable ProjectPage page,
        long serial,
        @Nullable String etag) {
    private static final Pattern ETAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]{0,256}\"");
    private static final Pattern SERIAL = Pattern.compile("[0-9]{1,18}");

    static IndexPage parse(Representation sent, ProjectName project) throws MalformedPageException {
        byte[] body = sent.body().orElseThrow();
        String etag =
                sent.header("etag").filter(tag -> ETAG.matcher(tag).matches()).orElse(null);
        long headerSerial = sent.header("x-pypi-last-serial")
                .filter(serial -> SERIAL.matcher(serial).matches())
                .map(Long::parseLong)
                .orElse(-1L);
        if (!isJson(sent)) {
            return new IndexPage(sent, PageParser.parseHtml(body, project, sent.uri()), headerSerial, etag);
        }
        try {
            ProjectPage page = PageParser.parseJson(body, project, sent.uri());
            return new IndexPage(sent, page, Math.max(headerSerial, serial(page)), etag);
        } catch (MalformedPageException e) {
            if (namesAnother(body, project)) {
                return new IndexPage(sent, null, headerSerial, etag);
            }
            throw e;
        }
    }

    private static boolean isJson(Representation sent) {
        return sent.header("content-type").orElse("").toLowerCase(Locale.ROOT).contains("json");
    }

    private static long serial(ProjectPage page) {
        return page.extra().get("meta") instanceof JsonObject meta
                        && meta.get("_last-serial").orElse(null) instanceof JsonInteger serial
                        && serial.value().bitLength() < Long.SIZE
                ? serial.value().longValue()
                : -1;
    }

    /** A name that can't be read is the parser's to complain of. */
    private static boolean namesAnother(byte[] body, ProjectName project) {
        try {
            String name = JsonReader.parseObject(body, JsonReader.Numbers.ANY).string("name");
            return !ProjectName.normalize(name).equals(project);
        } catch (JsonException | IllegalArgumentException e) {
            return false;
        }
    }
}
