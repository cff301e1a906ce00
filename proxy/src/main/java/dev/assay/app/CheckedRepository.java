package dev.assay.app;

import dev.assay.gate.LocalFileCheck;
import dev.assay.gate.PageSources;
import dev.assay.gate.SignedEntries;
import dev.assay.store.FolderMetadataStore;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.upstream.HttpMetadataSource;
import dev.assay.upstream.Mirrors;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** One repository as {@code assay verify} asks it: with a folder for its metadata, and no store. */
final class CheckedRepository implements AutoCloseable {
    private final UpstreamClient client;
    private final Mirrors mirrors;
    private final FolderMetadataStore trusted;
    private final Updater updater;
    private final InstantSource clock;
    private final LocalFileCheck check;

    CheckedRepository(Config.Repository repository, SignedSource.Settled signed, Path metadata, InstantSource clock)
            throws IOException, InvalidMetadataException {
        this.clock = clock;
        byte[] root = PinnedRoot.read(repository);
        this.trusted = new FolderMetadataStore(metadata);
        UpstreamOptions places = repository.places(signed.upstream());
        this.client =
                new UpstreamClient(places, repository.access(), List.of(repository.metadata(), repository.targets()));
        this.mirrors = new Mirrors(repository.mirrors(), places, clock);
        try {
            this.updater =
                    new Updater(root, new HttpMetadataSource(client, repository.metadata()), trusted, signed.trust());
        } catch (InvalidMetadataException e) {
            trusted.close();
            throw e;
        }
        PageSources pages = new PageSources(client, repository.targets(), mirrors);
        this.check = new LocalFileCheck(new SignedEntries(
                repository.layout(), repository.maxUnconfirmed(), updater, pages, signed.maxPageBytes(), clock));
    }

    /** Throws when the metadata can't be had, or can't vouch for anything now. */
    void refresh() throws IOException, InvalidMetadataException {
        Instant now = clock.instant();
        updater.refresh(now);
        updater.view().requireCurrent(now);
    }

    LocalFileCheck check() {
        return check;
    }

    @Override
    public void close() {
        mirrors.close();
        client.close();
        trusted.close();
    }
}
