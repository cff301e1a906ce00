/**
 * HTTP as installers know it: routes, handlers, answers.
 *
 * <p>Role: turns requests into questions to the gate and outcomes into responses. Invariants: status codes are chosen in this
 * package alone; what goes out is rendered from a verified model or read from a verified file; nothing of an upstream's answer is
 * copied. Start with {@link dev.assay.web.Routes}.
 */
@NullMarked
package dev.assay.web;

import org.jspecify.annotations.NullMarked;
