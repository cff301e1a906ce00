/**
 * The program: commands, the configuration file, and the wiring of every room by constructors in one place.
 *
 * <p>Role: assembles what the lower floors offer; nothing imports it. Start with {@link dev.assay.app.Main} for the commands and
 * with {@link dev.assay.app.Proxy} for the wiring.
 */
@NullMarked
package dev.assay.app;

import org.jspecify.annotations.NullMarked;
