#!/usr/bin/env bash
# Mirrors in all weathers, seeded: for each file five that are honest, lying, stale, cut off, truncating, busy, broken or redirecting, one of
# them honest at least. Every client that tries again as pip does must get each file, and never other bytes.
#
#   ROUNDS   of 120 files each (8334, which is 1,000,000 requests); SEED of the first (7)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec mvn -B -q -pl proxy test -Dtest=MirrorWeatherTest -Dassay.weather.rounds="${ROUNDS:-8334}" -Dassay.weather.seed="${SEED:-7}"
