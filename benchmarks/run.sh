#!/usr/bin/env bash
# Assay beside nginx (a static server with and without sendfile, and proxy_cache) and any other peer by URL: the same bytes, the same
# load, in turns (A B C A B C …). Writes RESULTS.md and plots/*.svg here. Exits 1 when a case was too noisy to tell.
#
#   benchmarks/run.sh                                    everything: about two hours
#   TURNS=5 SECONDS_EACH=1 CASES='page20k|file1m' benchmarks/run.sh    some cases, short turns
#
#   TURNS          turns of each server in each case (5)
#   SECONDS_EACH   length of a turn (5)
#   CASES          a regular expression; only cases whose name matches are run (all)
#   CONNECTIONS    how many at once, for each size (1 16 64 256)
#   RATE           requests a second for latencies (300)
#   PEERS          others, as NAME=URL or NAME=URL,PID, space between, that serve /simple/ and /packages/ like Assay ()
#   OUT            folder of RESULTS.md (benchmarks)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

turns=${TURNS:-5}
seconds=${SECONDS_EACH:-5}
cases=${CASES:-.}
rate=${RATE:-300}
out=${OUT:-$here}
read -r -a connections <<<"${CONNECTIONS:-1 16 64 256}"
read -r -a peers <<<"${PEERS:-}"

# Links that make a page about that long, and payloads of wheels.
declare -A links=([page20k]=53 [page500k]=1310)
declare -A payload=([file10k]=$((9 << 10)) [file1m]=$((1 << 20)) [file16m]=$((16 << 20)) [file200m]=$((200 << 20)))
# Files of a size that are fetched one after the other in each turn of a miss; none is fetched twice.
declare -A misses=([file1m]=24 [file16m]=4 [file200m]=1)
# And before the first turn, so that the compiler is done with what is measured.
declare -A warms=([file1m]=600 [file16m]=60 [file200m]=6)
# Before all of them, files of 64 KiB that go the same way.
warm_files=2500

# Servers by name: base URL, and the processes whose time counts.
declare -A url pids path
# What the same server is asked by HTTP/2 with 50 streams, and by HTTP/1.1 with as many connections.
declare -A h2load=([assay-h2]='-c1 -m50' [assay-h1]='--h1 -c50')

wanted() { grep -Eq "$cases" <<<"$1"; }

resident() {
    local pid total=0
    for pid in "$@"; do
        total=$((total + $(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")))
    done
    echo "$total"
}

# record CASE SERVER TURN REQUESTS BYTES SECONDS CPU: a line for report.py.
record() {
    local ids=()
    read -r -a ids <<<"${pids[$2]}"
    (IFS=$'\t' && echo "$*") | sed "s/\$/\t$(resident "${ids[@]}")/" >>"$work/turns.tsv"
}

# drive SERVER PATH CONNECTIONS SECONDS: as many requests as the server answers, each connection one after the other; prints requests, bytes
# and microseconds. Where the server has settings for h2load, that drives it, on one thread.
drive() {
    local threads=2
    if [ -n "${h2load[$1]:-}" ]; then
        # shellcheck disable=SC2086 # several words
        h2load -t1 ${h2load[$1]} -D "$4" -H 'accept: text/html' "${url[$1]}$2" >"$work/h2load.out"
        sed -n 's/^requests: .* \([0-9]*\) succeeded, 0 failed.*/\1/p; s/^traffic: .*(\([0-9]*\)) total.*/\1/p' "$work/h2load.out" |
            tr '\n' ' ' | grep -E '^[0-9]+ [0-9]+ $' | sed "s/\$/${4}000000/" || die "${url[$1]}$2 failed under load"
        return
    fi
    [ "$3" -ge 2 ] || threads=1
    wrk -t$threads -c"$3" -d"${4}s" --timeout 30s -s "$work/done.lua" -H 'Accept: text/html' "${url[$1]}$2" >"$work/wrk.out"
    ! grep -E 'Non-2xx|Socket errors' "$work/wrk.out" >&2 || die "${url[$1]}$2 failed under load"
    sed -n 's/^figures //p' "$work/wrk.out"
}

# closed CASE SERVER TURN PATH CONNECTIONS: one turn.
closed() {
    local ids=() before after figures
    read -r -a ids <<<"${pids[$2]}"
    before=$(cpu_seconds "${ids[@]}")
    figures=$(drive "$2" "$4" "$5" "$seconds")
    after=$(cpu_seconds "${ids[@]}")
    read -r requests bytes micros <<<"$figures"
    record "$1" "$2" "$3" "$requests" "$bytes" "$(awk -v m="$micros" 'BEGIN { print m / 1e6 }')" \
        "$(awk -v a="$before" -v b="$after" 'BEGIN { print b - a }')"
}

# warm_up SERVER PATH CONNECTIONS: two connections for ten seconds, which leaves a compiler a processor; then rounds of two seconds until three
# in a row cost the server hardly less than the best before; at most 20.
warm_up() {
    local ids=() least=0 steady=0 before after figures cost
    read -r -a ids <<<"${pids[$1]}"
    drive "$1" "$2" 2 10 >"$work/warm.out"
    for _ in $(seq 20); do
        before=$(cpu_seconds "${ids[@]}")
        figures=$(drive "$1" "$2" "$3" 2)
        after=$(cpu_seconds "${ids[@]}")
        cost=$(awk -v a="$before" -v b="$after" -v n="${figures%% *}" 'BEGIN { print (b - a) / (n > 0 ? n : 1) }')
        if awk -v c="$cost" -v l="$least" 'BEGIN { exit !(l == 0 || c < 0.9 * l) }'; then
            least=$cost
            steady=0
        else
            steady=$((steady + 1))
        fi
        [ "$steady" -lt 3 ] || return 0
    done
}

# await_rest SERVER…: until none has used a tenth of a processor for half a second, so that no compiler is at work any more; a minute at most.
await_rest() {
    local server ids=() before tries
    for server in "$@"; do
        read -r -a ids <<<"${pids[$server]}"
        for tries in $(seq 120); do
            before=$(cpu_seconds "${ids[@]}")
            sleep 0.5
            ! awk -v a="$before" -v b="$(cpu_seconds "${ids[@]}")" 'BEGIN { exit !(b - a < 0.05) }' || break
        done
    done
}

# in_turns CASE PATH CONNECTIONS SERVER…
in_turns() {
    local case=$1 path=$2 at_once=$3 server turn
    shift 3
    for server in "$@"; do
        warm_up "$server" "$path" "$at_once"
    done
    for turn in $(seq "$turns"); do
        for server in "$@"; do
            closed "$case" "$server" "$turn" "$path" "$at_once"
        done
    done
    say "$case: $turns turns of $*"
}

# fetch CASE SERVER TURN PATH…: one client, one file after the other.
fetch() {
    local case=$1 server=$2 turn=$3 ids=() before after begun figures
    shift 3
    read -r -a ids <<<"${pids[$server]}"
    before=$(cpu_seconds "${ids[@]}")
    begun=$(date +%s.%N)
    figures=$(printf "${url[$server]}%s\n" "$@" | sed 's/.*/url = "&"\noutput = "\/dev\/null"/' |
        curl -fsS --max-time 300 -w '%{size_download}\n' -K - | awk '{ n++; b += $1 } END { print n "\t" b }')
    after=$(cpu_seconds "${ids[@]}")
    # shellcheck disable=SC2086 # two figures
    record "$case" "$server" "$turn" $figures "$(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')" \
        "$(awk -v a="$before" -v b="$after" 'BEGIN { print b - a }')"
}

# forget_pages FOLDER…: takes the files out of the page cache, so that they are read from the disk.
forget_pages() {
    sync
    python3 - "$@" <<'PYTHON'
import os, sys
for top in sys.argv[1:]:
    for folder, _, files in os.walk(top):
        for name in files:
            handle = os.open(os.path.join(folder, name), os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)
PYTHON
}

# latencies CASE TURN SERVER FILE: at a constant rate, over 256 connections.
latencies() {
    local figures
    figures=$(java "$here/src/main/java/dev/assay/benchmarks/load/ConstantRate.java" \
        "${url[$3]##*:}" 256 "$rate" "$seconds" "$4")
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$2" "$rate" "$figures" >>"$work/latencies.tsv"
}

# What a mirror has sent so far.
sent() { awk '{ s += $10 } END { printf "%.0f", s }' "$work/mirror.log"; }

for command in nginx wrk curl python3; do
    need "$command" "$command"
done
need h2load nghttp2-client
machine=$(machine)
export ASSAY_PASSPHRASE=benchmark

missing=
for name in "${!misses[@]}"; do
    ! wanted "miss-$name" || missing=yes
done

say "authoring a signed repository"
for name in "${!links[@]}"; do
    python3 "$here/wheels.py" "$work/wheels" "$name" "${links[$name]}" 0
done
for name in "${!payload[@]}"; do
    python3 "$here/wheels.py" "$work/wheels" "$name" 1 "${payload[$name]}"
done
for name in "${!misses[@]}"; do
    ! wanted "miss-$name" || python3 "$here/wheels.py" "$work/wheels" "miss$name" $((misses[$name] * turns + warms[$name])) "${payload[$name]}"
done
[ -z "$missing" ] || python3 "$here/wheels.py" "$work/wheels" warm $warm_files $((64 << 10))
for number in $(seq 200); do
    ! wanted trace || python3 "$here/wheels.py" "$work/wheels" "trace$number" 1 $((RANDOM * RANDOM % 2000000))
done
author_index "$work/index" "$work"/wheels/*.whl
rm -rf "$work/wheels"
public=$work/index/public

say "starting a mirror, Assay and nginx"
mirror_port=$(free_port)
start_nginx mirror "$mirror_port" "$public" "$work/mirror.log"
"$assay" tls "$work/tls" >/dev/null
export CURL_CA_BUNDLE=$work/tls/ca.pem
pair="tls: {certificate: $work/tls/certificate.pem, key: $work/tls/key.pem}"
for name in assay assay-tls; do
    port=$(free_port)
    if [ "$name" = assay ]; then
        start_assay "$name" "$port" "$mirror_port" "$mirror_port" "$public"
        url[$name]=http://127.0.0.1:$port
    else
        start_assay "$name" "$port" "$mirror_port" "$mirror_port" "$public" https "$pair"
        url[$name]=https://127.0.0.1:$port
    fi
    pids[$name]=$!
done

# The peers' page is what Assay renders, so that all send the same bytes.
mkdir -p "$public/simple"
for name in "${!links[@]}"; do
    mkdir -p "$public/pages/$name"
    curl -fs -H 'Accept: text/html' -o "$public/pages/$name/index.html" "${url[assay]}/simple/$name/"
    path[$name]=/simple/$name/
done
for name in "${!payload[@]}"; do
    path[$name]=/$(cd "$public" && find packages -name "$name-1.1-*.whl")
done

mkdir -p "$work/peer/temp"
for name in sendfile copy cache sendfile-tls; do
    ports+=("$(free_port)")
    scheme=http
    [ "$name" != sendfile-tls ] || scheme=https
    url[nginx-$name]=$scheme://127.0.0.1:${ports[-1]}
done
static="root $public; rewrite ^/simple/(page.*)/\$ /pages/\$1/index.html break;"
cat >"$work/peer/nginx.conf" <<NGINX
daemon off;
$([ "$(id -u)" != 0 ] || echo 'user root;')
worker_processes 2;
pid $work/peer/nginx.pid;
events { worker_connections 4096; }
http {
    access_log off;
    tcp_nopush on;
    sendfile on;
    keepalive_requests 1000000000;
    open_file_cache max=1000;
    default_type application/octet-stream;
    types { text/html html; }
    client_body_temp_path $work/peer/temp;
    fastcgi_temp_path $work/peer/temp;
    uwsgi_temp_path $work/peer/temp;
    scgi_temp_path $work/peer/temp;
    proxy_temp_path $work/peer/temp;
    proxy_cache_path $work/peer/cache keys_zone=cache:32m max_size=64g inactive=7d use_temp_path=off;
    ssl_certificate $work/tls/certificate.pem;
    ssl_certificate_key $work/tls/key.pem;
    upstream mirror { server 127.0.0.1:$mirror_port; keepalive 16; }
    server { listen 127.0.0.1:${ports[0]}; $static }
    server { listen 127.0.0.1:${ports[1]}; sendfile off; $static }
    server {
        listen 127.0.0.1:${ports[2]};
        location / {
            rewrite ^/simple/(page.*)/\$ /pages/\$1/index.html break;
            proxy_pass http://mirror;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_cache cache;
            proxy_cache_valid 200 7d;
            proxy_cache_lock on;
        }
    }
    server { listen 127.0.0.1:${ports[3]} ssl; $static }
}
NGINX
start "$work/peer/out.log" nginx -p "$work/peer" -c "$work/peer/nginx.conf" -e "$work/peer/error.log"
await "${url[nginx-cache]}/metadata/timestamp.json" "$!" "$work/peer/error.log"
peer_pids=$(pgrep -P "$(<"$work/peer/nginx.pid")" -f 'nginx: worker' | tr '\n' ' ')
for name in sendfile copy cache sendfile-tls; do
    pids[nginx-$name]=$peer_pids
done
others=()
for peer in "${peers[@]}"; do
    IFS=, read -r address pid <<<"${peer#*=}"
    others+=("${peer%%=*}")
    url[${peer%%=*}]=$address
    pids[${peer%%=*}]=${pid:-}
done

# wrk rounds what it prints.
cat >"$work/done.lua" <<'LUA'
done = function(summary, latency, requests)
    io.write(string.format("figures %d %d %d\n", summary.requests, summary.bytes, summary.duration))
end
LUA
: >"$work/turns.tsv"
: >"$work/latencies.tsv"
: >"$work/trace.tsv"

# Everything once, and a restart: files are then read from the database's files, as they are a day later.
for name in "${!path[@]}"; do
    for server in assay assay-tls nginx-cache; do
        curl -fs -o /dev/null "${url[$server]}${path[$name]}"
    done
    cmp <(curl -fs -H 'Accept: text/html' "${url[assay]}${path[$name]}") <(curl -fs "${url[nginx-sendfile]}${path[$name]}") ||
        die "Assay and nginx do not serve the same bytes: ${path[$name]}"
done
stop "${pids[assay]}"
start_assay assay "${url[assay]##*:}" "$mirror_port" "$mirror_port" "$public"
pids[assay]=$!

for name in page20k page500k file10k file1m file16m file200m; do
    for count in "${connections[@]}"; do
        servers=(assay nginx-sendfile nginx-cache)
        [ "${name#file}" = "$name" ] || servers+=(nginx-copy)
        ! wanted "$name-plain-$count" || in_turns "$name-plain-$count" "${path[$name]}" "$count" "${servers[@]}" "${others[@]}"
        ! wanted "$name-tls-$count" || in_turns "$name-tls-$count" "${path[$name]}" "$count" assay-tls nginx-sendfile-tls
    done
done

for name in assay-h2 assay-h1; do
    url[$name]=${url[assay-tls]}
    pids[$name]=${pids[assay-tls]}
done
! wanted page20k-h2-50 || in_turns page20k-h2-50 "${path[page20k]}" 50 assay-h2 assay-h1

for name in file16m file200m; do
    wanted "disk-$name" || continue
    for turn in $(seq "$turns"); do
        for server in assay nginx-sendfile nginx-cache; do
            forget_pages "$work/assay/data" "$public" "$work/peer/cache"
            fetch "disk-$name" "$server" "$turn" "${path[$name]}"
        done
    done
    say "disk-$name: $turns turns"
done

if [ -n "$missing" ]; then
    for server in assay nginx-cache; do
        (cd "$public" && find packages -name 'warm-*.whl') | sed "s|.*|url = \"${url[$server]}/&\"\noutput = \"/dev/null\"|" |
            curl -fsS -K -
    done
fi
for name in file1m file16m file200m; do
    wanted "miss-$name" || continue
    mapfile -t all < <(cd "$public" && find packages -name "miss$name-*.whl" | sort | sed 's/^/\//')
    # The metadata of each file is asked for beforehand, as an installer's page is: what is measured is the file.
    printf "${url[assay]}%s\n" "${all[@]}" | sed 's/.*/url = "&"\noutput = "\/dev\/null"/' | curl -fsSI -K -
    for server in assay nginx-cache; do
        printf "${url[$server]}%s\n" "${all[@]:0:warms[$name]}" | sed 's/.*/url = "&"\noutput = "\/dev\/null"/' | curl -fsS -K -
    done
    await_rest assay nginx-cache
    for turn in $(seq "$turns"); do
        files=("${all[@]:warms[$name] + (turn - 1) * misses[$name]:misses[$name]}")
        for server in assay nginx-cache; do
            fetch "miss-$name" "$server" "$turn" "${files[@]}"
        done
    done
    say "miss-$name: $turns turns"
done

if wanted mixed; then
    {
        for _ in $(seq 10); do printf '%s\n' "${path[page20k]}" "${path[file10k]}" "${path[page20k]}"; done
        for _ in $(seq 4); do echo "${path[file1m]}"; done
        printf '%s\n' "${path[page500k]}" "${path[page500k]}"
        echo "${path[file16m]}"
    } | shuf --random-source=<(yes) >"$work/mixed"
    for turn in $(seq 0 "$turns"); do
        for server in assay nginx-cache; do
            latencies "$([ "$turn" = 0 ] && echo warm || echo mixed)" "$turn" "$server" "$work/mixed"
        done
    done
    sed -i '/^warm/d' "$work/latencies.tsv"
    say "mixed: $turns turns"
fi

# Two hundred files as popular as Zipf has it, none of them stored: what upstream sends for what clients get.
if wanted trace; then
    python3 - "$public" >"$work/trace" <<'PYTHON'
import os, random, sys
random.seed(1)
files = sorted("/" + os.path.relpath(os.path.join(folder, name), sys.argv[1])
               for folder, _, names in os.walk(sys.argv[1] + "/packages") for name in names if name.startswith("trace"))
random.shuffle(files)
print("\n".join(random.choices(files, [1 / (rank + 1) for rank in range(len(files))], k=3000)))
PYTHON
    for server in assay nginx-cache; do
        before=$(sent)
        latencies trace 1 "$server" "$work/trace"
        printf '%s\t%s\t%s\n' "$server" "$(awk -F '\t' -v s="$server" '$1 == "trace" && $2 == s { print $6 }' "$work/latencies.tsv")" \
            $(($(sent) - before)) >>"$work/trace.tsv"
    done
fi

say "writing $out/RESULTS.md"
python3 "$here/report.py" "$work" "$out" "$turns" "$seconds" "$machine, $(wrk -v 2>&1 | sed -n '1s/ *Copyright.*//p')"
