package dev.assay.app.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SceneTest {
    @Test
    void aSceneThatBreaksIsNotAsItMustBe() {
        Scene scene = new Scene("attack", "deed", Outcome.REFUSED, "", () -> {
            throw new IOException("no proxy");
        });

        Scene.Row row = scene.perform();

        assertThat(row.sight().outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(row.isAsItMustBe()).isFalse();
    }

    @Test
    void aLieThatGetsThroughIsNotAsItMustBe() {
        Scene scene = new Scene(
                "attack", "deed", Outcome.REFUSED, "", () -> new Scene.Sight(Outcome.FOOLED, "Successfully installed"));

        assertThat(scene.perform().isAsItMustBe()).isFalse();
    }

    @Test
    void aRefusalForAnotherReasonIsNotAsItMustBe() {
        Scene scene = new Scene(
                "attack", "deed", Outcome.REFUSED, "other bytes", () -> new Scene.Sight(Outcome.REFUSED, "503 busy"));

        assertThat(scene.perform().isAsItMustBe()).isFalse();
    }

    @Test
    void aRowForWhichThisMachineLacksAToolDoesNotFail() {
        Scene scene =
                new Scene("attack", "deed", Outcome.INSTALLED, "", () -> new Scene.Sight(Outcome.SKIPPED, "no curl"));

        assertThat(scene.perform().isAsItMustBe()).isTrue();
    }

    @Test
    void withoutAPipTheDemonstrationEndsWithItsOwnExitCode(@TempDir Path empty) throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(new PrintStream(shown, true, UTF_8), false, true);
        Demo demo = new Demo(terminal, Map.of("PATH", empty.toString()), setup -> {
            throw new AssertionError("a proxy was started");
        });

        assertThat(demo.run(true)).isEqualTo(Demo.NO_PIP);
        assertThat(shown.toString(UTF_8)).contains("needs a pip");
    }
}
