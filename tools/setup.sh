#!/usr/bin/env bash
# Installs every Debian package that Servery needs (tools/packages.txt). May be run again at any
# time: it installs only what is missing. Runs as root, or as a user who may use sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

missing=()
while read -r package; do
    installed "$package" || missing+=("$package")
done < <(grep -v '^#' tools/packages.txt | grep -v '^$')

# An installed Node of 18 or newer with its npm is used. Only where there is none, Debian's is
# taken: a Node from elsewhere and Debian's npm package exclude each other.
node_major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
if [ "${node_major:-0}" -lt 18 ] || ! command -v npm >/dev/null; then
    missing+=(nodejs npm)
fi

if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
fi
echo "all packages are there"
