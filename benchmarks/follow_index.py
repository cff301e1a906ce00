#!/usr/bin/env python3
"""A simple index over TLS as PyPI's is: PEP 691 pages with serials and entity tags, computed from their names.

follow_index.py PORT CERTIFICATE KEY PROJECTS FILES NEWS [--without-serials]

NEWS is a file with a number: so many projects, spread evenly, have one file more than at first. It is read again for each question.
"""

import hashlib
import http.server
import json
import socketserver
import ssl
import sys

PORT, CERTIFICATE, KEY, PROJECTS, FILES, NEWS = sys.argv[1:7]
COUNT, EACH = int(PROJECTS), int(FILES)
SERIALS = "--without-serials" not in sys.argv
TYPE = "application/vnd.pypi.simple.v1+json"


def news():
    with open(NEWS, encoding="ascii") as file:
        return int(file.read() or 0)


def extra(number, changed):
    return 1 if changed and number % max(1, COUNT // changed) == 0 else 0


def serial(number, more):
    return 1_000_000 + number + more * 10_000_000


def entry(project, version):
    name = f"{project.replace('-', '_')}-{version}.0-py3-none-any.whl"
    digest = hashlib.sha256(name.encode()).hexdigest()
    path = f"{digest[:2]}/{digest[2:4]}/{digest[4:]}/{name}"
    metadata = {"sha256": hashlib.sha256(digest.encode()).hexdigest()}
    return {
        "core-metadata": metadata,
        "data-dist-info-metadata": metadata,
        "filename": name,
        "hashes": {"sha256": digest},
        "provenance": None,
        "requires-python": ">=3.8",
        "size": 10_000 + version,
        "upload-time": "2024-05-05T12:00:00.123456Z",
        "url": f"https://files.invalid/packages/{path}",
        "yanked": False,
    }


def page(number, more):
    project = f"project-{number}"
    body = {
        "alternate-locations": [],
        "files": [entry(project, version) for version in range(EACH + more)],
        "meta": {"_last-serial": serial(number, more), "api-version": "1.4"},
        "name": project,
        "project-status": {"status": "active"},
        "versions": [f"{version}.0" for version in range(EACH + more)],
    }
    return json.dumps(body).encode()


def listing(changed):
    projects = [{"_last-serial": serial(n, extra(n, changed)), "name": f"project-{n}"} for n in range(COUNT)]
    return json.dumps({"meta": {"_last-serial": 1, "api-version": "1.4"}, "projects": projects}).encode()


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.removeprefix("/simple/").strip("/")
        changed = news()
        if not name:
            self.reply(listing(changed) if SERIALS else None, "")
            return
        number = int(name.removeprefix("project-"))
        more = extra(number, changed)
        tag = f'"{number}-{more}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.reply(page(number, more), tag, serial(number, more))

    def reply(self, body, tag, last=None):
        self.send_response(404 if body is None else 200)
        body = body or b""
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
            self.send_header("X-PyPI-Last-Serial", str(last))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server = Server(("127.0.0.1", int(PORT)), Answer)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
