#!/usr/bin/env bash
# Many distinct large files that the proxy does not have, asked for all at once; before that and meanwhile hits, a page and a file of 64 KiB, at
# a constant rate. The proxy has a heap of 192 MiB and room for 2 GiB of files. Exits 1 when its resident memory passed LIMIT
# MiB, a file was not handed over whole, or a hit was not answered.
#
#   FILES (200) of BYTES (100000000) each; LIMIT (512); RATE of hits a second (100)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

files=${FILES:-200}
bytes=${BYTES:-100000000}
limit=${LIMIT:-512}
rate=${RATE:-100}
jar=$here/target/benchmarks.jar

# hits SECONDS: what ConstantRate prints.
hits() { java -cp "$jar" dev.assay.benchmarks.load.ConstantRate "$listen" 8 "$rate" "$1" "$work/hot"; }

need curl curl
need nginx nginx
say "building"
(cd "$here/.." && mvn -B -q -Pjmh package -DskipTests >&2)
"$assay" --version >"$work/version.log" 2>&1
machine=$(machine)
{ for _ in $(seq "$files"); do echo "$bytes"; done && echo 65536; } >"$work/sizes"
say "hashing $files files"
start_crowd_index "$work/sizes"

listen=$(free_port)
cat >"$work/assay.yaml" <<YAML
repository: {layout: pages-only, metadata-url: $index/metadata/, root: $work/root.json}
mirrors: [{url: $index/simple/}]
operations: {listen: 127.0.0.1:0}
store: {max-size: 2GiB, max-staged: 2GiB}
YAML
start "$work/proxy.log" env ASSAY_JAVA_OPTS="-Xmx192m ${ASSAY_JAVA_OPTS:-}" \
    "$assay" serve --config "$work/assay.yaml" --data "$work/data" --listen "127.0.0.1:$listen"
proxy=$!
await "http://127.0.0.1:$listen/-/readyz" "$proxy" "$work/proxy.log"
url=http://127.0.0.1:$listen/packages/crowd-1

printf '/simple/crowd/\n/packages/crowd-1.%s-py3-none-any.whl\n' "$files" >"$work/hot"
while read -r path; do curl -fs -o /dev/null "http://127.0.0.1:$listen$path"; done <"$work/hot"
say "hits alone"
hits 3 >/dev/null
alone=$(hits 5)
for i in $(seq 0 $((files - 1))); do
    printf 'url = "%s.%s-py3-none-any.whl"\noutput = "/dev/null"\n' "$url" "$i"
done >"$work/urls"
say "$files misses at once"
began=$(date +%s.%N)
curl -sS --fail --parallel --parallel-immediate --parallel-max 300 --retry 100 --retry-delay 1 --retry-all-errors \
    -w '%{http_code} %{size_download}\n' -K "$work/urls" >"$work/answers" 2>"$work/curl.log" &
curl=$!
hits "${SECONDS_OF_HITS:-20}" >"$work/meanwhile"
wait "$curl" || true
took=$(awk -v began="$began" -v ended="$(date +%s.%N)" 'BEGIN { print ended - began }')
whole=$(grep -c "^200 $bytes\$" "$work/answers" || true)
resident=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$proxy/status")

printf '\n%s.\n\n| | answers | p50 µs | p99 µs | p99.9 µs | longest µs |\n|---|---|---|---|---|---|\n' "$machine"
for turn in "alone $alone" "meanwhile $(cat "$work/meanwhile")"; do
    # shellcheck disable=SC2086 # words
    set -- $turn
    printf '| hits %s | %s | %s | %s | %s | %s |\n' "$1" "$2" "$4" "$5" "$6" "$7"
done
printf '\n%s of %s files of %s bytes came whole, in %.0f s; the most resident memory of the proxy was %s MiB (<= %s).\n' \
    "$whole" "$files" "$bytes" "$took" "$resident" "$limit"
[ "$whole" = "$files" ] && [ "$resident" -le "$limit" ]
