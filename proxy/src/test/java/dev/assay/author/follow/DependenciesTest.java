package dev.assay.author.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.author.Progress;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.simple.ProjectName;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a project needs is found by the metadata of its newest wheel, as far as that is what the index's page says. */
class DependenciesTest extends FollowTestCase {
    private void has(String project, Entry... files) {
        canonical.put(new Listing(project, 1, List.of(files)));
    }

    private Dependencies.Found of(String... projects) throws Exception {
        return Dependencies.of(Arrays.stream(projects).map(Requirement::parse).toList(), index, Progress.NONE);
    }

    private static Set<ProjectName> names(String... names) {
        return Set.copyOf(Arrays.stream(names).map(ProjectName::new).toList());
    }

    @Test
    void whatIsNeededIsFollowedToTheEndEvenInACircle() throws Exception {
        has("app", canonical.needing("app-1.0-py3-none-any.whl", "Lib_A>=2", "lib-b (<3)"));
        has("lib-a", canonical.needing("lib_a-2.0-py3-none-any.whl", "lib-c; python_version < '3.8'"));
        has("lib-b", canonical.needing("lib_b-2.0-py3-none-any.whl", "app"));
        has("lib-c", canonical.needing("lib_c-1.0-py3-none-any.whl"));
        Dependencies.Found found = of("app");

        assertThat(found.projects()).isEqualTo(names("app", "lib-a", "lib-b", "lib-c"));
        assertThat(found.unknown()).isEmpty();
    }

    @Test
    void theNewestFinalVersionThatIsNotYankedDecides() throws Exception {
        Entry yanked = canonical.needing("app-1.11-py3-none-any.whl", "yanked");
        has(
                "app",
                canonical.needing("app-1.9-py3-none-any.whl", "old"),
                canonical.needing("app-1.10-py3-none-any.whl", "present"),
                new Entry(yanked.filename(), yanked.sha256(), yanked.size(), yanked.metadataSha256(), "broken"),
                canonical.needing("app-2.0rc1-py3-none-any.whl", "coming"));

        assertThat(of("app").projects()).isEqualTo(names("app", "present"));
    }

    @Test
    void whatAnExtraNeedsIsFollowedOnceItIsAskedFor() throws Exception {
        has(
                "app",
                canonical.needing(
                        "app-1.0-py3-none-any.whl",
                        "always",
                        "pysocks!=1.5.7; extra == 'Socks_5'",
                        "brotli; (python_version<'3' or os_name=='nt') and extra == \"zip\""));

        assertThat(of("app").projects()).isEqualTo(names("app", "always"));
        assertThat(of("app[socks.5]").projects()).isEqualTo(names("app", "always", "pysocks"));
        assertThat(of("app", "app[zip]", "app[socks-5]").projects())
                .isEqualTo(names("app", "always", "pysocks", "brotli"));
    }

    @Test
    void extrasOfWhatIsNeededAreFollowedAndThoseOfAProjectsOwn() throws Exception {
        has(
                "app",
                canonical.needing(
                        "app-1.0-py3-none-any.whl", "lib", "app[one,two]; extra == 'all'", "b; extra=='two'"));
        has("lib", canonical.needing("lib-1.0-py3-none-any.whl", "third[x]", "unwanted; extra == 'x'"));
        has("third", canonical.needing("third-1.0-py3-none-any.whl", "deep; extra == 'x'"));

        assertThat(of("app[all]").projects()).isEqualTo(names("app", "lib", "b", "third", "deep"));
    }

    @Test
    void metadataThatIsNotWhatThePageSaysTellsNothing() throws Exception {
        Entry app = canonical.needing("app-1.0-py3-none-any.whl", "lib");
        canonical.metadata(
                app, "Metadata-Version: 2.1\nName: app\nVersion: 1.0\nRequires-Dist: evil\n".getBytes(UTF_8));
        has("app", app);
        Dependencies.Found found = of("app");

        assertThat(found.projects()).isEqualTo(names("app"));
        assertThat(found.unknown().get(new ProjectName("app"))).contains("is not what its page says");
    }

    @Test
    void metadataThatNamesWhatCanBeNoProjectTellsNothing() throws Exception {
        has("app", canonical.needing("app-1.0-py3-none-any.whl", "a".repeat(300)));

        assertThat(of("app").unknown().get(new ProjectName("app"))).contains("length of project name: 300");
    }

    @Test
    void aProjectWithoutCoreMetadataIsNamed() throws Exception {
        has("app", Entry.of("app-1.0.tar.gz", new byte[1]));

        assertThat(of("app").unknown().get(new ProjectName("app"))).contains("no wheel of it has core metadata");
    }

    @Test
    void metadataThatCanNotBeHadIsNamed() throws Exception {
        Entry elsewhere = canonical.needing("app-1.0-py3-none-any.whl", "lib");
        has("app", new Entry("app-2.0-py3-none-any.whl", "ab".repeat(32), 5, elsewhere.metadataSha256(), ""));

        assertThat(of("app").unknown().get(new ProjectName("app"))).contains("404");
    }
}
