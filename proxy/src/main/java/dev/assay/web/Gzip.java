package dev.assay.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** The one content coding that is offered. */
final class Gzip {
    /** Less than this many bytes gain nothing. */
    static final int WORTHWHILE = 1024;

    private Gzip() {}

    static byte[] of(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Whether gzip is among the codings that the client takes by its Accept-Encoding; {@code q=0} takes it out. */
    static boolean accepted(List<String> values) {
        for (String value : values) {
            for (String coding : value.split(",", -1)) {
                String[] parts = coding.trim().toLowerCase(Locale.ROOT).split(";", -1);
                if (parts[0].trim().equals("gzip")) {
                    return parts.length == 1 || !parts[1].replace(" ", "").matches("q=0(\\.0*)?");
                }
            }
        }
        return false;
    }
}
