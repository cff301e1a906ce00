package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.simple.PageFormat;
import dev.assay.tuf.TargetFile;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Mirrors;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where the bytes of a signed page may be: first the signing repository, under the name of TUF 5.7.3, then each mirror, under the same
 * name where it carries what is signed, and as its own page. Whichever gives the signed bytes is as good as any other. Blocking.
 */
public final class PageSources {
    private final UpstreamClient client;
    private final URI targets;
    private final Mirrors mirrors;

    /** Whoever speaks to a place. */
    private interface Fetcher {
        byte[] fetch(URI uri, long maxBytes, String accept) throws UpstreamException;
    }

    /** The place of one page, and the representation to ask for there. */
    private record Place(Fetcher fetcher, URI uri, String accept) {}

    /** Where the bytes of one signed page may be, the best place first. */
    record Places(List<Place> inOrder) {}

    /**
     * The signing repository's pages, then the mirrors'.
     *
     * @param targets base URL of the signing repository's target files, ends with a slash
     */
    public PageSources(UpstreamClient client, URI targets, Mirrors mirrors) {
        this.client = client;
        this.targets = targets;
        this.mirrors = mirrors;
    }

    /** Why no place had the signed page. */
    static final class Troubles {
        private final List<String> lines = new ArrayList<>();
        private boolean otherPage;

        /** Whether some place had a page, but not the signed one. */
        boolean otherPage() {
            return otherPage;
        }

        @Override
        public String toString() {
            return String.join("; ", lines);
        }
    }

    /** Exactly the signed bytes; empty when no place has them, and then {@code troubles} says why. */
    Optional<byte[]> fetch(Places places, TargetFile target, Troubles troubles) {
        for (Place place : places.inOrder()) {
            try {
                byte[] bytes = place.fetcher().fetch(place.uri(), target.length(), place.accept());
                if (isSigned(bytes, target)) {
                    return Optional.of(bytes);
                }
                troubles.otherPage = true;
                troubles.lines.add(place.uri().getAuthority() + " has another page than the signed one");
            } catch (UpstreamException e) {
                troubles.otherPage |= e.kind() == UpstreamException.Kind.TOO_LARGE;
                troubles.lines.add(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static boolean isSigned(byte[] bytes, TargetFile target) {
        if (bytes.length != target.length()) {
            return false;
        }
        Hasher hasher =
                new Hasher(target.digests().stream().map(Digest::algorithm).toList());
        hasher.update(bytes, 0, bytes.length);
        return hasher.finish().equals(target.digests());
    }

    /**
     * Every place of a page.
     *
     * @param prefixed whether the signing repository keeps it under a hash-prefixed name
     * @param own the URL of a mirror's own page
     */
    Places places(TargetFile target, boolean prefixed, Function<Mirror, URI> own) {
        List<Place> places = new ArrayList<>();
        String path = target.path().value();
        boolean folder = path.endsWith("/"); // a name that a prefix could stand before is missing
        String published = prefixed && !folder ? target.hashPrefixed() : path;
        places.add(new Place(client::fetch, below(targets, published), "*/*"));
        for (MirrorClient mirror : Mirrors.inOrder(mirrors.all(), target.length(), each -> true)) {
            mirror.mirror()
                    .signed()
                    .ifPresent(both -> places.add(new Place(mirror::fetch, below(both.targets(), published), "*/*")));
            for (PageFormat format : formats(target)) {
                places.add(new Place(mirror::fetch, own.apply(mirror.mirror()), format.mediaType()));
            }
        }
        return new Places(places);
    }

    private static List<PageFormat> formats(TargetFile target) {
        String path = target.path().value();
        if (path.endsWith(".json")) {
            return List.of(PageFormat.JSON);
        }
        return path.endsWith(".html")
                ? List.of(PageFormat.LEGACY_HTML)
                : List.of(PageFormat.JSON, PageFormat.LEGACY_HTML);
    }

    /** A page's target path may end with a slash, as its URL does. */
    private static URI below(URI targets, String path) {
        return path.endsWith("/")
                ? URI.create(targets + Mirror.encoded(path.substring(0, path.length() - 1)) + "/")
                : URI.create(targets + Mirror.encoded(path));
    }
}
