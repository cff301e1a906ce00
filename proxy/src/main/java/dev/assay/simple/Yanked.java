package dev.assay.simple;

/**
 * The file was yanked (PEP 592): installers take it only when it is asked for by its exact version.
 *
 * @param reason may be empty
 */
public record Yanked(String reason) {}
