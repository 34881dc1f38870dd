#!/usr/bin/env bash
# Everything on (keys, admission, redaction, guard, label, money, rows) beside nginx; see full.py.
#   bench/vs_nginx/full.sh BUILD_DIR [--runs 7] [--ms 1000] [--connections 32] [--quick 1]
# Needs BUILD_DIR/servery and bench/bench_*, nginx, python3, taskset.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/full.py" "$@"
