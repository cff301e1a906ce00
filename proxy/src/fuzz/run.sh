#!/usr/bin/env bash
# Runs every fuzz test in turn, ten minutes each (MINUTES=n for another time), or those whose name matches the argument:
#
#   proxy/src/fuzz/run.sh              all, about two hours
#   proxy/src/fuzz/run.sh PathFuzz     one class
#
# A finding ends that test; its input is then in proxy/target/fuzz, and an ordinary test should keep what it taught. Needs a processor for
# which Jazzer has a native library (x86-64, arm64).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

found=
while IFS=: read -r file method; do
    class=${file##*/}
    test=${class%.java}#$method
    [[ $test =~ ${1:-.} ]] || continue
    echo "== $test"
    mkdir -p proxy/target/fuzz
    JAZZER_FUZZ=1 JAZZER_MAX_DURATION=${MINUTES:-10}m mvn -B -q -Pfuzz -pl proxy test -Dtest="$test" || found="$found $test"
done < <(awk '/@FuzzTest/ { getline; sub(/\(.*/, ""); print FILENAME ":" $NF }' proxy/src/fuzz/java/dev/assay/*/*Fuzz.java)

[ -z "$found" ] || { echo "found something:$found"; exit 1; }
