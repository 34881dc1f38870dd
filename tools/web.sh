#!/usr/bin/env bash
# Builds what browsers load, the staff console and the chat widget, into a folder.
#   tools/web.sh [build/web]     plain files and their gzip -9 copies: console/…, widget/…
#   tools/web.sh check           types, texts and unit tests of both
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
# Packages are installed once for everybody who builds at the same time.
exec 8>build/web.lock
flock 8

packages() { # the exact versions of the lock file, installed when it changed
    cmp -s package-lock.json node_modules/.lock && return
    npm ci --ignore-scripts --no-audit --no-fund --silent
    cp package-lock.json node_modules/.lock
}

parts=()
for part in console widget; do
    [ -f "web/$part/package.json" ] && parts+=("$part")
done

if [ "${1:-}" = check ]; then
    for part in "${parts[@]}"; do
        (cd "web/$part" && packages && npm run -s check)
    done
    exit
fi

out=$(realpath -m "${1:-build/web}")
for part in "${parts[@]}"; do
    mkdir -p "$out/$part"
    (cd "web/$part" && packages && SERVERY_WEB_OUT="$out/$part" SERVERY_WIDGET_OUT="$out/$part" npm run -s build)
done
find "$out" -name '*.gz' -delete
find "$out" -type f \( -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.html' -o -name '*.json' \) \
    -exec gzip -9 -n -k {} +
