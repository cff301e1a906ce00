#!/usr/bin/env python3
"""Makes RESULTS.md and its plots of what run.sh has measured: report.py MEASURED OUT TURNS SECONDS MACHINE

Exits 1 when a ratio was too noisy to tell. What stands in RESULTS.md below the mark is written by hand and stays.
"""

import os
import statistics
import sys
from collections import defaultdict

MARK = "<!-- What follows is written by hand. -->"
# Half of the pairs lie within this share of the median, or a ratio says nothing.
NOISY = 0.4

# Which server a case is held against, by what its name begins with.
BASELINES = (
    ("page", "h2", "assay-h2", "assay-h1"),
    ("page", "plain", "assay", "nginx-cache"),
    ("file", "plain", "assay", "nginx-sendfile"),
    ("page", "tls", "assay-tls", "nginx-sendfile-tls"),
    ("file", "tls", "assay-tls", "nginx-sendfile-tls"),
    ("disk", "", "assay", "nginx-sendfile"),
    ("miss", "", "assay", "nginx-cache"),
)

# What a case is to show: throughput at least, CPU at most, as ratios to its baseline.
TARGETS = {
    "page20k-plain-64": (0.95, 1.1),
    "page20k-tls-64": (1.5, 0.6),
    "page20k-h2-50": (1.0, None),
    "file1m-plain-16": (0.9, 1.5),
    "file16m-plain-16": (0.9, 1.5),
    "file200m-plain-16": (0.9, 1.5),
    "file1m-tls-16": (1.3, 0.65),
    "file16m-tls-16": (1.3, 0.65),
    "file200m-tls-16": (1.3, 0.65),
    "miss-file1m": (0.6, None),
    "miss-file16m": (0.95, None),
    "miss-file200m": (0.95, None),
}
P99_TARGET = 1.0


class Turn:
    def __init__(self, fields):
        self.case, self.server = fields[0], fields[1]
        self.requests, self.bytes = int(fields[3]), int(fields[4])
        self.seconds, self.cpu = float(fields[5]), float(fields[6])
        self.resident = int(fields[7])
        self.rate = self.requests / self.seconds
        self.speed = self.bytes / self.seconds / 1e9
        self.cost = self.cpu / (self.bytes / 1e9)
        self.cost_of_requests = self.cpu / max(1, self.requests) * 1e4


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


def baseline(case):
    for kind, way, ours, theirs in BASELINES:
        if case.startswith(kind) and way in case:
            return ours, theirs
    raise ValueError(f"no baseline for {case}")


def ratios(ours, theirs, figure):
    return [getattr(a, figure) / getattr(b, figure) if getattr(b, figure) else float("nan") for a, b in zip(ours, theirs)]


def spread(values, form="{:.2f}"):
    return f"{form.format(min(values))}–{form.format(max(values))}"


def is_noisy(values):
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values) > NOISY * middle


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def case_table(cases):
    rows = []
    for case, servers in cases.items():
        ours, _ = baseline(case)
        for server, turns in servers.items():
            figures = {name: [getattr(turn, name) for turn in turns] for name in ("rate", "speed", "cost", "cost_of_requests")}
            against = ["", ""]
            if server != ours:
                speed = ratios(servers[ours], turns, "speed")
                against[0] = f"{statistics.median(speed):.2f} ({spread(speed)})"
                if any(turn.cpu for turn in turns):
                    cost = ratios(servers[ours], turns, "cost")
                    against[1] = f"{statistics.median(cost):.2f} ({spread(cost)})"
            rows.append([
                case,
                server,
                f"{statistics.median(figures['rate']):.0f}",
                f"{statistics.median(figures['speed']):.2f} ({spread(figures['speed'])})",
                f"{statistics.median(figures['cost']):.3f} ({spread(figures['cost'], '{:.3f}')})",
                f"{statistics.median(figures['cost_of_requests']):.3f}",
                f"{max(turn.resident for turn in turns) / 1024:.0f}",
                *against,
            ])
    head = ["case", "server", "requests/s", "GB/s (spread)", "CPU s/GB (spread)", "CPU s/10,000", "resident, MiB",
            "Assay's GB/s, times this", "Assay's CPU s/GB, times this"]
    return table(head, rows)


def verdict(value, bound, at_least):
    met = value >= bound if at_least else value <= bound
    return f"{value:.2f} ({'≥' if at_least else '≤'} {bound}) {'yes' if met else '**no**'}"


def target_table(cases, p99):
    rows = []
    for case, (speed, cost) in TARGETS.items():
        if case in cases:
            ours, theirs = (cases[case][server] for server in baseline(case))
            rows.append([
                case,
                baseline(case)[1],
                verdict(statistics.median(ratios(ours, theirs, "speed")), speed, True),
                verdict(statistics.median(ratios(ours, theirs, "cost")), cost, False) if cost else "",
            ])
    if p99:
        rows.append(["p99 of the mixed load, 256 connections", "nginx-cache", verdict(p99, P99_TARGET, False), ""])
    return table(["case", "held against", "throughput (p99: time), ratio", "CPU, ratio"], rows)


def latency_table(latencies):
    rows = []
    for (case, server), turns in latencies.items():
        millis = [[statistics.median(int(turn[column]) for turn in turns) / 1000 for column in range(6, 10)]]
        rows.append([case, server, turns[0][3]] + [f"{value:.2f}" for value in millis[0]])
    return table(["load", "server", "requests/s", "p50, ms", "p99, ms", "p99.9, ms", "longest, ms"], rows)


def bars(path, title, unit, groups):
    """An SVG of bars: groups is (label, [(name, value)]), in order."""
    colours = {"assay": "#2b6cb0", "assay-tls": "#2b6cb0", "assay-h2": "#2b6cb0", "nginx-sendfile": "#68a063", "nginx-sendfile-tls": "#68a063",
               "nginx-cache": "#a3b18a", "nginx-copy": "#cbd5c0"}
    most = max(value for _, values in groups for _, value in values)
    body, top = [], 44
    for label, values in groups:
        body.append(f'<text x="8" y="{top + 4}" font-weight="bold">{label}</text>')
        top += 10
        for name, value in values:
            width = 480 * value / most
            body.append(f'<rect x="150" y="{top}" width="{width:.1f}" height="14" fill="{colours.get(name, "#999999")}"/>')
            body.append(f'<text x="142" y="{top + 11}" text-anchor="end">{name}</text>')
            body.append(f'<text x="{156 + width:.1f}" y="{top + 11}">{value:.3g}</text>')
            top += 18
        top += 16
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{top}" font-family="sans-serif" font-size="11">\n'
                  f'<rect width="720" height="{top}" fill="white"/>\n'
                  f'<text x="8" y="20" font-size="14">{title} ({unit})</text>\n' + "\n".join(body) + "\n</svg>\n")


def plot(folder, name, title, unit, cases, figure):
    groups = [(case, [(server, statistics.median(getattr(turn, figure) for turn in turns)) for server, turns in servers.items()])
              for case, servers in cases.items()]
    if not groups:
        return ""
    bars(os.path.join(folder, name), title, unit, groups)
    return f"![{title}](plots/{name})\n\n"


def by_hand(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as old:
        return old.read().partition(MARK)[2]


def main():
    measured, out, turns, seconds, machine = sys.argv[1:6]
    plots = os.path.join(out, "plots")
    os.makedirs(plots, exist_ok=True)
    cases = defaultdict(lambda: defaultdict(list))
    for fields in read(os.path.join(measured, "turns.tsv")):
        turn = Turn(fields)
        cases[turn.case][turn.server].append(turn)
    latencies = defaultdict(list)
    for fields in read(os.path.join(measured, "latencies.tsv")):
        latencies[fields[0], fields[1]].append(fields)
    mixed = [[int(turn[7]) for turn in latencies.get(("mixed", server), [])] for server in ("assay", "nginx-cache")]
    p99 = [ours / theirs for ours, theirs in zip(*mixed)]
    pages = {case: servers for case, servers in cases.items() if case.startswith("page")}
    files = {case: servers for case, servers in cases.items() if case.startswith("file")}
    stored = {case: servers for case, servers in cases.items() if case.startswith(("disk", "miss"))}

    noisy = []
    for case, servers in cases.items():
        ours, theirs = (servers[server] for server in baseline(case))
        noisy += [f"{case}: {figure}" for figure in ("speed", "cost") if is_noisy(ratios(ours, theirs, figure))]
    if p99 and is_noisy(p99):
        noisy.append("mixed: p99")

    text = f"""# Assay beside nginx

Written by [run.sh](run.sh). Timings differ from machine to machine and from minute to minute: **only ratios within one run mean
anything**, and CPU seconds of the server are the steadiest of them. All on one machine, over loopback, so that the load tool takes its
part of the same processors.

{machine}. {turns} turns of {seconds} s for each server in each case, A B C A B C …; medians, with the least and the most; ratios are of the
turns that follow each other. `nginx-sendfile` and `nginx-copy` serve static files, with and without sendfile, `nginx-cache` is
proxy_cache, which verifies nothing; all have two workers. The number at the end of a case is how many connections.

## What it is to show

{target_table(cases, statistics.median(p99) if p99 else None)}
{"Too noisy to tell: " + ", ".join(noisy) + "." if noisy else "No ratio was too noisy to tell."}
"""
    if pages:
        text += "\n## Pages\n\n" + plot(plots, "pages.svg", "Pages", "requests/s", pages, "rate") + case_table(pages)
    if files:
        text += "\n## Files that are stored, in the page cache\n\n" + plot(
            plots, "files.svg", "Files", "CPU seconds of the server per GB", files, "cost") + case_table(files)
    if stored:
        text += "\n## Files that are on the disk alone, and files that are not stored\n\n" + plot(
            plots, "stored.svg", "From the disk, and misses", "GB/s", stored, "speed") + case_table(stored)
    if latencies:
        text += """
## Latency

At a constant rate, counted from when a request was due, over 256 connections. `mixed`: pages of 20 and 500 KB, files of 10 KB, 1 and 16 MB,
all stored. `trace`: 200 files, as popular as Zipf has it, none of them stored at the start; the first turn alone.

""" + latency_table(latencies)
    trace = read(os.path.join(measured, "trace.tsv"))
    if trace:
        text += "\n" + table(["server", "bytes to clients", "bytes from upstream", "upstream bytes per client byte"],
                             [[server, f"{int(client):,}", f"{int(upstream):,}", f"{int(upstream) / int(client):.3f}"]
                              for server, client, upstream in trace])
    path = os.path.join(out, "RESULTS.md")
    text += "\n" + MARK + (by_hand(path) or "\n")
    with open(path, "w", encoding="utf-8") as results:
        results.write(text)
    if noisy:
        sys.exit("too noisy to tell: " + ", ".join(noisy))


if __name__ == "__main__":
    main()
