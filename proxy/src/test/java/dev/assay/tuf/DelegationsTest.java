package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelegationsTest {
    private static final Role ROLE = new Role(List.of(), 1);
    private static final TargetPath PATH = new TargetPath("requests");
    private static final String HASH = Digest.of(HashAlgorithm.SHA256, "requests".getBytes(StandardCharsets.UTF_8))
            .hex();

    private static DelegatedRole prefixed(String name, String... prefixes) {
        return new DelegatedRole(name, ROLE, false, List.of(), List.of(prefixes));
    }

    private static DelegatedRole globbed(String name, boolean terminating, String... patterns) {
        return new DelegatedRole(name, ROLE, terminating, List.of(patterns), List.of());
    }

    private static List<String> matching(DelegatedRole... roles) {
        return Delegations.to(Map.of(), List.of(roles)).matching(PATH).stream()
                .map(Delegations.Delegate::role)
                .toList();
    }

    /** The first two are vectors by others; the rest are the first bits of {@code sha256sum}. */
    @ParameterizedTest
    @CsvSource({
        "requests,14,bins-3b1c",
        "django,14,bins-1f62",
        "requests,1,bins-1",
        "requests,4,bins-e",
        "requests,5,bins-1d"
    })
    void pathsFallIntoBinsByTheFirstBitsOfTheirHash(String path, int bits, String bin) {
        assertThat(new SuccinctRoles(ROLE, bits, "bins").bin(new TargetPath(path)))
                .isEqualTo(bin);
    }

    @Test
    void roleThatListsAPrefixTwiceMatchesOnce() {
        String prefix = HASH.substring(0, 2);
        assertThat(matching(prefixed("a", prefix, prefix))).containsExactly("a");
    }

    @Test
    void binsAreNumberedInZeroPaddedHex() {
        SuccinctRoles bins = new SuccinctRoles(ROLE, 9, "b");
        assertThat(bins.count()).isEqualTo(512);
        assertThat(List.of(bins.bin(0), bins.bin(511))).containsExactly("b-000", "b-1ff");
    }

    @Test
    void thirtyTwoBitsAreABinOfTheirOwn() {
        SuccinctRoles bins = new SuccinctRoles(ROLE, 32, "b");
        assertThat(bins.bin(PATH)).isEqualTo("b-" + HASH.substring(0, 8));
        assertThat(bins.bin(bins.count() - 1)).isEqualTo("b-ffffffff");
    }

    @Test
    void succinctBinsAreTerminating() {
        assertThat(Delegations.to(Map.of(), new SuccinctRoles(ROLE, 8, "b")).matching(PATH))
                .singleElement()
                .matches(Delegations.Delegate::terminating);
    }

    @Test
    void hashPrefixesAreBeginningsOfLowerCaseHex() {
        String upper = HASH.substring(0, 3).toUpperCase(Locale.ROOT);
        assertThat(matching(
                        prefixed("long", HASH.substring(0, 9)),
                        prefixed("none", "x", HASH + "0"),
                        prefixed("short", "zz", HASH.substring(0, 1)),
                        prefixed("whole", HASH),
                        prefixed("upper", upper.equals(HASH.substring(0, 3)) ? "x" : upper)))
                .containsExactly("long", "short", "whole");
    }

    @Test
    void rolesMatchInTheOrderListedWhateverTheirKind() {
        assertThat(matching(
                        globbed("z", false, "nothing", "req*"),
                        prefixed("a", HASH.substring(0, 2)),
                        globbed("m", false, "*")))
                .containsExactly("z", "a", "m");
    }

    @Test
    void nothingComesAfterATerminatingMatch() {
        assertThat(matching(globbed("other", true, "x*"), globbed("last", true, "*"), prefixed("never", "")))
                .containsExactly("last");
    }

    @Test
    void roleWithoutPathsMatchesNothing() {
        assertThat(matching(globbed("none", true), globbed("all", false, "*"))).containsExactly("all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "a/b a%2Fb",
                "? %3F",
                "# %23",
                "a~b a~b",
                ".. ..",
                "% %25",
                "é %C3%A9",
                "A-z_0.9 A-z_0.9",
                "🐍 %F0%9F%90%8D"
            })
    void roleNamesBecomeOnePathSegment(String role, String encoded) {
        assertThat(RoleName.encode(role)).isEqualTo(encoded);
    }

    @Test
    void spaceIsPercentEncoded() {
        assertThat(RoleName.file(7, "a b")).isEqualTo("7.a%20b.json");
    }

    @Test
    void keysAndRolesAreReadAsTheyWereWritten() throws Exception {
        Key key = Key.of(TestRepository.newKey().publicKey());
        Delegations written =
                Delegations.to(Map.of(key.id(), key), List.of(globbed("a", true, "x"), prefixed("b", "0")));
        Delegations read = Delegations.read(written.toJson());
        assertThat(read.keys()).isEqualTo(Map.of(key.id(), key));
        assertThat(read.roles()).containsExactly(globbed("a", true, "x"), prefixed("b", "0"));
        assertThat(read.succinct()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32})
    void succinctRolesAreReadAsTheyWereWritten(int bits) throws Exception {
        SuccinctRoles bins = new SuccinctRoles(ROLE, bits, "b");
        assertThat(Delegations.read(Delegations.to(Map.of(), bins).toJson()).succinct())
                .contains(bins);
    }

    @Test
    void binsOfMoreThanThirtyTwoBitsAreRefused() {
        JsonObject json = new SuccinctRoles(ROLE, 32, "b").toJson();
        Map<String, JsonValue> members = new LinkedHashMap<>(json.members());
        members.put("bit_length", JsonInteger.of((1L << 32) + 14));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> SuccinctRoles.read(new JsonObject(members)));
    }

    @Test
    void roleIsFoundByItsNameWhateverItsPaths() {
        Delegations roles = Delegations.to(Map.of(), List.of(globbed("a", false, "x"), globbed("b", true, "y")));
        assertThat(roles.find("b").map(Delegations.Delegate::role)).contains("b");
        assertThat(roles.find("b").map(Delegations.Delegate::terminating)).contains(true);
        assertThat(roles.find("c")).isEmpty();
    }

    @Test
    void binIsFoundByItsOneNameAlone() {
        SuccinctRoles bins = new SuccinctRoles(ROLE, 14, "bins");
        assertThat(List.of("bins-0000", "bins-3b1c", "bins-3fff")).allMatch(bins::hasBin);
        assertThat(List.of("bins-4000", "bins-ffff", "bins-03b1c", "bins-3B1C", "bin-3b1c", "bins-", "3b1c"))
                .noneMatch(bins::hasBin);
        Delegations delegations = Delegations.to(Map.of(), bins);
        assertThat(delegations.find("bins-3b1c").map(Delegations.Delegate::role))
                .contains("bins-3b1c");
        assertThat(delegations.find("bins-4000")).isEmpty();
    }
}
