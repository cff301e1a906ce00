package dev.assay.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.internal.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.internal.asn1.misc.ScryptParams;

/**
 * Encrypts and decrypts PKCS#8 private keys by PBES2 (RFC 8018 6.2): scrypt (RFC 7914) with AES-256-CBC when writing;
 * when reading also PBKDF2-HMAC-SHA-256, as {@code openssl genpkey -aes256} writes, within bounds that keep a hostile
 * file from taking much time or memory.
 */
final class Pbes2 {
    private static final int SCRYPT_N = 1 << 14;
    private static final int SCRYPT_R = 8;
    private static final int SALT_BYTES = 16;
    private static final int IV_BYTES = 16;
    private static final int AES_256_BYTES = 32;

    private static final long MAX_SCRYPT_BYTES = 256L << 20;
    private static final int MAX_SCRYPT_P = 16;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int MAX_SALT_BYTES = 1024;
    private static final String WRONG = "wrong passphrase, or the key file is damaged";

    /** Key lengths in bytes. */
    private static final Map<ASN1ObjectIdentifier, Integer> CIPHERS = Map.of(
            NISTObjectIdentifiers.id_aes128_CBC, 16,
            NISTObjectIdentifiers.id_aes192_CBC, 24,
            NISTObjectIdentifiers.id_aes256_CBC, AES_256_BYTES);

    private Pbes2() {}

    /** An EncryptedPrivateKeyInfo in DER. */
    static byte[] encrypt(byte[] pkcs8, char[] passphrase, KeyFile.Cost cost) throws KeyException {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[SALT_BYTES];
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(salt);
        random.nextBytes(iv);
        ScryptParams scrypt = new ScryptParams(salt, SCRYPT_N, SCRYPT_R, cost.parallelization(), AES_256_BYTES);
        PBES2Parameters parameters = new PBES2Parameters(
                new KeyDerivationFunc(MiscObjectIdentifiers.id_scrypt, scrypt),
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
        byte[] key = derive(parameters.getKeyDerivationFunc(), passphrase, AES_256_BYTES);
        try {
            byte[] encrypted = aes(Cipher.ENCRYPT_MODE, key, iv, pkcs8);
            return new EncryptedPrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), encrypted)
                    .getEncoded(ASN1Encoding.DER);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java can't encrypt with AES", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The PrivateKeyInfo in an EncryptedPrivateKeyInfo; the caller wipes it. */
    static byte[] decrypt(byte[] der, char[] passphrase) throws KeyException {
        byte[] key = {};
        try {
            EncryptedPrivateKeyInfo info = EncryptedPrivateKeyInfo.getInstance(der);
            if (!info.getEncryptionAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                throw new KeyException("key file: encrypted in an old way (expected: PBES2)");
            }
            PBES2Parameters parameters =
                    PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
            EncryptionScheme cipher = parameters.getEncryptionScheme();
            Integer keyBytes = CIPHERS.get(cipher.getAlgorithm());
            if (keyBytes == null) {
                throw new KeyException("key file: unsupported cipher (expected: AES-CBC)");
            }
            key = derive(parameters.getKeyDerivationFunc(), passphrase, keyBytes);
            byte[] iv = ASN1OctetString.getInstance(cipher.getParameters()).getOctets();
            return requirePrivateKeyInfo(aes(Cipher.DECRYPT_MODE, key, iv, info.getEncryptedData()));
        } catch (BadPaddingException e) {
            throw new KeyException(WRONG);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new KeyException("key file: malformed", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** One wrong passphrase in 256 gives a good padding by chance, but never a PrivateKeyInfo. */
    private static byte[] requirePrivateKeyInfo(byte[] decrypted) throws KeyException {
        try {
            PrivateKeyInfo.getInstance(decrypted);
            return decrypted;
        } catch (RuntimeException e) {
            Arrays.fill(decrypted, (byte) 0);
            throw new KeyException(WRONG);
        }
    }

    private static byte[] derive(KeyDerivationFunc function, char[] passphrase, int keyBytes) throws KeyException {
        byte[] secret = utf8(passphrase);
        try {
            ASN1Encodable parameters = function.getParameters();
            if (function.getAlgorithm().equals(MiscObjectIdentifiers.id_scrypt)) {
                return scrypt(ScryptParams.getInstance(parameters), secret, keyBytes);
            }
            if (function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
                return pbkdf2(PBKDF2Params.getInstance(parameters), secret, keyBytes);
            }
            throw new KeyException("key file: unsupported key derivation (expected: scrypt or PBKDF2)");
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] scrypt(ScryptParams parameters, byte[] secret, int keyBytes) throws KeyException {
        BigInteger n = parameters.getCostParameter();
        BigInteger r = parameters.getBlockSize();
        BigInteger p = parameters.getParallelizationParameter();
        BigInteger bytes = n.multiply(r).shiftLeft(7);
        if (bytes.compareTo(BigInteger.valueOf(MAX_SCRYPT_BYTES)) > 0
                || p.compareTo(BigInteger.valueOf(MAX_SCRYPT_P)) > 0
                || parameters.getSalt().length > MAX_SALT_BYTES) {
            throw new KeyException("key file: scrypt parameters out of range (expected: at most "
                    + (MAX_SCRYPT_BYTES >> 20) + " MiB and p = " + MAX_SCRYPT_P + ")");
        }
        return SCrypt.generate(
                secret, parameters.getSalt(), n.intValueExact(), r.intValueExact(), p.intValueExact(), keyBytes);
    }

    private static byte[] pbkdf2(PBKDF2Params parameters, byte[] secret, int keyBytes) throws KeyException {
        if (!parameters.getPrf().getAlgorithm().equals(PKCSObjectIdentifiers.id_hmacWithSHA256)) {
            throw new KeyException("key file: PBKDF2 with another hash (expected: HMAC-SHA-256)");
        }
        BigInteger iterations = parameters.getIterationCount();
        if (iterations.signum() <= 0
                || iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0
                || parameters.getSalt().length > MAX_SALT_BYTES) {
            throw new KeyException(
                    "key file: PBKDF2 iterations out of range (expected: at most " + MAX_ITERATIONS + ")");
        }
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(SHA256Digest.newInstance());
        generator.init(secret, parameters.getSalt(), iterations.intValueExact());
        return ((KeyParameter) generator.generateDerivedParameters(8 * keyBytes)).getKey();
    }

    private static byte[] aes(int mode, byte[] key, byte[] iv, byte[] input) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        return cipher.doFinal(input);
    }

    private static byte[] utf8(char[] passphrase) throws KeyException {
        if (passphrase.length == 0) {
            throw new KeyException("the passphrase is empty");
        }
        byte[] room = new byte[4 * passphrase.length];
        ByteBuffer out = ByteBuffer.wrap(room);
        try {
            CoderResult result = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(passphrase), out, true);
            if (result.isError()) {
                throw new KeyException("the passphrase holds a lone surrogate, so it can't be written as UTF-8");
            }
            return Arrays.copyOf(room, out.position());
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }
}
