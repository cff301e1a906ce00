package dev.assay.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Role;
import dev.assay.tuf.SuccinctRoles;
import dev.assay.tuf.TargetPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PEP 458's 16,384 bins, as they are proposed in either form, within the bounds that hold without configuration. */
class PyPiSizeTest {
    private static final int BITS = 14;
    private static final String PATH = "simple/requests/";

    private final TestClient client = new TestClient();
    private final SuccinctRoles bins = new SuccinctRoles(new Role(List.of(), 1), BITS, "bins");
    private final String bin = bins.bin(new TargetPath(PATH));

    /** Snapshot lists every bin; only the one that is asked for is published. */
    private void publish(String... delegators) throws Exception {
        Digest digest = Digest.of(HashAlgorithm.SHA256, PATH.getBytes(StandardCharsets.UTF_8));
        MetaFile entry = new MetaFile(1, OptionalLong.of(500_000), List.of(digest));
        for (long number = 0; number < bins.count(); number++) {
            client.repository.entries.put(bins.bin(number), entry);
        }
        client.repository.target(bin, PATH);
        for (String delegator : delegators) {
            client.repository.publishTargets(delegator);
        }
        client.repository.publish(bin);
        client.refresh();
    }

    @Test
    void roleThatDelegatesByPrefixIsReadThoughItHasMegabytes() throws Exception {
        List<DelegatedRole> delegated = new ArrayList<>();
        for (int number = 0; number < bins.count(); number++) {
            int first = number << 2;
            List<String> prefixes = IntStream.range(first, first + 4)
                    .mapToObj(prefix -> String.format("%04x", prefix))
                    .toList();
            delegated.add(new DelegatedRole(bins.bin(number), new Role(List.of(), 1), true, List.of(), prefixes));
        }
        client.repository.rotate("bins");
        client.repository.delegate("targets", "all", false, "simple/*/");
        client.repository.delegated.put("all", delegated);
        publish("all", "targets");

        assertThat(client.repository.file("1.all.json").length).isGreaterThan(2_000_000);
        assertThat(client.repository.file(client.repository.name("snapshot")).length)
                .isGreaterThan(1_500_000);
        assertThat(client.load(new TargetPath(PATH))).isInstanceOf(Lookup.Signed.class);
    }

    @Test
    void binsToldInOneLineAreFoundAmongAsMany() throws Exception {
        client.repository.rotate("bins");
        client.repository.succinct.put("targets", bins);
        publish("targets");

        assertThat(client.load(new TargetPath(PATH))).isInstanceOf(Lookup.Signed.class);
        assertThat(client.version(bin)).isEqualTo(1);
    }
}
