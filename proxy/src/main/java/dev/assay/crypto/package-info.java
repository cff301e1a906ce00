/**
 * Digests, public keys, signature schemes, key files.
 *
 * <p>Everything from outside is checked before it is used: a key that is weak, malformed, on another curve or spelled in
 * more than the usual way is refused with a {@link dev.assay.crypto.KeyException}; a signature is either good or not, and
 * {@link dev.assay.crypto.PublicKey#verify} never throws. Two spellings of one key are equal. No key material appears in
 * a message or in {@code toString}.
 *
 * <p>Start with {@link dev.assay.crypto.PublicKey} and {@link dev.assay.crypto.Digest}. A scheme is one constant of
 * {@link dev.assay.crypto.SignatureScheme} and one {@code Algorithm}. Bouncy Castle is used in this package and nowhere
 * else, through its lightweight API: no security provider is registered.
 */
@NullMarked
package dev.assay.crypto;

import org.jspecify.annotations.NullMarked;
