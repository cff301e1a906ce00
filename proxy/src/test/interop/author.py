"""Makes a TUF repository with python-tuf's metadata API (as of 1.0 to 2.1) and securesystemslib 0.26, in the form of author.js.

Usage: python3 author.py OUTPUT      (Debian: python3-securesystemslib; python-tuf where `import tuf` works)

Without python-tuf it says so and makes nothing.
"""

import hashlib
import json
import pathlib
import sys
import urllib.parse
from collections import OrderedDict
from datetime import datetime

try:
    from tuf.api.metadata import (Delegations, DelegatedRole, Key, Metadata, MetaFile, Role, Root, Snapshot, TargetFile, Targets,
                                  Timestamp)
except ImportError:
    sys.exit("skipped: no python-tuf here")
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib import keys as sslib_keys
from securesystemslib.signer import Signature, SSlibSigner

SPEC, EXPIRES = "1.0.28", datetime(2100, 1, 1)


class Signing:
    def __init__(self, secret):
        self.id, self.signer, self.key = secret["keyid"], SSlibSigner(secret), Key.from_securesystemslib_key(secret)


class P384:
    """securesystemslib verifies these but does not make them."""

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP384R1())
        form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        public = self.private.public_key().public_bytes(*form).decode("ascii")
        self.id, self.signer = "the P-384 key", self
        self.key = Key(self.id, "ecdsa", "ecdsa-sha2-nistp384", {"public": public})

    def sign(self, payload):
        return Signature(self.id, self.private.sign(payload, ec.ECDSA(hashes.SHA384())).hex())


class Repository:
    def __init__(self, folder):
        self.folder, self.meta, self.found = pathlib.Path(folder), {}, {}
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, name, signed, *signers):
        metadata = Metadata(signed, OrderedDict())
        for one in signers:
            metadata.sign(one.signer, append=True)
        data = metadata.to_bytes()
        prefix = "" if name == "timestamp" else f"{signed.version}."
        (self.folder / f"{prefix}{urllib.parse.quote(name, '')}.json").write_bytes(data)
        return MetaFile(signed.version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})

    def targets(self, name, version, signers, paths, delegations=None, custom=None):
        targets = {path: TargetFile.from_data(path, path.encode(), ["sha256", "sha512"]) for path in paths}
        for path in paths:
            targets[path].unrecognized_fields["custom"] = custom or {}
            self.found[path] = name
        self.meta[f"{name}.json"] = self.write(name, Targets(version, SPEC, EXPIRES, targets, delegations), *signers)


def root(version, consistent, **roles):
    keys = {one.id: one.key for _, members in roles.values() for one in members}
    return Root(version, SPEC, EXPIRES, keys, {name: Role([one.id for one in members], threshold)
                                               for name, (threshold, members) in roles.items()}, consistent)


def rotations_and_bins(folder):
    p384 = P384()
    rsa, p256, old, new = map(Signing, (
        sslib_keys.generate_rsa_key(2048), sslib_keys.generate_ecdsa_key("ecdsa-sha2-nistp256"),
        sslib_keys.generate_ed25519_key(), sslib_keys.generate_ed25519_key()))
    repository = Repository(folder)
    roles = {"root": (2, [rsa, p384]), "timestamp": (1, [old]), "snapshot": (1, [p256]), "targets": (1, [p384])}
    repository.write("root", root(1, True, **roles), rsa, p384)
    repository.write("root", root(2, True, **{**roles, "timestamp": (1, [new])}), rsa, p384)
    roles = {**roles, "timestamp": (1, [new]), "root": (2, [p384, p256])}
    repository.write("root", root(3, True, **roles), rsa, p384, p256)
    bins = [(f"bin-{i}", [format(digit, "x") for digit in range(4 * i, 4 * i + 4)]) for i in range(4)]
    delegations = Delegations({one.id: one.key for one in (new, p256)}, OrderedDict(
        (name, DelegatedRole(name, [new.id, p256.id], 2, True, None, prefixes)) for name, prefixes in bins))
    custom = {"z\uffff": 1, "z\U0001f40d": [None, True, -7, 2**70], "control": "\u0001\n\u007f"}
    repository.targets("targets", 1, [p384], ["top 🐍"], delegations, custom)
    paths = [f"packages/{i}/é.whl" for i in range(8)]
    for i, (name, prefixes) in enumerate(bins):
        own = [path for path in paths if hashlib.sha256(path.encode()).hexdigest()[0] in prefixes]
        repository.targets(name, i + 1, [new, p256], own)
    snapshot = repository.write("snapshot", Snapshot(4, SPEC, EXPIRES, repository.meta), p256)
    repository.write("timestamp", Timestamp(6, SPEC, EXPIRES, snapshot), new)
    expected = {"root": 3, "timestamp": 6, "snapshot": 4, "targets": 1, "found": repository.found, "absent": ["packages/8/é.whl"]}
    (repository.folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


rotations_and_bins(pathlib.Path(sys.argv[1]) / "rotations-and-bins")
