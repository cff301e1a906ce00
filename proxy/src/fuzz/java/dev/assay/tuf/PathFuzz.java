package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithSize;
import com.code_intelligence.jazzer.mutation.annotation.WithUtf8Length;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Which paths are delegated, held against definitions that are as plain as they are slow. */
class PathFuzz {
    private static final Role NOBODY = new Role(List.of(), 1);

    @FuzzTest(maxDuration = "10m")
    void pattern(
            @NotNull @WithUtf8Length(max = 64) String pattern, @NotNull @WithUtf8Length(min = 1, max = 64) String path) {
        assertThat(new PathPattern(pattern).matches(path))
                .as("%s fits %s", pattern, path)
                .isEqualTo(fits(pattern, path));
    }

    /** Roles with prefixes and with patterns in one list: in order, each once, up to the first terminating one. */
    @FuzzTest(maxDuration = "10m")
    void delegations(
            @NotNull @WithUtf8Length(min = 1, max = 32) String path,
            @NotNull @WithSize(max = 6) List<@NotNull @WithSize(max = 3) List<@NotNull String>> roles,
            long terminating) {
        String hash = Digest.of(HashAlgorithm.SHA256, new TargetPath(path).utf8()).hex();
        List<DelegatedRole> delegated = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        boolean over = false;
        for (int i = 0; i < roles.size(); i++) {
            List<String> lines = roles.get(i);
            boolean prefixes = (terminating >> (32 + i) & 1) == 1;
            boolean last = (terminating >> i & 1) == 1;
            delegated.add(new DelegatedRole(
                    "role-" + i, NOBODY, last, prefixes ? List.of() : lines, prefixes ? lines : List.of()));
            boolean match = lines.stream().anyMatch(line -> prefixes ? hash.startsWith(line) : fits(line, path));
            if (match && !over) {
                expected.add("role-" + i);
                over = last;
            }
        }
        assertThat(Delegations.to(Map.of(), delegated).matching(new TargetPath(path)))
                .extracting(Delegations.Delegate::role)
                .containsExactlyElementsOf(expected);
    }

    @FuzzTest(maxDuration = "10m")
    void succinct(
            @NotNull @WithUtf8Length(min = 1, max = 64) String path,
            @InRange(min = 1, max = 32) int bits,
            @NotNull String prefix) {
        BigInteger hash = new BigInteger(
                1, Digest.of(HashAlgorithm.SHA256, new TargetPath(path).utf8()).bytes());
        String number = hash.shiftRight(256 - bits).toString(16);
        String padded = "0".repeat((bits + 3) / 4 - number.length()) + number;
        assertThat(new SuccinctRoles(NOBODY, bits, prefix).bin(new TargetPath(path)))
                .isEqualTo(prefix + "-" + padded);
    }

    /** Token by token against character by character: cell (i, j) says whether the first i tokens fit the first j characters. */
    private static boolean fits(String pattern, String path) {
        List<@Nullable IntPredicate> tokens = tokens(pattern.codePoints().toArray());
        int[] text = path.codePoints().toArray();
        boolean[][] fit = new boolean[tokens.size() + 1][text.length + 1];
        fit[0][0] = true;
        for (int i = 1; i <= tokens.size(); i++) {
            IntPredicate token = tokens.get(i - 1);
            for (int j = 0; j <= text.length; j++) {
                if (token == null) {
                    fit[i][j] = fit[i - 1][j] || (j > 0 && fit[i][j - 1] && text[j - 1] != '/');
                } else {
                    fit[i][j] = j > 0 && fit[i - 1][j - 1] && token.test(text[j - 1]);
                }
            }
        }
        return fit[tokens.size()][text.length];
    }

    /** A run is null. */
    private static List<@Nullable IntPredicate> tokens(int[] pattern) {
        List<@Nullable IntPredicate> tokens = new ArrayList<>();
        int at = 0;
        while (at < pattern.length) {
            int c = pattern[at++];
            int end = c == '[' ? end(pattern, at) : -1;
            if (end >= 0) {
                tokens.add(set(new String(pattern, at, end - at)));
                at = end + 1;
            } else if (c == '*') {
                tokens.add(null);
            } else {
                tokens.add(c == '?' ? found -> found != '/' : found -> found == c);
            }
        }
        return tokens;
    }

    private static int end(int[] pattern, int from) {
        int at = from < pattern.length && pattern[from] == '!' ? from + 1 : from;
        for (int i = at; i < pattern.length; i++) {
            if (pattern[i] == '/') {
                return -1;
            }
            if (pattern[i] == ']' && i > at) {
                return i;
            }
        }
        return -1;
    }

    private static IntPredicate set(String members) {
        boolean negated = members.startsWith("!");
        int[] of = members.substring(negated ? 1 : 0).codePoints().toArray();
        return found -> found != '/' && negated != holds(of, found);
    }

    private static boolean holds(int[] members, int found) {
        int i = 0;
        while (i < members.length) {
            if (i + 2 < members.length && members[i + 1] == '-') {
                if (members[i] <= found && found <= members[i + 2]) {
                    return true;
                }
                i += 3;
            } else if (members[i++] == found) {
                return true;
            }
        }
        return false;
    }
}
