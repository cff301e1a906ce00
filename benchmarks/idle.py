#!/usr/bin/env python3
"""What clients cost that do nothing: idle.py PORT PID [CA.pem]

Holds 10,000 idle keep-alive connections to a proxy on 127.0.0.1:PORT, over TLS where the authority of its certificate is given, and
prints what its process, PID, holds resident; then has 2,000 connections send a byte of a head each second (slowloris), and prints how
much longer a healthy client then waits for /-/healthz. The connections come from several addresses of the loopback network, as one
address may not have so many. Needs `ulimit -n` above 10,200.
"""

import socket
import ssl
import sys
import threading
import time

REQUEST = b"GET /-/healthz HTTP/1.1\r\nHost: a\r\n\r\n"
IDLE = 10_000
SLOW = 2_000
PER_ADDRESS = 1_000
TLS = ssl.create_default_context(cafile=sys.argv[3]) if len(sys.argv) > 3 else None


def connect(port, number):
    plain = socket.create_connection(("127.0.0.1", port), 10, (f"127.0.0.{2 + number // PER_ADDRESS}", 0))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each request waits for what the handshake's end is owed
    return TLS.wrap_socket(plain, server_hostname="127.0.0.1") if TLS else plain


def ask(connection):
    connection.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b"ok\n"):
        more = connection.recv(4096)
        if not more:
            sys.exit("closed by the proxy")
        answer += more


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def median_wait(port):
    with connect(port, 200 * PER_ADDRESS) as healthy:
        waits = []
        for _ in range(2_000):
            before = time.perf_counter()
            ask(healthy)
            waits.append(time.perf_counter() - before)
    return sorted(waits)[len(waits) // 2]


def dribble(connections, ended):
    at = 0
    while not ended.wait(1):
        for connection in connections:
            try:
                connection.sendall(REQUEST[at : at + 1])
            except OSError:
                pass  # closed at the deadline of the head, as it should be
        at += 1


def main():
    port, pid = int(sys.argv[1]), int(sys.argv[2])
    for _ in range(5):  # until the code is compiled
        alone = median_wait(port)
    print(f"resident before: {resident(pid):.0f} MB")
    idle = []
    for number in range(IDLE):
        idle.append(connect(port, number))
        ask(idle[-1])
    print(f"resident with {IDLE} idle connections: {resident(pid):.0f} MB")
    ask(idle[0])  # the oldest is still held
    for connection in idle:
        connection.close()
    ended = threading.Event()
    slow = [connect(port, number) for number in range(SLOW)]
    thread = threading.Thread(target=dribble, args=(slow, ended))
    thread.start()
    beside = median_wait(port)
    ended.set()
    thread.join()
    print(f"median wait alone {alone * 1e6:.0f} us, beside {SLOW} slow ones {beside * 1e6:.0f} us: factor {beside / alone:.2f}")


main()
