package dev.assay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One HTTP conversation from a text file: what is sent, what must come back. {@code http/server/README.txt} has the notation. */
public record Transcript(String name, String sent, List<String> expected) {
    /** Every transcript of a file below the test resources. */
    public static List<Transcript> read(String resource) {
        List<Transcript> transcripts = new ArrayList<>();
        for (String block : text(resource).split("(?m)^# ", -1)) {
            if (!block.isBlank()) {
                transcripts.add(parse(block));
            }
        }
        return transcripts;
    }

    /** Holds the conversation with the server on that port. */
    public void play(int port) throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send(sent);
            int at = 0;
            while (at < expected.size()) {
                at = answer(client, at);
            }
        }
    }

    /** Reads one response, or looks at the end; returns where the next expectation stands. */
    private int answer(RawClient client, int from) throws IOException {
        if (expected.get(from).equals("closed")) {
            assertThat(client.rest()).as("what follows the last answer").isEmpty();
            return from + 1;
        }
        if (expected.get(from).equals("open")) {
            assertThat(client.get("/hello").head().status()).isIn(200, 404);
            return from + 1;
        }
        RawClient.Head head = client.head();
        assertThat("< " + head.lines().get(0)).isEqualTo(expected.get(from));
        int at = from + 1;
        boolean bodiless = false;
        String body = null;
        while (at < expected.size()
                && expected.get(at).startsWith("<")
                && !expected.get(at).startsWith("< HTTP/")) {
            String line = expected.get(at++);
            if (line.startsWith("< ")) {
                assertThat(head.lines()).contains(line.substring(2));
            } else if (line.startsWith("<! ")) {
                assertThat(head.field(line.substring(3))).isEmpty();
            } else if (line.startsWith("<= ")) {
                body = unescape(line.substring(3));
            } else {
                assertThat(line).isEqualTo("<0");
                bodiless = true;
            }
        }
        byte[] bytes = client.bytes(bodiless ? 0 : head.length());
        if (body != null) {
            assertThat(new String(bytes, ISO_8859_1)).isEqualTo(body);
        }
        return at;
    }

    private static Transcript parse(String block) {
        List<String> lines = block.lines().toList();
        StringBuilder sent = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith(">+ ")) {
                sent.append(unescape(line.substring(3)));
            } else if (line.equals(">")) {
                sent.append("\r\n");
            } else if (line.startsWith("> ")) {
                sent.append(unescape(line.substring(2))).append("\r\n");
            } else if (!line.isBlank()) {
                expected.add(line);
            }
        }
        return new Transcript(lines.get(0).strip(), sent.toString(), expected);
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                plain.append(text.charAt(i));
                continue;
            }
            char kind = text.charAt(++i);
            if (kind == 'x') {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                int known = "tnr0\\".indexOf(kind);
                assertThat(known).as("escape \\" + kind).isNotNegative();
                plain.append("\t\n\r\0\\".charAt(known));
            }
        }
        return plain.toString();
    }

    private static String text(String resource) {
        try {
            Path file = Path.of(Objects.requireNonNull(Transcript.class.getResource(resource), resource)
                    .toURI());
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
