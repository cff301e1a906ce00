#!/usr/bin/env bash
# Eight clients at once ask a fresh proxy for one 256 MiB file that it does not have. All must get it whole, the mirror must be asked for it
# exactly once, and the proxy's resident memory must grow by less than 128 MiB. Exits 1 otherwise.
#
#   ROUNDS   how often, each time with a fresh proxy (3)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rounds=${ROUNDS:-3}
clients=8
most_growth_mib=128

# memory FIELD PID: VmRSS or VmHWM, in KiB.
memory() { awk -v field="$1:" '$1 == field { print $2 }' "/proc/$2/status"; }

# round NUMBER: a fresh proxy with an empty data folder; appends a line to the table.
round() {
    local proxy=proxy-$1 port pid before peak begun took cpu growth whole=0 fetches verdict=yes
    local clients_pids=() client
    : >"$mirror_log"
    port=$(free_port)
    start_assay "$proxy" "$port" "$index_port" "$mirror_port" "$public"
    pid=$!
    # The page first, as pip does it; what that takes is no matter of the file.
    curl -fs -o /dev/null "http://127.0.0.1:$port/simple/huge/"
    before=$(memory VmRSS "$pid")
    echo 5 >"/proc/$pid/clear_refs" # the peak counts from here
    cpu=$(cpu_seconds "$pid")
    begun=$(date +%s.%N)
    for client in $(seq "$clients"); do
        curl -fsS --max-time 300 "http://127.0.0.1:$port/$file" 2>"$work/client-$client.err" |
            sha256sum >"$work/client-$client.sha256" &
        clients_pids+=("$!")
    done
    wait "${clients_pids[@]}" || true # whoever failed has not the whole file
    took=$(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    cpu=$(awk -v a="$cpu" -v b="$(cpu_seconds "$pid")" 'BEGIN { printf "%.1f", b - a }')
    peak=$(memory VmHWM "$pid")
    for client in $(seq "$clients"); do
        [ "$(cut -d ' ' -f 1 "$work/client-$client.sha256")" != "$sha256" ] || whole=$((whole + 1))
    done
    fetches=$(grep -c "GET /$file " "$mirror_log" || true)
    growth=$(((peak - before) / 1024))
    if [ "$whole" != "$clients" ] || [ "$fetches" != 1 ] || [ "$growth" -ge "$most_growth_mib" ]; then
        verdict=NO
        failed=yes
        tail -n 5 "$work/$proxy/out.log" "$work"/client-*.err >&2
    fi
    printf '| %s | %s of %s | %s | %s | %s | **%s** | %s | %s | %s |\n' "$1" "$whole" "$clients" "$fetches" \
        $((before / 1024)) $((peak / 1024)) "$growth" "$took" "$cpu" "$verdict" >>"$work/table"
    say "round $1: whole $whole of $clients, upstream GETs $fetches, resident $((before / 1024)) → $((peak / 1024)) MiB, $took s, $cpu CPU s"
    stop "$pid"
    rm -rf "${work:?}/$proxy/data"
}

need nginx nginx
need curl curl
machine=$(machine)

say "authoring a signed repository with a wheel of 256 MiB"
python3 "$here/wheels.py" "$work/huge" huge 1 $((256 << 20))
sha256=$(sha256sum "$work"/huge/*.whl | cut -d ' ' -f 1)
author_index "$work/index" "$work"/huge/*.whl
rm -rf "$work/huge"
public=$work/index/public
file=$(cd "$public" && find packages -name 'huge-*.whl')

say "starting the signing repository and an honest mirror that counts"
index_port=$(free_port)
start_nginx index "$index_port" "$public" off
mirror_port=$(free_port)
mirror_log=$work/mirror.log
start_nginx mirror "$mirror_port" "$public" "$mirror_log"

failed=
for number in $(seq "$rounds"); do
    round "$number"
done

cat <<TABLE

$machine.
$clients clients at once, one file of $(stat -c %s "$public/$file") bytes, nothing stored; memory in MiB, the launcher's own JVM flags.

| round | whole, by SHA-256 | upstream GETs for the file | resident before | resident at peak | growth (< $most_growth_mib) | seconds | proxy's CPU s | as it must be |
|---|---|---|---|---|---|---|---|---|
$(<"$work/table")
TABLE
[ -z "$failed" ]
