package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrequencySketchTest {
    private final FrequencySketch sketch = new FrequencySketch(1 << 10);

    @Test
    void countsUpToFifteen() {
        for (int i = 0; i < 20; i++) {
            assertThat(sketch.frequency(42)).isEqualTo(Math.min(i, FrequencySketch.MOST));
            sketch.count(42, 1000);
        }
    }

    @Test
    void thingsAreCountedApart() {
        for (long thing = 0; thing < 100; thing++) {
            for (int i = 0; i < thing % 10; i++) {
                sketch.count(thing, 1000);
            }
        }
        for (long thing = 0; thing < 100; thing++) {
            assertThat(sketch.frequency(thing)).as("thing %s", thing).isEqualTo((int) (thing % 10));
        }
    }

    @Test
    void countsFadeAsOthersAreCounted() {
        for (int i = 0; i < 8; i++) {
            sketch.count(7, 100);
        }
        for (long other = 1000; other < 3000; other++) {
            sketch.count(other, 100);
        }
        assertThat(sketch.frequency(7)).isLessThan(4);
    }
}
