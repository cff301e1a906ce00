#!/usr/bin/env bash
# Files that a proxy does not have, from one honest mirror alone and from the same beside nine that lie about every file and are named before it.
# After a first file, which finds the liars out, the others are asked for one after the other. Exits 1 when they take more than 1.1 times as long
# with the nine as without, by the median of the turns' ratios, or when an answer is another than the honest file.
#
#   TURNS (5); FILES (150) of BYTES (100000)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

turns=${TURNS:-5}
files=${FILES:-150}
bytes=${BYTES:-100000}
most=1.1

# seconds NAME PORT…: what the files took, all but the first, through a fresh proxy with mirrors on these ports, in this order.
seconds() {
    local folder=$work/$1 listen proxy began took
    start_behind "$1" "$honest" "$public" "${@:2}"
    while read -r path; do printf 'url = "http://127.0.0.1:%s/%s"\noutput = "%s"\n' "$listen" "$path" "$folder/${path##*/}"; done \
        <"$work/paths" >"$folder/all"
    curl -fs -o /dev/null "http://127.0.0.1:$listen/simple/many/"
    curl -fsS -K <(head -n "$((2 * warm))" "$folder/all")
    began=$(date +%s.%N)
    curl -fsS -K <(tail -n "+$((2 * warm + 1))" "$folder/all")
    took=$(awk -v began="$began" -v ended="$(date +%s.%N)" 'BEGIN { print ended - began }')
    stop "$proxy"
    (cd "$folder" && sha256sum --quiet -c "$work/sums") >&2 || die "$1: other bytes"
    rm -rf "${folder:?}"
    printf '%s' "$took"
}

need nginx nginx
need curl curl
machine=$(machine)
python3 "$here/wheels.py" "$work/many" many "$files" "$bytes"
(cd "$work/many" && sha256sum ./*.whl) >"$work/sums"
author_index "$work/index" "$work"/many/*.whl
public=$work/index/public
(cd "$public" && find packages -name 'many-*.whl' | sort) >"$work/paths"
# The liars are found out by the first; the JVM compiles meanwhile.
warm=$((files / 3))
honest=$(free_port)
start_nginx honest "$honest" "$public" off
cp -r "$public" "$work/lying"
find "$work/lying/packages" -type f | while read -r file; do printf 'X' | dd of="$file" bs=1 seek=5000 conv=notrunc status=none; done
liars=()
for i in 1 2 3 4 5 6 7 8 9; do
    port=$(free_port)
    start_nginx "liar-$i" "$port" "$work/lying" off
    liars+=("$port")
done

printf '\n%s.\n%s files of %s bytes, after %s others.\n\n| turn | honest alone, s | behind nine liars, s | ratio |\n|---|---|---|---|\n' \
    "$machine" "$((files - warm))" "$bytes" "$warm"
for turn in $(seq "$turns"); do
    say "turn $turn of $turns"
    alone=$(seconds "alone-$turn" "$honest")
    beside=$(seconds "beside-$turn" "${liars[@]}" "$honest")
    awk -v a="$alone" -v b="$beside" 'BEGIN { print b / a }' >>"$work/ratios"
    printf '| %s | %.2f | %.2f | %.2f |\n' "$turn" "$alone" "$beside" "$(tail -n 1 "$work/ratios")"
done
ratio=$(median <"$work/ratios")
printf '\nRatio, median: **%.2f** (<= %s)\n' "$ratio" "$most"
awk -v ratio="$ratio" -v most="$most" 'BEGIN { exit !(ratio <= most) }'
