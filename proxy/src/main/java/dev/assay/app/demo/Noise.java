package dev.assay.app.demo;

import java.util.Random;

/** Bytes that do not compress and are the same for the same seed on every machine. */
final class Noise {
    private Noise() {}

    static byte[] of(String seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed.hashCode()).nextBytes(bytes);
        return bytes;
    }
}
