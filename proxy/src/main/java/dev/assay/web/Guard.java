package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.server.Handler;
import dev.assay.server.Network;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the routes and says who may ask them: clients of the allowed networks, and, where there are accounts, who shows the secret of
 * one. Health may be asked for by everybody of those networks; the other operations are not shown here at all. Thread-safe.
 *
 * <p>A secret that was right once is known for some minutes by a salted digest, in memory, so that a client is not slowed down by the hash
 * that slows down guessing. Wrong ones are counted by address: after some the address has to wait. Few secrets are checked at once, so
 * that guessing takes no more than a part of the workers.
 */
public final class Guard implements Handler {
    static final int GUESSES = 10;

    private static final Duration GUESSES_COUNT_FOR = Duration.ofMinutes(1);
    private static final Duration KNOWN_FOR = Duration.ofMinutes(5);
    private static final int MAX_KNOWN = 10_000;
    private static final int MAX_ADDRESSES = 100_000;
    private static final int CHECKS_AT_ONCE = 2;
    private static final String LATER = "Try again later";
    private static final String HEALTH = "/-/healthz";
    private static final String READINESS = "/-/readyz";

    private final Handler routes;
    private final List<Network> allowed;
    private final @Nullable Accounts accounts;
    private final byte[] salt = new byte[32];
    private final Semaphore checks = new Semaphore(CHECKS_AT_ONCE);
    /** Replaced when accounts are read anew, so that a check which began before is remembered nowhere. */
    private volatile Cache<Digest, Boolean> known = nobody();

    private final Cache<ByteBuffer, AtomicInteger> failures = Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(GUESSES_COUNT_FOR)
            .build();

    /**
     * A guard of the routes.
     *
     * @param allowed networks; empty for everybody
     * @param accounts empty when nobody needs one
     */
    public Guard(Handler routes, List<Network> allowed, Optional<Accounts> accounts) {
        this.routes = routes;
        this.allowed = List.copyOf(allowed);
        this.accounts = accounts.orElse(null);
        new SecureRandom().nextBytes(salt);
    }

    /** The other side of the door: operations alone, for a listener that is not for installers. */
    public static Handler operationsAlone(Handler routes) {
        return request -> request.path().startsWith(Routes.OPERATIONS)
                ? routes.handle(request)
                : Answers.problem(404, "Not found", "expected here: " + Routes.OPERATIONS + "...");
    }

    /** Reads the accounts anew, and forgets whose secret was right. */
    public void reload() throws IOException {
        if (accounts != null) {
            accounts.load();
            known = nobody();
        }
    }

    @Override
    public Reply handle(Request request) {
        if (!isAllowed(request)) {
            return Answers.forbidden(request, "this address may not ask here");
        }
        // As the routes read it: an escape must not lead past here.
        String path = RequestPath.decode(request.path()).orElse("");
        if (path.equals(HEALTH) || path.equals(READINESS)) {
            return routes.handle(request);
        }
        Optional<Response> refused = accounts == null ? Optional.empty() : check(request, accounts);
        if (refused.isPresent()) {
            return refused.get();
        }
        return path.startsWith(Routes.OPERATIONS)
                ? Answers.problem(404, "Not found", "expected: " + HEALTH + " or " + READINESS)
                : routes.handle(request);
    }

    /** Whoever is not known yet is looked at by a worker: a hash takes long. */
    @Override
    public Optional<Response> answerInMemory(Request request) {
        boolean passes = isAllowed(request) && (accounts == null || isKnown(request));
        return passes ? routes.answerInMemory(request) : Optional.empty();
    }

    private boolean isAllowed(Request request) {
        InetAddress client = request.remote().getAddress();
        return allowed.isEmpty() || allowed.stream().anyMatch(network -> network.contains(client));
    }

    private boolean isKnown(Request request) {
        Optional<String> authorization = authorization(request);
        return authorization.isPresent() && known.getIfPresent(digest(authorization.get())) != null;
    }

    /** Why the request is refused; empty when it is not. */
    private Optional<Response> check(Request request, Accounts present) {
        Optional<String> authorization = authorization(request);
        if (authorization.isEmpty()) {
            return Optional.of(unauthorized("an account is needed"));
        }
        Digest digest = digest(authorization.get());
        Cache<Digest, Boolean> knownBefore = known; // before the accounts are looked at
        if (knownBefore.getIfPresent(digest) != null) {
            return Optional.empty();
        }
        ByteBuffer client = Network.ofOneClient(request.remote().getAddress());
        AtomicInteger guesses = failures.get(client, first -> new AtomicInteger());
        if (guesses.get() >= GUESSES) {
            return Optional.of(
                    Answers.later(429, LATER, "too many wrong credentials from this address", GUESSES_COUNT_FOR));
        }
        if (!checks.tryAcquire()) {
            return Optional.of(
                    Answers.later(503, LATER, "too many credentials to check at once", Duration.ofSeconds(1)));
        }
        try {
            Optional<Credentials> shown = Credentials.of(authorization.get());
            if (shown.isPresent()
                    && present.verify(shown.get().name(), shown.get().secret())) {
                knownBefore.put(digest, true);
                return Optional.empty();
            }
        } finally {
            checks.release();
        }
        guesses.incrementAndGet();
        return Optional.of(unauthorized("wrong credentials"));
    }

    private static Cache<Digest, Boolean> nobody() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_KNOWN)
                .executor(Runnable::run)
                .expireAfterWrite(KNOWN_FOR)
                .build();
    }

    /** Exactly one, or none: two could be read in two ways. */
    private static Optional<String> authorization(Request request) {
        List<String> values = request.headers().all("Authorization");
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private Digest digest(String authorization) {
        byte[] text = authorization.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[salt.length + text.length];
        System.arraycopy(salt, 0, all, 0, salt.length);
        System.arraycopy(text, 0, all, salt.length, text.length);
        return Digest.of(HashAlgorithm.SHA256, all);
    }

    private static Response unauthorized(String why) {
        Response problem = Answers.problem(401, "Unauthorized", why);
        return new Response(
                problem.status(),
                problem.reason(),
                problem.headers().with("WWW-Authenticate", "Basic realm=\"assay\", charset=\"UTF-8\", Bearer"),
                problem.body());
    }
}
