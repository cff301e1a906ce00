package dev.assay.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Header fields in order; names compare without case. An immutable value made by chained {@code with}. */
public record Headers(List<Field> fields) {
    public static final Headers NONE = new Headers(List.of());

    public Headers {
        fields = List.copyOf(fields);
    }

    /** A copy with one more field; throws {@link IllegalArgumentException} for a name or value that HTTP does not allow. */
    public Headers with(String name, String value) {
        List<Field> more = new ArrayList<>(fields.size() + 1);
        more.addAll(fields);
        more.add(new Field(name, value));
        return new Headers(more);
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
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
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
