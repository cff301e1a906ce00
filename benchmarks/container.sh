#!/usr/bin/env bash
# A day's downloads from a proxy whose memory the kernel bounds, as a container's is: the trace of evict.sh over HTTP, at a constant rate, on a
# disk that holds a third of it. The JVM has its own flags alone and finds the bound by itself. Exits 1 when a request was not answered,
# or the kernel had to end the proxy. Needs root, for a control group (version 1 or 2).
#
#   MEMORY (512M) of the group; FILES (4000); REQUESTS (60000) at RATE (200) a second; SEED (7)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

memory=${MEMORY:-512M}
requests=${REQUESTS:-60000}
rate=${RATE:-200}
jar=$here/target/benchmarks.jar

[ "$(id -u)" = 0 ] || die "needs root, for a control group"
if [ -d /sys/fs/cgroup/memory ]; then
    group=/sys/fs/cgroup/memory/assay-bench.$$ limit=memory.limit_in_bytes peak=memory.max_usage_in_bytes killed=memory.oom_control
else
    group=/sys/fs/cgroup/assay-bench.$$ limit=memory.max peak=memory.peak killed=memory.events
    echo +memory >/sys/fs/cgroup/cgroup.subtree_control
fi
mkdir "$group"
trap 'clean_up; rmdir "$group"' EXIT
echo "$memory" >"$group/$limit"

need curl curl
say "building"
(cd "$here/.." && mvn -B -q -Pjmh package -DskipTests >&2)
"$assay" --version >"$work/version.log" 2>&1
machine=$(machine 2>/dev/null)
say "making the trace"
java -cp "$jar" dev.assay.benchmarks.store.Trace "${FILES:-4000}" "$requests" "${SEED:-7}" "$work/sizes" "$work/paths"
start_crowd_index "$work/sizes"
all=$(awk '{ bytes += $1 } END { print int(bytes / 1048576) }' "$work/sizes")

listen=$(free_port)
cat >"$work/assay.yaml" <<YAML
repository: {layout: pages-only, metadata-url: $index/metadata/, root: $work/root.json}
mirrors: [{url: $index/simple/}]
operations: {listen: 127.0.0.1:0}
store: {max-size: $((all / 3))MiB}
YAML
# shellcheck disable=SC2016 # the inner shell's own
start "$work/proxy.log" sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" \
    "$assay" serve --config "$work/assay.yaml" --data "$work/data" --listen "127.0.0.1:$listen"
proxy=$!
await "http://127.0.0.1:$listen/-/readyz" "$proxy" "$work/proxy.log"
say "$requests requests at $rate a second: $((requests / rate)) s"
answered=yes
java -cp "$jar" dev.assay.benchmarks.load.ConstantRate "$listen" 64 "$rate" "$((requests / rate))" "$work/paths" \
    >"$work/figures" 2>"$work/load.log" || answered=no
peak=$(($(cat "$group/$peak") >> 20))
kills=$(awk '$1 == "oom_kill" { print $2 }' "$group/$killed")
resident=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$proxy/status" 2>/dev/null || echo "none: it ended")

printf '\n%s.\n%s requests for files of %s MiB in all, on a disk of %s MiB, in %s of memory.\n\n' \
    "$machine" "$requests" "$all" "$((all / 3))" "$memory"
[ "$answered" = yes ] || tail -n 40 "$work/load.log" "$work/proxy.log"
printf '| answers | GB | p50 ms | p99 ms | longest ms | most resident, MiB | most in the group, page cache included, MiB | ended by the kernel |\n'
printf '|---|---|---|---|---|---|---|---|\n'
awk -F '\t' -v resident="$resident" -v peak="$peak" -v kills="$kills" \
    '{ printf "| %d | %.1f | %.1f | %.1f | %.1f | %s | %s | %s |\n", $1, $2 / 1e9, $3 / 1e3, $4 / 1e3, $6 / 1e3, resident, peak, kills }' "$work/figures"
[ "$answered" = yes ] && [ "$kills" = 0 ]
