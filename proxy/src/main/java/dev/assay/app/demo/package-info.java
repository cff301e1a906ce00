/**
 * The demonstration: a real pip installs through Assay while every kind of lying mirror is refused.
 *
 * <p>It authors a repository of real wheels, serves it honestly and with one {@link dev.assay.app.demo.Lie} at a time, and shows
 * what pip saw. The lying mirrors serve the tests of the whole proxy too.
 *
 * <p>Invariants: nothing here listens or connects beyond loopback; every server, process and wait has a bound and ends with
 * its owner; the wheels have the same bytes on every run; no setting of the machine's pip reaches the pips started here.
 *
 * <p>Start with {@link dev.assay.app.demo.Demo}, or with {@link dev.assay.app.demo.LyingMirror} when writing a test.
 */
@NullMarked
package dev.assay.app.demo;

import org.jspecify.annotations.NullMarked;
