package dev.assay.server;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Header fields in order; names compare without case. An immutable value made by chained {@code with}. */
public final class Headers {
    public static final Headers NONE = new Headers(List.of());

    private final List<Field> fields;
    /** See {@link #lines}: who finds none makes the same again. */
    private volatile byte @Nullable [] lines;
    /** See {@link #pairs}. */
    private volatile AsciiString @Nullable [] pairs;

    public Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    public List<Field> fields() {
        return fields;
    }

    /** A copy with one more field; throws {@link IllegalArgumentException} for a name or value that HTTP does not allow. */
    public Headers with(String name, String value) {
        List<Field> more = new ArrayList<>(fields.size() + 1);
        more.addAll(fields);
        more.add(new Field(name, value));
        return new Headers(more);
    }

    /** A copy without any field of that name. */
    public Headers without(String name) {
        return new Headers(fields.stream()
                .filter(field -> !field.name().equalsIgnoreCase(name))
                .toList());
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** The values of all fields of that name, in order. */
    public List<String> all(String name) {
        List<String> values = List.of();
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                values = values.isEmpty() ? List.of(field.value()) : withOneMore(values, field.value());
            }
        }
        return values;
    }

    /** The fields as HTTP/1.1 writes them, each line with its end; encoded once, and not to be changed. */
    byte[] lines() {
        byte[] known = lines;
        if (known == null) {
            StringBuilder text = new StringBuilder();
            fields.forEach(field ->
                    text.append(field.name()).append(": ").append(field.value()).append("\r\n"));
            known = text.toString().getBytes(StandardCharsets.US_ASCII);
            lines = known;
        }
        return known;
    }

    /** The fields as HTTP/2 has them, each a name in small letters and then a value; made once, and not to be changed. */
    AsciiString[] pairs() {
        AsciiString[] known = pairs;
        if (known == null) {
            known = fields.stream()
                    .flatMap(field ->
                            Stream.of(new AsciiString(field.name()).toLowerCase(), new AsciiString(field.value())))
                    .toArray(AsciiString[]::new);
            pairs = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers headers && headers.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }

    private static List<String> withOneMore(List<String> values, String value) {
        List<String> more = new ArrayList<>(values);
        more.add(value);
        return List.copyOf(more);
    }

    /**
     * One header field. Neither part can hold what would end the line it is written on (RFC 9110, 5.1 and 5.5).
     *
     * @param name a token
     * @param value printable ASCII, spaces and tabs, without either at its ends
     */
    public record Field(String name, String value) {
        public Field {
            if (!HttpChars.isToken(name)) {
                throw new IllegalArgumentException("header field name: not a token");
            }
            if (!HttpChars.isFieldValue(value)) {
                throw new IllegalArgumentException(
                        "header field " + name + ": a value with a control, a byte above 0x7F or space at its ends");
            }
        }
    }
}
