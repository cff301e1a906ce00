/**
 * Fetches bytes from places that are not believed: mirrors, and the repository that publishes signed metadata. Nothing here
 * knows what the bytes must be; it sees to it that getting them costs a bounded amount of memory, time and connections.
 *
 * <p>Invariants:
 * <ul>
 *   <li>Only configured hosts and folders are ever opened, redirects included; never from https to http; through an HTTP
 *       proxy only where the configuration says so.
 *   <li>Every wait has a deadline: connecting, the response head, each gap in a body, its average rate, the whole transfer.
 *   <li>A URL goes out byte for byte as it was given: one that the HTTP client would normalize is refused.
 *   <li>Credentials, extra headers and client certificate go to the one place they are for: no redirect takes them
 *       elsewhere. Each place has authorities of its own.
 *   <li>No cookie, cache or upstream header leaves this package, and no text from upstream reaches a message unescaped. A
 *       message names host and path, never a query.
 *   <li>A body that is abandoned is cut, not drained.
 * </ul>
 *
 * <p>Start with {@link dev.assay.upstream.UpstreamClient}; whom of the mirrors to ask, {@link dev.assay.upstream.Health} says. The HTTP client library is imported nowhere else.
 */
@NullMarked
package dev.assay.upstream;

import org.jspecify.annotations.NullMarked;
