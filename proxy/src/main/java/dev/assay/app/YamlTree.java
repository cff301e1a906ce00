package dev.assay.app;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One YAML document as text with line numbers, and nothing cleverer: scalars keep their spelling whatever they look like, and
 * tags, anchors, aliases, keys given twice and further documents are refused.
 */
final class YamlTree {
    /** What a document is made of. Lines count from 1. */
    sealed interface Node {
        int line();
    }

    /** A value. {@code written} is false where nothing stands: {@code key:}. */
    record Scalar(int line, String text, boolean written) implements Node {}

    /** A list. */
    record Sequence(int line, List<Node> items) implements Node {}

    /** Keys in the order of the file; a {@link Field} knows the line of its key. */
    record Mapping(int line, Map<String, Field> fields) implements Node {}

    /** A key's line and what it stands for. */
    record Field(int line, Node value) {}

    /** The text is no document that is understood. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int line;

        MalformedException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    private final Iterator<Event> events;

    private YamlTree(Iterator<Event> events) {
        this.events = events;
    }

    /** The document's root; empty when the text holds nothing but comments. */
    static Optional<Node> parse(String text) throws MalformedException {
        LoadSettings settings = LoadSettings.builder().setLabel("configuration").build();
        try {
            return new YamlTree(new Parse(settings).parseString(text).iterator()).document();
        } catch (MarkedYamlEngineException e) {
            throw new MalformedException(line(e.getProblemMark()), e.getProblem());
        } catch (YamlEngineException e) {
            throw new MalformedException(1, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Node> document() throws MalformedException {
        events.next(); // the stream's start
        Event start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            return Optional.empty();
        }
        Node root = node(events.next());
        events.next(); // the document's end
        Event end = events.next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            throw new MalformedException(line(end.getStartMark()), "a second document (expected: one)");
        }
        boolean nothing = root instanceof Scalar scalar && !scalar.written();
        return nothing ? Optional.empty() : Optional.of(root);
    }

    private Node node(Event event) throws MalformedException {
        int line = line(event.getStartMark());
        if (event instanceof AliasEvent
                || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
            throw new MalformedException(line, "an anchor or alias (expected: the value itself)");
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(line, scalar.getTag());
            return new Scalar(
                    line,
                    scalar.getValue(),
                    !(scalar.isPlain() && scalar.getValue().isEmpty()));
        }
        refuseTag(line, ((CollectionStartEvent) event).getTag());
        return event instanceof MappingStartEvent ? mapping(line) : sequence(line);
    }

    private Mapping mapping(int line) throws MalformedException {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            if (!(node(next) instanceof Scalar key)) {
                throw new MalformedException(line(next.getStartMark()), "a key that is no plain word");
            }
            Node value = node(events.next());
            Field earlier = fields.putIfAbsent(key.text(), new Field(key.line(), value));
            if (earlier != null) {
                throw new MalformedException(
                        key.line(), key.text() + ": given a second time (first: line " + earlier.line() + ")");
            }
        }
        return new Mapping(line, fields);
    }

    private Sequence sequence(int line) throws MalformedException {
        List<Node> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next));
        }
        return new Sequence(line, items);
    }

    private static void refuseTag(int line, Optional<String> tag) throws MalformedException {
        if (tag.isPresent()) {
            throw new MalformedException(line, "a tag, " + tag.get() + " (expected: none)");
        }
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }
}
