package dev.assay.app;

/** For what is used only where the operator says so. */
enum Switch {
    OFF,
    ON
}
