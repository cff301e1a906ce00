#!/usr/bin/env bash
# What the store keeps when the disk is too small, beside plain LRU and W-TinyLFU, on a trace shaped like package downloads. Prints a
# table in Markdown; exits 1 where the store had fewer hits than LRU.
#
#   benchmarks/evict.sh [SEED [FILES [REQUESTS [PERCENT…]]]]      7 4000 60000 10 30: some minutes, and 1 GB on the disk
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

say "building"
(cd "$here/.." && mvn -B -q -Pjmh package -DskipTests >&2)
seed=${1:-7} files=${2:-4000} requests=${3:-60000}
shift "$(($# < 3 ? $# : 3))"
[ $# -gt 0 ] || set -- 10 30
java -Xmx512m -cp "$here/target/benchmarks.jar" dev.assay.benchmarks.store.HitRatios "$work" "$files" "$requests" "$seed" "$@"
