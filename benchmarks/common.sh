# shellcheck shell=bash
# What the benchmark scripts share; sourced by them. Everything that is started is a child of the script and ends with it, everything
# that is written is in one temporary folder, and every socket is on loopback.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
assay=$here/../proxy/bin/assay
work=$(mktemp -d "${TMPDIR:-/tmp}/assay-bench.XXXXXX")

say() { printf '== %s\n' "$*" >&2; }

die() {
    printf 'benchmark: %s\n' "$*" >&2
    exit 2
}

# Ends what still runs of what this shell has started: asked of the shell, as a remembered process id may be somebody else's by now.
clean_up() {
    local pid
    for pid in $(jobs -pr); do
        kill "$pid" 2>/dev/null || true
    done
    wait
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# need COMMAND PACKAGE: installs the package when the command is missing.
need() {
    command -v "$1" >/dev/null 2>&1 && return
    say "installing $2"
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "$2" >&2
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start LOG COMMAND…: runs the command beside the script; its process id is then in $!.
start() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null &
}

# stop PID: ends what start began, and waits until it is gone.
stop() {
    kill "$1"
    wait "$1" || true
}

# await URL PID LOG: until the URL answers 200; fails when the process ends before that.
await() {
    local tries
    for tries in $(seq 300); do
        curl -fs -o /dev/null --max-time 5 "$1" && return
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$3" >&2
    die "nothing answers at $1 after $tries tries"
}

# author_index FOLDER WHEEL…: a signed repository; its static tree is FOLDER/public.
author_index() {
    local folder=$1
    shift
    export ASSAY_PASSPHRASE=benchmark
    "$assay" repository init "$folder" >"$work/author.log" 2>&1 || { cat "$work/author.log" >&2; die "init failed"; }
    "$assay" repository add "$folder" "$@" >"$work/author.log" 2>&1 || { cat "$work/author.log" >&2; die "add failed"; }
    unset ASSAY_PASSPHRASE
}

# start_nginx NAME PORT ROOT ACCESS_LOG: a plain file server, set up to be fast; ACCESS_LOG is a file or off.
start_nginx() {
    local folder=$work/$1 user=
    mkdir -p "$folder/temp"
    [ "$(id -u)" != 0 ] || user='user root;'
    cat >"$folder/nginx.conf" <<NGINX
daemon off;
$user
worker_processes 2;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 1024; }
http {
    access_log $4;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75;
    keepalive_requests 1000000000;
    open_file_cache max=1000;
    types { text/html html; application/json json; }
    default_type application/octet-stream;
    client_body_temp_path $folder/temp;
    proxy_temp_path $folder/temp;
    fastcgi_temp_path $folder/temp;
    uwsgi_temp_path $folder/temp;
    scgi_temp_path $folder/temp;
    server {
        listen 127.0.0.1:$2;
        root $3;
    }
}
NGINX
    start "$folder/out.log" nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/error.log"
    await "http://127.0.0.1:$2/metadata/timestamp.json" "$!" "$folder/error.log"
}

# start_assay NAME PORT METADATA_PORT MIRROR_PORT PUBLIC [SCHEME [YAML]]: the proxy with the launcher's own JVM flags and default
# settings, but for a line of YAML; a fresh one, unless one of that name has run before.
start_assay() {
    local folder=$work/$1
    mkdir -p "$folder"
    cat >"$folder/assay.yaml" <<YAML
repository:
  metadata-url: http://127.0.0.1:$3/metadata/
  root: $5/metadata/1.root.json
mirrors:
  - url: http://127.0.0.1:$4/simple/
operations: {listen: 127.0.0.1:0}
${7:-}
YAML
    start "$folder/out.log" "$assay" serve --config "$folder/assay.yaml" --data "$folder/data" --listen "127.0.0.1:$2"
    await "${6:-http}://127.0.0.1:$2/-/readyz" "$!" "$folder/out.log"
}

# start_behind NAME METADATA_PORT PUBLIC PORT…: a fresh proxy whose mirrors are on these ports, in this order; its port is then in $listen, its
# process in $proxy.
start_behind() {
    local folder=$work/$1
    mkdir -p "$folder"
    listen=$(free_port)
    {
        printf 'repository:\n  metadata-url: http://127.0.0.1:%s/metadata/\n  root: %s\noperations: {listen: 127.0.0.1:0}\nmirrors:\n' \
            "$2" "$3/metadata/1.root.json"
        printf '  - url: http://127.0.0.1:%s/simple/\n' "${@:4}"
    } >"$folder/assay.yaml"
    start "$folder/out.log" "$assay" serve --config "$folder/assay.yaml" --data "$folder/data" --listen "127.0.0.1:$listen"
    proxy=$!
    await "http://127.0.0.1:$listen/-/readyz" "$proxy" "$folder/out.log"
}

# start_crowd_index SIZES: an index, its own mirror, of one project with files of those sizes; its address is then in $index, its root in
# $work/root.json. It ends with the script.
start_crowd_index() {
    mkfifo "$work/stdin"
    java -cp "$here/target/benchmarks.jar" dev.assay.benchmarks.load.CrowdIndex "$1" "$work/root.json" \
        <"$work/stdin" >"$work/port" 2>"$work/index.log" &
    exec 3>"$work/stdin"
    until [ -s "$work/port" ]; do kill -0 "$!" || die "no index: $(cat "$work/index.log")"; sleep 0.2; done
    index=http://127.0.0.1:$(cat "$work/port")
}

# cpu_seconds PID…: processor time of the processes so far, user and system.
cpu_seconds() {
    local pid stat ticks=0
    for pid in "$@"; do
        stat=$(<"/proc/$pid/stat")
        # The name, in parentheses, may have spaces; utime and stime are the 12th and 13th field behind it.
        read -r -a stat <<<"${stat##*) }"
        ticks=$((ticks + stat[11] + stat[12]))
    done
    awk -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" 'BEGIN { print ticks / hz }'
}

# Numbers, one a line, on the standard input.
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
least() { sort -g | head -n 1; }
most() { sort -g | tail -n 1; }

# The one line without which figures say nothing.
machine() {
    local java
    java=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$(dirname "$(readlink -f "$(command -v java)")")/../release" 2>/dev/null || true)
    printf 'Machine: %s × %s, %s MiB, Linux %s, load %s at the start; ' "$(nproc)" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
        "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" "$(uname -r)" "$(cut -d ' ' -f 1 /proc/loadavg)"
    printf 'java %s, %s' "${java:-$(java -version 2>&1 | sed -n '2s/.*build //p')}" "$(nginx -v 2>&1 | sed 's/.*version: //')"
}
