package dev.assay.app;

import dev.assay.author.follow.Growth;
import dev.assay.crypto.Digest;
import dev.assay.gate.GateOptions;
import dev.assay.gate.Layout;
import dev.assay.gate.ProjectMap;
import dev.assay.gate.ProjectPattern;
import dev.assay.server.Network;
import dev.assay.server.ServerOptions;
import dev.assay.store.StoreOptions;
import dev.assay.trust.TrustOptions;
import dev.assay.upstream.Access;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What an operator decided, checked and complete: the option records of the rooms, and what belongs to none of them.
 *
 * @param repositories each with a name of its own; at least one
 * @param map which projects are whose, in this order
 * @param transfers how many downloads run at once
 * @param upstream limits alone: each repository names the hosts and folders that may be asked for it
 * @param server listens where the configuration says
 * @param clients who may ask it
 * @param operations where metrics and the like are asked for
 * @param accessLog file of one line a request
 */
public record Config(
        List<Repository> repositories,
        List<Entry> map,
        GateOptions gate,
        int transfers,
        UpstreamOptions upstream,
        ServerOptions server,
        Clients clients,
        ServerOptions operations,
        StoreOptions store,
        TrustOptions trust,
        LogLevel logLevel,
        Optional<Path> accessLog) {

    /**
     * Whose signature is trusted, where it is published, and who may have the bytes.
     *
     * @param name for logs, metrics and the data folder
     * @param key under which it stands in the configuration, for messages
     * @param metadata base URL of the metadata files, ends with a slash
     * @param targets base URL of signed pages, ends with a slash
     * @param root file of the trust anchor
     * @param access how both are spoken to
     * @param rootSha256 what the root file must be, when that was configured
     * @param maxUnconfirmed how long ago a signer that follows an index may have seen a page there
     * @param grace how long stored content is handed over after its metadata has expired; zero for not at all
     * @param signer who can be asked to sign a project that nobody asked for before; empty when nobody can
     */
    public record Repository(
            String name,
            String key,
            URI metadata,
            URI targets,
            Access access,
            Path root,
            Optional<Digest> rootSha256,
            Layout layout,
            Duration refreshInterval,
            Duration maxUnconfirmed,
            Duration grace,
            List<Mirror> mirrors,
            Optional<Signer> signer) {
        /** The name of the one repository of a configuration that does not name them. */
        public static final String ONLY = "repository";

        public Repository {
            mirrors = List.copyOf(mirrors);
        }

        /** The same limits for exactly the hosts and folders that are named here. */
        UpstreamOptions places(UpstreamOptions limits) {
            List<URI> places = new ArrayList<>(List.of(metadata, targets));
            if (signer.orElse(null) instanceof Signer.Apart apart) {
                places.add(apart.follow());
            }
            mirrors.forEach(mirror -> places.addAll(mirror.places()));
            return limits.withPlaces(places);
        }
    }

    /** Who can be asked to sign one more project. */
    public sealed interface Signer {
        /**
         * This process, which follows an index that does not sign.
         *
         * @param folder of the repository that it signs
         * @param recheck how often each project is looked at again
         * @param growth how much clients can make it follow
         */
        record Embedded(URI index, Access access, Path folder, Duration recheck, Growth growth) implements Signer {}

        /**
         * A follower that stands apart; spoken to as the repository is.
         *
         * @param follow ends with a slash
         */
        record Apart(URI follow) implements Signer {}
    }

    /**
     * Projects, and the repositories whose word counts for them.
     *
     * @param repositories by name, at least one
     * @param threshold how many of them must say the same; 1 only where there is just one
     */
    public record Entry(List<ProjectPattern> projects, List<String> repositories, int threshold) {
        public Entry {
            projects = List.copyOf(projects);
            repositories = List.copyOf(repositories);
        }

        /** Every project belongs to the one repository. */
        public static Entry everything() {
            return new Entry(List.of(new ProjectPattern("*")), List.of(Repository.ONLY), 1);
        }
    }

    /**
     * Who may ask.
     *
     * @param allowed networks; empty for everybody
     * @param users file of the accounts; empty when nobody needs one
     * @param requestRate requests a second from one address; empty for any
     */
    public record Clients(List<Network> allowed, Optional<Path> users, Optional<Integer> requestRate) {
        static final Clients EVERYBODY = new Clients(List.of(), Optional.empty(), Optional.empty());

        public Clients {
            allowed = List.copyOf(allowed);
        }
    }

    public Config {
        repositories = List.copyOf(repositories);
        map = List.copyOf(map);
    }

    /** The map to owners, each made of what stands for its repositories and of the threshold. */
    static <A, O> ProjectMap<O> map(
            List<Entry> map, Function<String, A> byName, BiFunction<List<A>, Integer, O> owner) {
        return new ProjectMap<>(map.stream()
                .map(entry -> new ProjectMap.Entry<>(
                        entry.projects(),
                        owner.apply(entry.repositories().stream().map(byName).toList(), entry.threshold())))
                .toList());
    }
}
