#!/usr/bin/env bash
# The whole test run, in the order in which a fault is cheapest to find.
#   tools/test.sh            everything
#   tools/test.sh quick      without the release build, end-to-end tests and fuzzing
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-all}
jobs=${JOBS:-$(nproc)}
started=$SECONDS
step() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }

step 'format and include rules'
tools/check_format.sh
python3 tools/check_includes.py
python3 tools/list_errors.py --check

step 'types, texts and unit tests of the console and the widget'
tools/web.sh check

step 'unit, property and scenario tests under AddressSanitizer and UBSan'
[ -f build/dev/build.ninja ] || cmake --preset dev >/dev/null
cmake --build build/dev -j "$jobs"
ctest --test-dir build/dev --output-on-failure -j "$jobs"
[ "$mode" = quick ] && exit 0

step 'release build'
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build build/release -j "$jobs"

step 'weight of what browsers load'
tools/web_budget build/release/web

step 'end-to-end tests against the release binary'
tests/e2e/run.sh

step 'fuzzing, 30 s a target'
tools/fuzz.sh 30

step 'requirements'
tools/check_requirements
printf '\nall tests passed in %d s\n' $((SECONDS - started))
