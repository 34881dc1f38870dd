#!/usr/bin/env bash
# Fails when a C++ source is not as clang-format writes it.
set -euo pipefail
cd "$(dirname "$0")/.."
git ls-files '*.h' '*.cpp' | grep -v /data/ | xargs -r clang-format-19 --dry-run --Werror
echo "format: ok"
