#!/usr/bin/env bash
# Servery's bare relay beside nginx on the same upstream, the same machine, the same minute.
#   bench/vs_nginx/run.sh BUILD_DIR [--runs 7] [--quick 1] [--only pass,sse,latency,...]
# Proxies run on core 0, load and upstream on core 1. Prints a table, writes BUILD_DIR/results.json,
# exits 1 if a bar of thresholds.json does not hold. Needs nginx, python3, taskset.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/compare.py" "$@"
