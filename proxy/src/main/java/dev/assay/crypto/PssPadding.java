package dev.assay.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.MGF1BytesGenerator;
import org.bouncycastle.crypto.params.MGFParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;

/**
 * Tells the salt length of an RSASSA-PSS signature from its padding (RFC 8017 9.1.2, steps 4 to 10), because metadata
 * does not name it and Bouncy Castle asks for it. It decides nothing: the whole signature is then verified by Bouncy
 * Castle, and a wrong answer here could only make that fail.
 */
final class PssPadding {
    private static final int HASH_BYTES = 32;
    private static final int TRAILER_BYTES = 1;

    private PssPadding() {}

    /** Negative when this is no PSS signature of any salt length. */
    static int saltLength(RSAKeyParameters key, byte[] signature) {
        BigInteger s = new BigInteger(1, signature);
        if (s.compareTo(key.getModulus()) >= 0) {
            return -1;
        }
        int emBits = key.getModulus().bitLength() - 1;
        byte[] em = fixedLength(s.modPow(key.getExponent(), key.getModulus()), (emBits + 7) / 8);
        int dbBytes = em.length - HASH_BYTES - TRAILER_BYTES;
        byte[] db = new byte[dbBytes];
        MGF1BytesGenerator mask = new MGF1BytesGenerator(new SHA256Digest());
        mask.init(new MGFParameters(Arrays.copyOfRange(em, dbBytes, dbBytes + HASH_BYTES)));
        mask.generateBytes(db, 0, dbBytes);
        for (int i = 0; i < dbBytes; i++) {
            db[i] ^= em[i];
        }
        db[0] &= (byte) (0xFF >>> (8 * em.length - emBits));
        int separator = 0;
        while (separator < dbBytes && db[separator] == 0) {
            separator++;
        }
        return separator < dbBytes && db[separator] == 1 ? dbBytes - separator - 1 : -1;
    }

    /** The last {@code length} bytes of a big-endian number, zeros in front. */
    private static byte[] fixedLength(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int common = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - common, fixed, length - common, common);
        return fixed;
    }
}
