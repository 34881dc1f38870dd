#!/usr/bin/env bash
# Makes build/package/servery_VERSION_ARCH.deb, and beside it the folder container/ with all that
# `docker build` or `podman build` needs. Same commit, same bytes: times come from the commit.
set -euo pipefail
cd "$(dirname "$0")/.."
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH

rm -rf build/package
mkdir -p build/package/container
cpack --config build/release/CPackConfig.cmake -B build/package >/dev/null
rm -rf build/package/_CPack_Packages
deb=$(ls build/package/servery_*.deb)
cp packaging/Containerfile build/package/container/
cp "$deb" build/package/container/servery.deb

systemd-analyze security --offline=true --threshold=20 packaging/servery.service | tail -1
echo "$deb ($(du -h "$deb" | cut -f1))"
echo "build/package/container: docker build -t servery build/package/container"
if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
    docker build -q -t servery build/package/container
fi
