"""Makes the TUF repository beside this file with securesystemslib: its keys, its signatures, its canonical JSON.

Run where securesystemslib 0.26.0 and cryptography 38.0.4 are installed (Debian 12: python3-securesystemslib). New keys are
made on every run and thrown away. File names are those of a repository with consistent snapshots.
"""

import hashlib
import json
import pathlib

import securesystemslib.formats
import securesystemslib.keys

HERE = pathlib.Path(__file__).parent
EXPIRES = "2100-01-01T00:00:00Z"
keys = {
    "rsa": securesystemslib.keys.generate_rsa_key(2048),
    "p256": securesystemslib.keys.generate_ecdsa_key("ecdsa-sha2-nistp256"),
    "rsa3072": securesystemslib.keys.generate_rsa_key(3072),
    "ed25519": securesystemslib.keys.generate_ed25519_key(),
    "ed25519-new": securesystemslib.keys.generate_ed25519_key(),
}
ids = {name: key["keyid"] for name, key in keys.items()}


def public(*names):
    return {ids[name]: {"keytype": keys[name]["keytype"], "scheme": keys[name]["scheme"],
                        "keyval": {"public": keys[name]["keyval"]["public"]}} for name in names}


def role(threshold, *names, **more):
    return {"keyids": [ids[name] for name in names], "threshold": threshold, **more}


def signed(kind, version, **more):
    return {"_type": kind, "spec_version": "1.0.31", "version": version, "expires": EXPIRES, **more}


def write(name, content, *signers):
    canonical = securesystemslib.formats.encode_canonical(content).encode("utf-8")
    signatures = [securesystemslib.keys.create_signature(keys[signer], canonical) for signer in signers]
    data = json.dumps({"signatures": signatures, "signed": content}, indent=1, ensure_ascii=len(signers) > 1).encode("utf-8")
    (HERE / name).write_bytes(data)
    return {"version": content["version"], "length": len(data), "hashes": {
        "sha256": hashlib.sha256(data).hexdigest(), "sha512": hashlib.sha512(data).hexdigest()}}


def target(content, **more):
    return {"length": len(content), "hashes": {"blake2b-256": hashlib.blake2b(content, digest_size=32).hexdigest()}, **more}


def root(version, timestamp):
    return signed("root", version, consistent_snapshot=True, keys=public(*keys), roles={
        "root": role(2, "rsa", "p256", "rsa3072"), "timestamp": role(1, timestamp),
        "snapshot": role(1, "p256"), "targets": role(2, "rsa", "rsa3072")})


write("1.root.json", root(1, "ed25519"), "rsa", "p256")
write("2.root.json", root(2, "ed25519-new"), "rsa", "rsa3072")

path = "packages/é \"quoted\" \\ 🐍.whl"
prefix = hashlib.sha256(path.encode("utf-8")).hexdigest()[:3]
meta = {"targets.json": write("1.targets.json", signed(
    "targets", 1,
    targets={"hello": target(b"hello", custom={"z\uffff": 1, "z\U0001f40d": [None, True, -7, 2**70], "control": "\u0001\n\u007f"})},
    delegations={"keys": public("ed25519", "rsa3072"), "roles": [
        role(2, "ed25519", "rsa3072", name="wheels & more/?", terminating=False, paths=["*/*.whl"], note="unknown"),
        role(1, "rsa3072", name="bins", terminating=True, path_hash_prefixes=[prefix, "f"])]}), "rsa", "rsa3072")}
meta["wheels & more/?.json"] = write("1.wheels%20%26%20more%2F%3F.json", signed("targets", 1, targets={}), "ed25519", "rsa3072")
meta["bins.json"] = write("1.bins.json", signed("targets", 1, targets={}, delegations={
    "keys": public("ed25519"), "succinct_roles": role(1, "ed25519", bit_length=6, name_prefix="bin")}), "rsa3072")
number = int.from_bytes(hashlib.sha256(path.encode("utf-8")).digest()[:4], "big") >> 26
meta[f"bin-{number:02x}.json"] = write(f"1.bin-{number:02x}.json", signed("targets", 1, targets={path: target(b"wheel")}), "ed25519")
snapshot = write("1.snapshot.json", signed("snapshot", 1, meta=meta), "p256")
write("timestamp.json", signed("timestamp", 1, meta={"snapshot.json": snapshot}), "ed25519-new")
