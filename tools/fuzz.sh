#!/usr/bin/env bash
# Runs every fuzz target for SECONDS (default 30), two at a time.
#   tools/fuzz.sh [SECONDS]     FUZZ_BUILD=<folder> takes another build folder than build/fuzz
# One line a target, then "N passed, M failed"; the status is 0 when none failed.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
build=${FUZZ_BUILD:-build/fuzz}
[ -f "$build/build.ninja" ] || cmake --preset fuzz -B "$build" >/dev/null
cmake --build "$build" -j "${JOBS:-$(nproc)}" --target fuzz_targets
mkdir -p "$build/runs"
rm -f "$build"/runs/*.failed

run_one() {
    local name log
    name=$(basename "$1")
    log=$build/runs/$name.log
    mkdir -p "$build/corpus/$name"
    if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -verbosity=0 -artifact_prefix="$build/runs/$name-" "$build/corpus/$name" >"$log" 2>&1; then
        echo "fuzz $name: ok, $(awk '/number_of_executed_units/ {print $2}' "$log") inputs"
    else
        touch "$build/runs/$name.failed"
        tail -40 "$log" >&2
        echo "fuzz $name: FAILED, see $log"
    fi
}
export -f run_one
export seconds build

programs=$(find "$build/fuzz" -maxdepth 1 -name '*_fuzz' -type f -executable | sort)
[ -n "$programs" ] || { echo "no fuzz target in $build/fuzz"; exit 1; }
xargs -P 2 -I{} bash -c 'run_one {}' <<<"$programs"
failed=$(find "$build/runs" -name '*.failed' | wc -l)
echo "$(($(wc -l <<<"$programs") - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
