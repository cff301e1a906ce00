#!/usr/bin/env bash
# A simulated PyPI, and what it costs our client, the proxy and their users: prints tables in Markdown.
#
#   benchmarks/scale.sh [TARGETS [prefix|succinct [PARTS]]]   20000000 targets in 16,384 bins of path_hash_prefixes, as PEP 458 has them
#
# PARTS is an expression for some of the tables: client, proxy, memory, sites, pep458. The first two take minutes, the others an hour.
# The index is computed while it is asked and needs no disk; it takes some 200 MB of memory, and this program up to 6 GB.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

say "building"
(cd "$here/.." && mvn -B -q -Pjmh package -DskipTests >&2)
machine | sed 's/, nginx.*/./'
echo
echo
java -Xmx6g -cp "$here/target/benchmarks.jar" dev.assay.benchmarks.pypi.Scale "$work" "$assay" "${1:-20000000}" "${2:-prefix}" "${3:-.*}"
