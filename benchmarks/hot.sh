#!/usr/bin/env bash
# A hot page of 2,000 links and a hot 1 MiB file: Assay beside nginx, which serves the very same bytes from a static file.
#
# Both are driven in turns (A B A B …) with the same load, so that whatever else the machine does hits both; only the ratios of such pairs
# mean anything. Exits 1 when Assay serves fewer than a third of nginx's requests a second.
#
#   TURNS    pairs of turns for each case (5)
#   SECONDS_EACH   length of a turn (5)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

turns=${TURNS:-5}
seconds=${SECONDS_EACH:-5}
links=2000
least_ratio=0.3333

# turn NAME URL PID…: one run of the load; appends requests a second and CPU seconds to NAME.rate and NAME.cpu.
turn() {
    local name=$1 url=$2 before after
    shift 2
    before=$(cpu_seconds "$@")
    wrk -t2 -c16 -d"${seconds}s" -H 'Accept: text/html' "$url" >"$work/wrk.out"
    after=$(cpu_seconds "$@")
    if grep -E 'Non-2xx|Socket errors' "$work/wrk.out" >&2; then
        die "$url failed under load"
    fi
    awk '/^Requests\/sec/ { print $2 }' "$work/wrk.out" >>"$work/$name.rate"
    awk -v a="$before" -v b="$after" 'BEGIN { print b - a }' >>"$work/$name.cpu"
    awk -v rate="$(tail -n 1 "$work/$name.rate")" -v cpu="$(tail -n 1 "$work/$name.cpu")" -v s="$seconds" \
        'BEGIN { print cpu / (rate * s) * 10000 }' >>"$work/$name.cost"
}

# row CASE SERVER NAME: one line of the table.
row() {
    printf '| %s | %s | %.0f | %.0f–%.0f | %.2f | %.2f | %s |\n' "$1" "$2" \
        "$(median <"$work/$3.rate")" "$(least <"$work/$3.rate")" "$(most <"$work/$3.rate")" \
        "$(median <"$work/$3.cpu")" "$(median <"$work/$3.cost")" "$4"
}

# compare NAME CASE ASSAY_URL NGINX_URL
compare() {
    local name=$1 i
    cmp <(curl -fs -H 'Accept: text/html' "$3") <(curl -fs "$4") || die "the two do not serve the same bytes: $2"
    say "$2: warming up"
    wrk -t2 -c16 -d"${seconds}s" -H 'Accept: text/html' "$3" >/dev/null
    wrk -t2 -c16 -d1s -H 'Accept: text/html' "$4" >/dev/null
    for i in $(seq "$turns"); do
        turn "$name.assay" "$3" "$assay_pid"
        turn "$name.nginx" "$4" "${nginx_pids[@]}"
        say "$2: turn $i of $turns: assay $(tail -n 1 "$work/$name.assay.rate"), nginx $(tail -n 1 "$work/$name.nginx.rate") requests/s"
    done
    paste "$work/$name.assay.rate" "$work/$name.nginx.rate" | awk '{ print $1 / $2 }' >"$work/$name.ratio"
    local ratio
    ratio=$(median <"$work/$name.ratio")
    row "$2" Assay "$name.assay" "**$(printf '%.2f' "$ratio")** ($(printf '%.2f–%.2f' "$(least <"$work/$name.ratio")" "$(most <"$work/$name.ratio")"))" >>"$work/table"
    row "$2" nginx "$name.nginx" 1 >>"$work/table"
    if awk -v r="$ratio" -v least="$least_ratio" 'BEGIN { exit !(r < least) }'; then
        say "$2: $ratio of nginx is under a third"
        failed=yes
    fi
}

need nginx nginx
need wrk wrk
need curl curl
machine=$(machine)

say "authoring a signed repository: $links wheels of one project, and a wheel of 1 MiB"
python3 "$here/wheels.py" "$work/many" many "$links" 0
python3 "$here/wheels.py" "$work/large" large 1 $((1 << 20))
author_index "$work/index" "$work"/many/*.whl "$work"/large/*.whl
public=$work/index/public

say "starting nginx and Assay"
nginx_port=$(free_port)
start_nginx nginx "$nginx_port" "$public" off
mapfile -t nginx_pids < <(pgrep -P "$(<"$work/nginx/nginx.pid")")
assay_port=$(free_port)
start_assay proxy "$assay_port" "$nginx_port" "$nginx_port" "$public"
assay_pid=$!

file=$(cd "$public" && find packages -name 'large-*.whl')
file_bytes=$(stat -c %s "$public/$file")

# A restart between fetching and measuring: the file is then read from the database's files, as it is a day later, and not from
# what happens to be in the write buffer.
curl -fs -o /dev/null "http://127.0.0.1:$assay_port/$file"
stop "$assay_pid"
start_assay proxy "$assay_port" "$nginx_port" "$nginx_port" "$public"
assay_pid=$!

# The peer's page is what Assay renders, so that both send the same bytes.
curl -fs -H 'Accept: text/html' -o "$public/bench-page.html" "http://127.0.0.1:$assay_port/simple/many/"
[ "$(grep -c '<a ' "$public/bench-page.html")" = "$links" ] || die "the page does not have $links links"
page_bytes=$(stat -c %s "$public/bench-page.html")

failed=
compare page "page of $links links, $page_bytes bytes" \
    "http://127.0.0.1:$assay_port/simple/many/" "http://127.0.0.1:$nginx_port/bench-page.html"
compare file "1 MiB wheel, $file_bytes bytes" "http://127.0.0.1:$assay_port/$file" "http://127.0.0.1:$nginx_port/$file"

cat <<TABLE

$machine, $(wrk -v 2>&1 | sed -n '1s/ *Copyright.*//p').
Load: wrk -t2 -c16 -d${seconds}s, $turns turns each, A B A B; plain HTTP on loopback, nginx with 2 workers and sendfile.

| case | server | requests/s, median | spread | CPU s per turn | CPU s per 10,000 | ratio of requests/s, pair by pair (spread) |
|---|---|---|---|---|---|---|
$(<"$work/table")
TABLE
[ -z "$failed" ]
