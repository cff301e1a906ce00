#!/usr/bin/env python3
"""A mirror as far away and as slow as wanted: paced_mirror.py PORT ROOT LATENCY_MS BYTES_PER_SECOND [STALL_AT_BYTE]

Files below packages/ are paced, and stall there at the given byte; everything else goes out at once. Ranges to the end are served.
"""

import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, ROOT, LATENCY, RATE = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) / 1000, int(sys.argv[4])
STALL = int(sys.argv[5]) if len(sys.argv) > 5 else None
PIECE = 64 << 10


class Paced(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = os.path.join(ROOT, self.path.split("?")[0].lstrip("/"))
        if path.endswith("/"):
            path += "index.html"
        time.sleep(LATENCY)
        if not os.path.isfile(path):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size = os.path.getsize(path)
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = int(asked.group(1)) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("Content-Length", str(size - first))
        self.end_headers()
        self.send_body(path, first, "/packages/" in self.path)

    def send_body(self, path, first, paced):
        began, sent = time.monotonic(), 0
        with open(path, "rb") as file:
            file.seek(first)
            while piece := file.read(PIECE):
                if paced and STALL is not None and first + sent >= STALL:
                    threading.Event().wait()
                self.wfile.write(piece)
                sent += len(piece)
                if paced:
                    time.sleep(max(0, began + sent / RATE - time.monotonic()))

    def log_message(self, *args):
        pass


ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer(("127.0.0.1", PORT), Paced).serve_forever()
