package dev.assay.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What must work: installs from an honest mirror, from the store alone, and after a restart with nothing to ask. */
final class HonestScenes {
    private static final Stage.Genuine APP_AND_LIBRARY =
            Stage.Genuine.of(DemoWheels.APP_WHEEL, DemoWheels.LIBRARY_WHEEL);

    private final Stage stage;

    HonestScenes(Stage stage) {
        this.stage = stage;
    }

    List<Scene> all() {
        return List.of(
                new Scene(
                        "without Assay",
                        Lie.PAGE_OTHER_HASHES.deed(),
                        Outcome.FOOLED,
                        "Successfully",
                        this::withoutProxy),
                new Scene(
                        "honest: dependencies",
                        "served what was published",
                        Outcome.INSTALLED,
                        "Successfully",
                        this::dependencies),
                new Scene("honest: sdist", "served what was published", Outcome.INSTALLED, "Successfully", this::sdist),
                new Scene(
                        "honest: Python's wheels",
                        "served what was published",
                        Outcome.INSTALLED,
                        "Successfully",
                        this::bundled),
                new Scene(
                        "honest: second install",
                        "was not even asked",
                        Outcome.INSTALLED,
                        "Successfully",
                        this::secondInstall),
                new Scene(
                        "honest: restart",
                        "was down, as everything upstream",
                        Outcome.INSTALLED,
                        "Successfully",
                        this::restart));
    }

    /** Why all this: a pip that talks to the liar itself installs what the liar likes. */
    private Scene.Sight withoutProxy() throws IOException {
        try (LyingMirror liar = stage.mirror(Lie.PAGE_OTHER_HASHES)) {
            return stage.install(stage.pip(), liar.simple(), DemoWheels.LIBRARY_WHEEL);
        }
    }

    private Scene.Sight dependencies() throws IOException {
        try (LyingMirror mirror = stage.mirror(Lie.NONE);
                ProxyUnderDemo proxy = stage.proxy(stage.newFolder("data"), stage.canonical(), mirror)) {
            return stage.installAll(proxy, APP_AND_LIBRARY, DemoWheels.APP);
        }
    }

    private Scene.Sight sdist() throws IOException {
        try (LyingMirror mirror = stage.mirror(Lie.NONE);
                ProxyUnderDemo proxy = stage.proxy(stage.newFolder("data"), stage.canonical(), mirror)) {
            return stage.installAll(proxy, DemoWheels.SOURCE_ARCHIVE::isInstalledIn, DemoWheels.SOURCE);
        }
    }

    /** The wheels that came with Python, or ours when it came with none. */
    private Scene.Sight bundled() throws IOException {
        List<Path> bundled = stage.repository().bundled();
        if (bundled.isEmpty()) {
            return new Scene.Sight(Outcome.SKIPPED, "this machine's Python has no wheels");
        }
        String filename = bundled.get(bundled.size() - 1).getFileName().toString();
        String[] name = filename.split("-", -1);
        Stage.Genuine genuine = target -> Files.isDirectory(target.resolve(name[0] + "-" + name[1] + ".dist-info"));
        try (LyingMirror mirror = stage.mirror(Lie.NONE);
                ProxyUnderDemo proxy = stage.proxy(stage.newFolder("data"), stage.canonical(), mirror)) {
            return stage.installAll(proxy, genuine, name[0] + "==" + name[1]);
        }
    }

    private Scene.Sight secondInstall() throws IOException {
        try (LyingMirror mirror = stage.mirror(Lie.NONE);
                ProxyUnderDemo proxy = stage.proxy(stage.newFolder("data"), stage.canonical(), mirror)) {
            Scene.Sight first = stage.installAll(proxy, APP_AND_LIBRARY, DemoWheels.APP);
            int asked = mirror.fileRequests();
            Scene.Sight second = stage.installAll(proxy, APP_AND_LIBRARY, DemoWheels.APP);
            if (first.outcome() == Outcome.INSTALLED && asked > 0 && mirror.fileRequests() != asked) {
                return new Scene.Sight(Outcome.BROKEN, "files were fetched again: " + mirror.requests());
            }
            return first.outcome() == Outcome.INSTALLED ? second : first;
        }
    }

    private Scene.Sight restart() throws IOException {
        Path data = stage.newFolder("data");
        try (LyingMirror signing = stage.mirror(Lie.NONE)) {
            LyingMirror mirror = stage.mirror(Lie.NONE);
            try (mirror;
                    ProxyUnderDemo proxy = stage.proxy(data, signing, mirror)) {
                Scene.Sight first = stage.installAll(proxy, APP_AND_LIBRARY, DemoWheels.APP);
                if (first.outcome() != Outcome.INSTALLED) {
                    return first;
                }
            }
            signing.close();
            try (ProxyUnderDemo proxy = stage.proxy(data, signing, mirror)) {
                return stage.installAll(proxy, APP_AND_LIBRARY, DemoWheels.APP);
            }
        }
    }
}
