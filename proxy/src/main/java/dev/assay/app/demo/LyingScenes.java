package dev.assay.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every {@link Lie}: told by the only mirror it must end in a refusal, told beside an honest mirror it must not matter. */
final class LyingScenes {
    private static final String BESIDE_HONEST = "  and an honest mirror beside it";
    private static final Duration REFRESH_PATIENCE = Duration.ofSeconds(10);

    private final Stage stage;

    LyingScenes(Stage stage) {
        this.stage = stage;
    }

    List<Scene> all() {
        List<Scene> scenes = new ArrayList<>();
        for (Lie lie : Lie.values()) {
            switch (lie.subject()) {
                case NOTHING -> {}
                case FILE, CORE_METADATA -> {
                    scenes.add(new Scene(lie.title(), lie.deed(), Outcome.REFUSED, reason(lie), () -> alone(lie)));
                    if (lie != Lie.EVIL_PREFIX_THEN_CUT) {
                        scenes.add(besideHonest(lie, stage.canonical()));
                    }
                }
                case PAGE -> {
                    scenes.add(new Scene(lie.title(), lie.deed(), Outcome.REFUSED, reason(lie), () -> ofPages(lie)));
                    scenes.add(besideHonest(lie, null));
                }
                case TUF_METADATA -> scenes.add(lie == Lie.ROLLBACK ? rollback() : fresh(lie));
            }
        }
        return scenes;
    }

    /** A part of what pip must print when nobody but the liar can be asked. */
    private static String reason(Lie lie) {
        return switch (lie) {
            case FLIPPED_BYTE, TRUNCATED, LONGER, OTHER_WHEEL, ALTERED_METADATA, ENDLESS_BODY ->
                "other bytes than signed";
            case SLOW_BODY -> "too slow";
            case REDIRECT -> "No upstream";
            case FROZEN -> "expired";
            case MIX_AND_MATCH -> "can't vouch";
            case ROLLBACK -> "from versions: " + DemoWheels.APP_WHEEL.version();
            case PAGE_OTHER_HASHES, PAGE_EXTRA_FILE -> "another page than the signed one";
            case NONE, EVIL_PREFIX_THEN_CUT -> "";
        };
    }

    /** The liar is the only mirror; metadata and pages come from the canonical server. */
    private Scene.Sight alone(Lie lie) throws IOException {
        boolean watched = lie == Lie.EVIL_PREFIX_THEN_CUT;
        Path data = stage.newFolder("data");
        try (LyingMirror liar = stage.mirror(lie);
                ProxyUnderDemo proxy =
                        watched ? stage.impatientProxy(data, liar) : stage.proxy(data, stage.canonical(), liar)) {
            return told(liar, stage.install(proxy, watched ? DemoWheels.DATA_WHEEL : DemoWheels.LIBRARY_WHEEL));
        }
    }

    /** The liar stands where the signed pages come from, and is the only mirror too. */
    private Scene.Sight ofPages(Lie lie) throws IOException {
        try (LyingMirror liar = stage.mirror(lie);
                ProxyUnderDemo proxy = stage.proxy(stage.newFolder("data"), liar, liar)) {
            return told(liar, stage.install(proxy, DemoWheels.LIBRARY_WHEEL));
        }
    }

    /** The liar is asked first, an honest mirror second; the liar stands for {@code signing} too when that is null. */
    private Scene besideHonest(Lie lie, @Nullable LyingMirror signing) {
        return new Scene("", BESIDE_HONEST, Outcome.INSTALLED, "Successfully", () -> {
            try (LyingMirror liar = stage.mirror(lie);
                    LyingMirror honest = stage.mirror(Lie.NONE);
                    ProxyUnderDemo proxy =
                            stage.proxy(stage.newFolder("data"), signing == null ? liar : signing, liar, honest)) {
                return told(liar, stage.install(proxy, DemoWheels.LIBRARY_WHEEL));
            }
        });
    }

    /** What was seen, provided that the liar had an opportunity to lie. */
    private static Scene.Sight told(LyingMirror liar, Scene.Sight sight) {
        boolean asked = liar.count(liar.lie().subject()::concerns) > 0;
        return asked ? sight : new Scene.Sight(Outcome.BROKEN, "the liar was never asked; " + sight.saw());
    }

    private Scene fresh(Lie lie) {
        return new Scene(lie.title(), lie.deed(), Outcome.REFUSED, reason(lie), () -> {
            try (LyingMirror signing = stage.mirror(lie);
                    LyingMirror honest = stage.mirror(Lie.NONE);
                    ProxyUnderDemo proxy = stage.proxy(stage.newFolder("data"), signing, honest)) {
                return told(signing, stage.install(proxy, DemoWheels.APP_WHEEL));
            }
        });
    }

    /** A proxy that knows today's metadata is shown yesterday's, in which an old app was still published; pip asks for that app. */
    private Scene rollback() {
        return new Scene(Lie.ROLLBACK.title(), Lie.ROLLBACK.deed(), Outcome.REFUSED, reason(Lie.ROLLBACK), () -> {
            Path data = stage.newFolder("data");
            try (LyingMirror signing = stage.mirror(Lie.NONE);
                    ProxyUnderDemo proxy = stage.proxy(data, signing, signing)) {
                Scene.Sight before = stage.install(proxy, DemoWheels.APP_WHEEL);
                if (before.outcome() != Outcome.INSTALLED) {
                    return before;
                }
                signing.become(Lie.ROLLBACK);
                int asked = signing.count(LyingScenes::isTimestamp);
                // The second look begins only when the first has ended.
                if (!signing.awaitRequests(LyingScenes::isTimestamp, asked + 2, REFRESH_PATIENCE)) {
                    return new Scene.Sight(Outcome.BROKEN, "the proxy did not look for newer metadata");
                }
                Path target = stage.newFolder("target");
                String old = DemoWheels.OLD_APP.project() + "==" + DemoWheels.OLD_APP.version();
                PipRun run = stage.pip().install(Stage.index(proxy), target, Stage.PIP_TIMEOUT, "--no-deps", old);
                return new Scene.Sight(run.installed() ? Outcome.FOOLED : Outcome.REFUSED, run.saw());
            }
        });
    }

    private static boolean isTimestamp(String path) {
        return path.endsWith("/timestamp.json");
    }
}
