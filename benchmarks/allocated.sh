#!/usr/bin/env bash
# What the heap pays for an answer: allocated.sh URL PID [SECONDS]
#
# Asks a running proxy, process PID, for URL over 16 connections, and prints the bytes that each of its kinds of threads allocated for
# a request. The first seconds warm up: what is compiled allocates less. Needs the JDK's jcmd.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# allocated: bytes so far, by the first word of the thread's name.
allocated() {
    jcmd "$pid" Thread.print -e | sed -n 's/^"\([a-z]*\)-[^"]*".* allocated=\([0-9.]*[KMGT]\{0,1\}B\{0,1\}\) .*/\1 \2/p' |
        awk '{ n = $2 + 0; if ($2 ~ /K/) n *= 1024; if ($2 ~ /M/) n *= 1048576; if ($2 ~ /G/) n *= 1073741824; sum[$1] += n }
             END { for (kind in sum) printf "%s %.0f\n", kind, sum[kind] }' | sort
}

url=$1
pid=$2
seconds=${3:-20}
need wrk wrk
wrk -t1 -c16 -d"${seconds}s" -H 'Accept: text/html' "$url" >/dev/null
allocated >"$work/before"
wrk -t1 -c16 -d"${seconds}s" -H 'Accept: text/html' "$url" >"$work/wrk.out"
allocated >"$work/after"
requests=$(awk '/requests in/ { print $1 }' "$work/wrk.out")
echo "$requests requests; bytes allocated for each, by thread:"
join "$work/before" "$work/after" | awk -v n="$requests" '$3 > $2 { printf "%s %.0f\n", $1, ($3 - $2) / n }'
