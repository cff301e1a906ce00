package dev.assay.gate;

import dev.assay.store.StagedBlob;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.UpstreamException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the mirrors for a {@link VerifiedDownload}, on one fetching worker: the first whose bytes verify ends it. Where a
 * mirror stops in the middle, or is much slower than another would be, that other goes on where it stopped, into the same bytes.
 * While a large file comes in, a second mirror is asked for its far part, where that is expected to save time ({@link Ahead}).
 * When bytes of several mirrors together do not verify, each of them is then asked for the whole, and what it gave is held against what
 * verifies ({@link Suspects}).
 */
final class Lane implements Runnable {
    /** How often a mirror's pace is held against what others are expected to do. */
    private static final Duration COMPARE = Duration.ofMillis(500);

    private final VerifiedDownload download;
    private final SignedFile file;
    private final FileSources sources;
    private final Candidates candidates;
    private final FetchWorkers workers;

    private @Nullable Attempt attempt;
    /** The far part from a second mirror, as long as the first has not come so far; there is one at most in a walk. */
    private @Nullable Ahead ahead;

    private boolean split;
    private boolean wholeOnly;

    /** A walk that begins when it is run. */
    Lane(VerifiedDownload download, SignedFile file, FileSources sources, Candidates candidates, FetchWorkers workers) {
        this.download = download;
        this.file = file;
        this.sources = sources;
        this.candidates = candidates;
        this.workers = workers;
    }

    @Override
    public void run() {
        try {
            Optional<MirrorClient> mirror = next();
            while (mirror.isPresent() && download.isWanted(attempt) && !delivers(mirror.get())) {
                mirror = next();
            }
        } finally {
            drop();
        }
    }

    private Optional<MirrorClient> next() {
        Optional<MirrorClient> next = candidates.next();
        return next.isEmpty() && attempt != null ? candidates.shared() : next;
    }

    /** Whether the file is verified now. If not, nothing is left of it, or bytes with which the next mirror may go on. */
    private boolean delivers(MirrorClient mirror) {
        Source source;
        try {
            source = open(mirror);
        } catch (UpstreamException e) {
            failed(mirror, e, 0);
            return false;
        }
        if (isOfWrongLength(source)) {
            source.body().close();
            return false;
        }
        return receives(source, begun(source));
    }

    private Source open(MirrorClient mirror) throws UpstreamException {
        long here = attempt == null ? 0 : attempt.size();
        return Source.of(mirror, sources.open(mirror, file, here));
    }

    /** A length that is not the signed one is this mirror's alone. Where none is signed, it only can't go on with another's bytes. */
    private boolean isOfWrongLength(Source source) {
        OptionalLong whole = source.whole();
        if (file.length().isEmpty() || whole.isEmpty() || whole.equals(file.length())) {
            return false;
        }
        String found = whole.getAsLong() + " bytes (signed: " + file.length().getAsLong() + ")";
        convict(source, found, new byte[0], new byte[0]);
        return true;
    }

    /** The attempt that this source goes on with, or a new one. */
    private Attempt begun(Source source) {
        if (attempt != null && !goesOn(source, attempt)) {
            drop();
        }
        Attempt known = attempt;
        if (known == null) {
            try {
                OptionalLong length = file.length().isPresent() ? file.length() : source.whole();
                Duration patience = source.mirror().totalTimeout();
                known = new Attempt(file, room(length), length, patience, workers.stagers(), download::progressed);
            } catch (RuntimeException e) {
                source.body().close();
                throw e;
            }
            attempt = known;
            download.begin(known);
        }
        known.goOnWith(source, sources.inGoodStanding(source.mirror()));
        return known;
    }

    /** Room for a transfer; what is kept of a wrong one gives way to it. */
    private StagedBlob room(OptionalLong length) {
        Suspects suspects = download.suspects();
        Optional<StagedBlob> beside =
                suspects.isEmpty() || length.isEmpty() ? Optional.empty() : sources.stageBeside(length.getAsLong());
        return beside.orElseGet(() -> {
            suspects.giveUp("there is no room to keep them");
            return sources.stage(length);
        });
    }

    private static boolean goesOn(Source source, Attempt attempt) {
        return source.from() == attempt.size() && source.whole().equals(attempt.length());
    }

    private boolean receives(Source first, Attempt into) {
        Source source = first;
        try {
            long compared = source.startedNanos();
            while (into.receive(source.body(), beforeAhead(into)) >= 0) {
                if (!download.isWanted(into)) {
                    sources.transferred(source.mirror(), "abandoned", into.size() - source.from());
                    return true;
                }
                if (System.nanoTime() - compared > COMPARE.toNanos()) {
                    split(source, into);
                    source = overtaken(source, into);
                    compared = System.nanoTime();
                }
                source = met(source, into);
            }
            into.verify();
            sources.transferred(source.mirror(), "verified", into.size() - source.from());
            sources.served(source.mirror(), file);
            download.verified(into);
            attempt = null;
            return true;
        } catch (UpstreamException e) {
            failed(source.mirror(), e, into.size() - source.from());
            return false;
        } catch (WrongBytesException e) {
            wrong(source, into, String.valueOf(e.getMessage()));
            return false;
        } finally {
            source.body().close();
        }
    }

    /** How much the first mirror may still give before the far part begins. */
    private long beforeAhead(Attempt into) {
        Ahead far = ahead;
        return far == null ? Long.MAX_VALUE : far.offset() - into.size();
    }

    /** Asks a second mirror for the far part, once, where that is expected to be worth it. */
    private void split(Source source, Attempt into) {
        if (split || wholeOnly || into.streams()) {
            return;
        }
        Optional<Candidates.Companion> second =
                candidates.companion(into.missing(), source.pace(into), sources::inGoodStanding);
        if (second.isEmpty()) {
            return;
        }
        split = true;
        MirrorClient mirror = second.get().mirror();
        long share = second.get().share();
        Optional<StagedBlob> room = sources.stageBeside(share);
        if (room.isEmpty()) {
            candidates.again(mirror);
            return;
        }
        Ahead far = new Ahead(
                mirror, at -> sources.open(mirror, file, at), into.length().orElseThrow(), share, room.get());
        ahead = far;
        if (!workers.transferAtOnce(far)) {
            far.notRun();
            giveUpAhead();
        }
    }

    /** The far part as the source, where the first mirror has come so far; else the source as it is. */
    private Source met(Source source, Attempt into) {
        Ahead far = ahead;
        if (far == null || into.size() < far.offset()) {
            return source;
        }
        if (!far.hasBegun()) {
            giveUpAhead();
            return source;
        }
        ahead = null;
        sources.transferred(source.mirror(), "split", into.size() - source.from());
        Source next = Source.of(far.mirror(), far);
        into.goOnWith(next, sources.inGoodStanding(far.mirror()));
        source.body().close();
        candidates.again(source.mirror());
        return next;
    }

    private void giveUpAhead() {
        Ahead far = ahead;
        if (far == null) {
            return;
        }
        ahead = null;
        far.close();
        UpstreamException failure = far.failure();
        if (failure == null) {
            candidates.again(far.mirror());
        } else {
            candidates.failed(far.mirror(), failure);
        }
    }

    /** Another mirror's rest of these bytes, where that is expected to come much sooner; else the source as it is. */
    private Source overtaken(Source slow, Attempt into) {
        if (wholeOnly || ahead != null || slow.body() instanceof Ahead) {
            return slow;
        }
        Optional<MirrorClient> other = candidates.faster(into.missing(), slow.projected(into), sources::inGoodStanding);
        if (other.isEmpty()) {
            return slow;
        }
        try {
            Source next = open(other.get());
            if (!goesOn(next, into)) {
                next.body().close();
                candidates.again(other.get());
                return slow;
            }
            sources.transferred(slow.mirror(), "overtaken", into.size() - slow.from());
            into.goOnWith(next, sources.inGoodStanding(next.mirror()));
            slow.body().close();
            candidates.again(slow.mirror());
            return next;
        } catch (UpstreamException e) {
            candidates.failed(other.get(), e);
            return slow;
        }
    }

    private void failed(MirrorClient mirror, UpstreamException e, long bytes) {
        candidates.failed(mirror, e);
        sources.transferred(mirror, e.kind().name(), bytes);
        if (wholeOnly || attempt == null || attempt.size() == 0) {
            drop();
        }
    }

    private void wrong(Source source, Attempt into, String found) {
        List<MirrorClient> givers =
                into.sources().stream().map(Source::mirror).distinct().toList();
        if (givers.size() == 1) {
            convict(source, found, into.first(), into.last());
        } else {
            wholeOnly = true;
            download.suspects().keep(into);
            givers.forEach(candidates::again);
        }
        sources.transferred(source.mirror(), "wrong", into.size() - source.from());
        drop();
    }

    private void convict(Source source, String found, byte[] first, byte[] last) {
        candidates.wrong(source.mirror(), found);
        sources.convict(source.mirror(), file, found, source.body().provenance(), first, last);
    }

    /** Gives up the bytes that are here; answers that began with them are cut. */
    private void drop() {
        giveUpAhead();
        if (attempt != null) {
            download.dropped(attempt);
            attempt = null;
        }
    }
}
