#!/usr/bin/env python3
"""Writes valid small wheels of one project, versions 1.1, 1.2, …: wheels.py FOLDER PROJECT COUNT PAYLOAD_BYTES

The payload is random, so it does not compress, and is what makes the wheel large.
"""

import base64
import hashlib
import os
import sys
import zipfile

PIECE = 1 << 20


def add_text(wheel, record, name, text):
    content = text.encode()
    wheel.writestr(name, content)
    record.append(record_line(name, hashlib.sha256(content), len(content)))


def add_payload(wheel, record, name, size):
    digest = hashlib.sha256()
    with wheel.open(name, "w", force_zip64=True) as out:
        for start in range(0, size, PIECE):
            piece = os.urandom(min(PIECE, size - start))
            digest.update(piece)
            out.write(piece)
    record.append(record_line(name, digest, size))


def record_line(name, digest, size):
    encoded = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    return f"{name},sha256={encoded},{size}"


def write_wheel(folder, project, version, payload_bytes):
    info = f"{project}-{version}.dist-info"
    record = []
    path = os.path.join(folder, f"{project}-{version}-py3-none-any.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
        add_text(wheel, record, f"{project}/__init__.py", f"__version__ = {version!r}\n")
        if payload_bytes:
            add_payload(wheel, record, f"{project}/payload.bin", payload_bytes)
        metadata = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\nRequires-Python: >=3.8\n"
        add_text(wheel, record, f"{info}/METADATA", metadata)
        add_text(wheel, record, f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        record.append(f"{info}/RECORD,,")
        wheel.writestr(f"{info}/RECORD", "\n".join(record) + "\n")


def main():
    folder, project, count, payload_bytes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    os.makedirs(folder, exist_ok=True)
    for number in range(1, count + 1):
        write_wheel(folder, project, f"1.{number}", payload_bytes)


if __name__ == "__main__":
    main()
