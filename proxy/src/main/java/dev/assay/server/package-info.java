/**
 * HTTP/1.1 and, over TLS, HTTP/2 for everything above it: codec, limits, deadlines, threads. The package that knows Netty; no type of Netty's leaves it.
 *
 * <ul>
 *   <li>A request is either beyond doubt ({@link dev.assay.server.Request}) or refused with its connection. Netty's decoder, set to
 *       its strictest, parses it, and says whether a body follows, which we take none of. What that decoder would repair beyond
 *       recognition (folded fields, stray spaces and controls, small letters in the version) is refused by a look over the bytes
 *       before it ({@code HeadScanner}); what it lets through and we do not is refused after it ({@code RequestCheck}).
 *   <li>The event loop never blocks: it frames, checks, writes, and answers what is in memory. Handlers and disk reads run on
 *       a bounded number of workers. Whoever waits (for a transfer, for a slow client, for a request) holds no thread.
 *   <li>A response is complete or its connection is cut (HTTP/2: its stream is reset); it is never padded, and its body is closed
 *       exactly once.
 *   <li>Each wait for a client has a deadline.
 * </ul>
 *
 * <p>Start with {@link dev.assay.server.HttpServer}, then {@code Connection}, {@code Http1} with its {@code HeadGate} or
 * {@code Http2}, {@code Exchange}, {@code BodyPump}.
 */
@NullMarked
package dev.assay.server;

import org.jspecify.annotations.NullMarked;
