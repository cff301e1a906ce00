#!/usr/bin/env bash
# Mirrors in all weathers, seeded: in each period one is honest and up, and each of four others is now this and now that of honest, slow,
# lying, slowly lying, truncating, too long, resetting, stalling, stale, busy, broken and redirecting. At once, 160 clients ask for as many new
# files, and ten times for each. Every client that tries again as pip and uv do must get each file, never other bytes, and never
# one of those that are withheld until the file is verified.
#
#   REQUESTS for files (1000000); SEED of the first period (7)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec mvn -B -q -pl proxy test -Dtest=MirrorWeatherTest -Dassay.weather.files=160 -Dassay.weather.requests="${REQUESTS:-1000000}" -Dassay.weather.seed="${SEED:-7}"
