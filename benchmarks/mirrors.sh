#!/usr/bin/env bash
# One 200 MB file that the proxy does not have, from a good mirror (50 ms, 20 MB/s) and a poor one (300 ms, 1 MB/s): from the good one alone;
# from both, the poor one named first; and from both when the good one stalls halfway. Exits 1 when both take more than 1.15 times as
# long as the good one alone, or the stall costs more than its detection (10 s) above the best possible.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

good="50 20000000"
poor="300 1000000"
bytes=200000000

# mirror NAME LATENCY RATE [STALL]: its port is then in $port.
mirror() {
    port=$(free_port)
    start "$work/$1.log" python3 "$here/paced_mirror.py" "$port" "$public" "${@:2}"
    await "http://127.0.0.1:$port/metadata/timestamp.json" "$!" "$work/$1.log"
}

# timed NAME PORT…: seconds until a fresh proxy has handed over the whole file from mirrors on these ports, in this order.
timed() {
    local folder=$work/$1 listen proxy took
    start_behind "$1" "$index_port" "$public" "${@:2}"
    curl -fs -o /dev/null "http://127.0.0.1:$listen/simple/huge/"
    took=$(curl -fsS --max-time 600 -o "$folder/file" -w '%{time_total}' "http://127.0.0.1:$listen/$file")
    stop "$proxy"
    [ "$(sha256sum "$folder/file" | cut -d ' ' -f 1)" = "$sha256" ] || die "$1: other bytes"
    rm -rf "${folder:?}"
    printf '%s' "$took"
}

need nginx nginx
need curl curl
machine=$(machine)
python3 "$here/wheels.py" "$work/huge" huge 1 "$bytes"
sha256=$(sha256sum "$work"/huge/*.whl | cut -d ' ' -f 1)
author_index "$work/index" "$work"/huge/*.whl
public=$work/index/public
file=$(cd "$public" && find packages -name 'huge-*.whl')
index_port=$(free_port)
start_nginx index "$index_port" "$public" off

# shellcheck disable=SC2086 # two words each
{
    mirror good $good && good_port=$port
    mirror poor $poor && poor_port=$port
    mirror stalling $good $((bytes / 2)) && stalling_port=$port
}
say "the good one alone"
alone=$(timed alone "$good_port")
say "both: $alone s alone"
both=$(timed both "$poor_port" "$good_port")
say "stalling halfway: $both s both"
stalled=$(timed stalled "$stalling_port" "$poor_port")

awk -v machine="$machine" -v alone="$alone" -v both="$both" -v stalled="$stalled" -v half="$((bytes / 2))" 'BEGIN {
    best = half / 20e6 + half / 1e6
    printf "\n%s.\n\n| mirrors | seconds | as it must be |\n|---|---|---|\n", machine
    printf "| the good one alone | %.1f | |\n", alone
    printf "| both, the poor one first | %.1f | %.2f times (<= 1.15) |\n", both, both / alone
    printf "| the good one stalls halfway | %.1f | %.1f s above the best possible (<= 11) |\n", stalled, stalled - best
    exit !(both / alone <= 1.15 && stalled - best <= 11)
}'
