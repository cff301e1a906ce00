package dev.assay.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose certificate the server shows, and whether it asks for one.
 *
 * @param certificate PEM file: the server's certificate, then those between it and the root
 * @param key PEM file: its private key, PKCS#8, not encrypted
 * @param clientCa PEM file of the authorities of which a client must have a certificate; empty when clients need none
 */
public record TlsOptions(Path certificate, Path key, Optional<Path> clientCa) {}
