"""Makes TUF repositories with python-tuf 5.1: its metadata model, its canonical JSON, securesystemslib's signers.

Usage: $(./python-tuf.sh FOLDER) author.py OUTPUT

Each repository has the form of author.js. python-tuf's own client then looks for every target; where it does not agree with what
expected.json says, this ends with an error. Keys are new on every run and thrown away.
"""

import hashlib
import json
import pathlib
import shutil
import sys
import tempfile
import urllib.parse
from datetime import datetime, timezone

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner, Signature, Signer, SSlibKey
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import (DelegatedRole, Delegations, Metadata, MetaFile, Role, Root, Snapshot, SuccinctRoles, TargetFile, Targets,
                              Timestamp)
from tuf.api.serialization.json import JSONSerializer
from tuf.ngclient import FetcherInterface, Updater

SPEC, EXPIRES = "1.0.31", datetime(2100, 1, 1, tzinfo=timezone.utc)


class P384(Signer):
    """securesystemslib verifies these but does not make them."""

    def __init__(self, keyid=None):
        self.private = ec.generate_private_key(ec.SECP384R1())
        self.key = SSlibKey.from_crypto(self.private.public_key(), keyid)

    @property
    def public_key(self):
        return self.key

    @classmethod
    def from_priv_key_uri(cls, priv_key_uri, public_key, secrets_handler=None):
        raise NotImplementedError

    def sign(self, payload):
        return Signature(self.key.keyid, self.private.sign(payload, ec.ECDSA(hashes.SHA384())).hex())


def ids(signers):
    return [one.public_key.keyid for one in signers]


def listed(*signers):
    return {one.public_key.keyid: one.public_key for one in signers}


def delegated(name, threshold, signers, paths=None, prefixes=None, terminating=False, more=None):
    return DelegatedRole(name, ids(signers), threshold, terminating, paths, prefixes, more)


def delegations(signers, *roles, more=None):
    return Delegations(listed(*signers), {role.name: role for role in roles}, None, more)


class Repository:
    """A folder of metadata; what is written last under a name counts."""

    def __init__(self, folder, consistent=True, compact=True, more=None, algorithms=("sha256", "sha512")):
        self.folder, self.consistent, self.serializer, self.more = folder, consistent, JSONSerializer(compact), more or {}
        self.algorithms, self.meta, self.versions, self.found, self.absent = list(algorithms), {}, {}, {}, []
        folder.mkdir(parents=True)

    def write(self, name, signed, signers):
        metadata = Metadata(signed, None, {"unsigned": self.more} if self.more else None)
        for one in signers:
            metadata.sign(one, append=True)
        data = metadata.to_bytes(self.serializer)
        prefix = f"{signed.version}." if name == "root" or (self.consistent and name != "timestamp") else ""
        (self.folder / f"{prefix}{urllib.parse.quote(name, '')}.json").write_bytes(data)
        self.versions[name] = signed.version
        entry = MetaFile.from_data(signed.version, data, ["sha256"])
        entry.unrecognized_fields.update(self.more)
        return entry

    def root(self, version, signers, **roles):
        keys = listed(*(one for _, members in roles.values() for one in members))
        named = {name: Role(ids(members), threshold, dict(self.more)) for name, (threshold, members) in roles.items()}
        self.write("root", Root(version, SPEC, EXPIRES, keys, named, self.consistent, dict(self.more)), signers)

    def targets(self, name, version, signers, paths, delegating=None, unreachable=()):
        """The paths of a role; those that its delegators do not let it sign are not expected to be found."""
        targets = {}
        for path in [*paths, *unreachable]:
            targets[path] = TargetFile.from_data(path, path.encode(), self.algorithms)
            targets[path].unrecognized_fields["custom"] = {"role": name, **self.more}
        self.found.update(dict.fromkeys(paths, name))
        self.absent += unreachable
        signed = Targets(version, SPEC, EXPIRES, targets, delegating, dict(self.more))
        self.meta[f"{name}.json"] = self.write(name, signed, signers)

    def publish(self, version, snapshot_signers, timestamp_signers, timestamp=None):
        snapshot = self.write("snapshot", Snapshot(version, SPEC, EXPIRES, self.meta, dict(self.more)), snapshot_signers)
        signed = Timestamp(timestamp or version, SPEC, EXPIRES, snapshot, dict(self.more))
        self.write("timestamp", signed, timestamp_signers)

    def finish(self):
        expected = {name: self.versions[name] for name in ("root", "timestamp", "snapshot", "targets")}
        expected.update(found=self.found, absent=[*self.absent, "nowhere"])
        client = check(self.folder, expected)
        if client != expected:
            sys.exit(f"{self.folder}: python-tuf's own client finds {client}, expected {expected}")
        text = json.dumps(expected, indent=1, ensure_ascii=False) + "\n"
        (self.folder / "expected.json").write_text(text, encoding="utf-8")


class Folder(FetcherInterface):
    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        file = self.folder / url.removeprefix("folder:/")
        if not file.exists():
            raise DownloadHTTPError(url, 404)
        yield file.read_bytes()


def check(folder, expected):
    """What python-tuf's client makes of the folder, beginning with root 1."""
    with tempfile.TemporaryDirectory() as trust:
        shutil.copy(folder / "1.root.json", f"{trust}/root.json")
        updater = Updater(trust, "folder:/", fetcher=Folder(folder))
        updater.refresh()
        looked = {path: updater.get_targetinfo(path) for path in [*expected["found"], *expected["absent"]]}
        for path, info in looked.items():
            if info:
                info.verify_length_and_hashes(path.encode())
        roles = ("root", "timestamp", "snapshot", "targets")
        versions = {name: json.loads(pathlib.Path(trust, f"{name}.json").read_bytes())["signed"]["version"] for name in roles}
        return {**versions, "found": {path: info.custom["role"] for path, info in looked.items() if info},
                "absent": [path for path, info in looked.items() if not info]}


def keys_and_delegations(folder):
    """Every kind of key, alone and in thresholds; nested and terminating delegations; a role that two others delegate to."""
    repository = Repository(folder)
    rsa, rsa4096, p256, p384, ed = (CryptoSigner.generate_rsa(size=2048), CryptoSigner.generate_rsa("any text is a keyid: ü", size=4096),
                                    CryptoSigner.generate_ecdsa(), P384(), CryptoSigner.generate_ed25519())
    every = [rsa, rsa4096, p256, p384, ed]
    roles = {"root": (5, every), "timestamp": (1, [rsa]), "snapshot": (2, [rsa4096, p256]), "targets": (2, [p384, p256, ed])}
    repository.root(1, every, **roles)
    shared = "shared role?#%/ü"
    repository.targets("targets", 3, [p384, ed], ["top"], delegations(
        every,
        delegated("closed", 1, [p384], ["closed/*"], terminating=True),
        delegated("left", 2, [rsa, ed], ["left/*", "both/*", "left/*/*"]),
        delegated("right", 1, [p256], ["right/*", "both/*"]),
        delegated("late", 1, [ed], ["closed/*", "both/*"])))
    repository.targets("closed", 1, [p384], ["closed/in"])
    repository.targets("left", 2, [rsa, ed], ["left/own"], delegations(
        [p384, rsa4096], delegated(shared, 1, [p384], ["left/*", "both/*"]), delegated("left/deep", 1, [rsa4096], ["left/*/*"])))
    repository.targets("left/deep", 1, [rsa4096], ["left/deep/a?b.whl"], unreachable=["left/deeper/still/a.whl"])
    repository.targets("right", 1, [p256], [], delegations([rsa4096], delegated(shared, 1, [rsa4096], ["right/*"])))
    repository.targets(shared, 4, [p384, rsa4096], ["left/shared", "right/shared", "both/shared"])
    repository.targets("late", 1, [ed], ["both/late"], unreachable=["closed/out"])
    repository.publish(9, [p256, rsa4096], [rsa], timestamp=12)
    repository.finish()


def rotations_and_bins(folder):
    """Six roots that rotate each role's keys, from every scheme to another; bins told by hash prefixes, one level below another role."""
    repository = Repository(folder, algorithms=["blake2b-256", "sha512"])
    rsa, p256, p384 = CryptoSigner.generate_rsa(size=2048), CryptoSigner.generate_ecdsa(), P384()
    old, new, other = (CryptoSigner.generate_ed25519() for _ in range(3))
    roles = {"root": (2, [rsa, p384]), "timestamp": (1, [old]), "snapshot": (1, [old]), "targets": (1, [old])}
    repository.root(1, [rsa, p384], **roles)
    repository.targets("targets", 1, [old], [])
    repository.publish(7, [old], [old])
    roles["timestamp"] = (1, [p256])
    repository.root(2, [p384, rsa], **roles)
    roles["snapshot"] = (1, [p384])
    repository.root(3, [p384, rsa], **roles)
    roles["targets"] = (2, [new, p256])
    repository.root(4, [p384, rsa], **roles)
    roles["root"] = (2, [p384, p256, new])
    repository.root(5, [p384, rsa, new], **roles)
    roles["root"] = (1, [other])
    repository.root(6, [p256, new, other], **roles)
    repository.targets("targets", 2, [new, p256], ["top 🐍"], delegations([new], delegated("bins", 1, [new], ["packages/*/*"])))
    bins = [(f"bin-{i:02x}", [f"{digit:02x}" for digit in range(32 * i, 32 * i + 32)]) for i in range(8)]
    repository.targets("bins", 5, [new], [], delegations(
        [rsa, p256], *(delegated(name, 2, [rsa, p256], None, prefixes, True) for name, prefixes in bins)))
    paths = [f"packages/{i}/é.whl" for i in range(12)]
    for i, (name, prefixes) in enumerate(bins):
        own = [path for path in paths if hashlib.sha256(path.encode()).hexdigest()[:2] in prefixes]
        repository.targets(name, i + 1, [rsa, p256], own)
    repository.absent.append("packages/12/é.whl")
    repository.publish(4, [p384], [p256], timestamp=3)
    repository.finish()


def succinct_bins(folder):
    """Bins of five bits, told in one line, signed by two keys; no consistent snapshots."""
    repository = Repository(folder, consistent=False)
    ed, p256, p384 = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ecdsa(), P384()
    repository.root(1, [ed], root=(1, [ed]), timestamp=(1, [p256]), snapshot=(1, [ed]), targets=(1, [p384]))
    succinct = SuccinctRoles(ids([p256, p384]), 2, 5, "bins of ü")
    repository.targets("targets", 1, [p384], [], Delegations(listed(p256, p384), None, succinct))
    paths = ["requests", "django", "flask", "numpy", "é", "🐍", "a/b/c"]
    for name in succinct.get_roles():
        repository.targets(name, 1, [p256, p384], [path for path in paths if succinct.get_role_for_target(path) == name])
    repository.publish(1, [ed], [p256])
    repository.finish()


def odd_json(folder):
    """Members that nobody knows wherever they may stand, signed and not; integers of any size; every kind of character; indented."""
    text = "".join(map(chr, range(0x20))) + '\u007f"\\/ \u2028\ufeff\ue000 \U0001f40d e\u0301'
    more = {"z\uffff": [None, True, False, -7, 0, 2**53 + 1, 2**200, -(2**70)], "z\U0001f40d": {text: text, "": [[], {}, [[{}]]]}}
    repository = Repository(folder, consistent=False, compact=False, more=more, algorithms=["sha512", "sha256", "blake2b-256"])
    rsa, p256, ed = CryptoSigner.generate_rsa(text, size=2048), CryptoSigner.generate_ecdsa("z\uffff"), CryptoSigner.generate_ed25519("")
    for one in (rsa, p256, ed):
        one.public_key.unrecognized_fields.update(more)
        one.public_key.keyval["x"] = text
    every = [rsa, p256, ed]
    repository.root(1, every, root=(3, every), timestamp=(1, [ed]), snapshot=(1, [p256]), targets=(2, [rsa, p256]))
    role = "\"odd\" \\ \n role 🐍"
    repository.targets("targets", 2**31, [rsa, p256], ["plus+and space&?#%25", 'é "quoted" \\ 🐍'], delegations(
        every, delegated(role, 2, every, ["odd é/*"], more=dict(more)), more=dict(more)))
    repository.targets(role, 1, [ed, rsa], ["odd é/日本.whl"])
    repository.publish(2**53 - 1, [p256], [ed])
    repository.finish()


output = pathlib.Path(sys.argv[1])
keys_and_delegations(output / "keys-and-delegations")
rotations_and_bins(output / "rotations-and-bins")
succinct_bins(output / "succinct-bins")
odd_json(output / "odd-json")
