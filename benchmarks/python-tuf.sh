#!/usr/bin/env bash
# Our client beside python-tuf's on the same simulated PyPI in the same run: prints a table in Markdown.
#
#   benchmarks/python-tuf.sh [TARGETS [prefix|succinct]]     as scale.sh; exits 1 when ours is less than 10 times as fast in all
#
# python-tuf comes from Debian (proxy/src/test/interop/python-tuf.sh), or is that of the interpreter that PYTHON_TUF names.
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

say "fetching python-tuf"
python=${PYTHON_TUF:-$("$here/../proxy/src/test/interop/python-tuf.sh" "$work/python-tuf")}
say "building"
(cd "$here/.." && mvn -B -q -Pjmh package -DskipTests >&2)
machine | sed 's/, nginx.*/./'
echo
echo
timeout 3600 java -Xmx2g -cp "$here/target/benchmarks.jar" dev.assay.benchmarks.pypi.Comparison "$work" "$python" \
    "$here/python_tuf.py" "${1:-20000000}" "${2:-prefix}"
