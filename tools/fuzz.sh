#!/usr/bin/env bash
# Runs every fuzz target for SECONDS (default 30), two at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz >/dev/null
cmake --build build/fuzz -j "${JOBS:-$(nproc)}" --target fuzz_targets
run_one() {
    local name
    name=$(basename "$1")
    mkdir -p "build/fuzz/corpus/$name"
    if ! "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
        -verbosity=0 "build/fuzz/corpus/$name" >"build/fuzz/$name.log" 2>&1; then
        tail -40 "build/fuzz/$name.log"
        echo "fuzz target $name failed"
        return 1
    fi
    echo "fuzz $name: ok"
}
export -f run_one
export seconds
find build/fuzz/fuzz -maxdepth 1 -name '*_fuzz' -type f -executable | sort |
    xargs -r -P 2 -I{} bash -c 'run_one {}'
