#!/usr/bin/env bash
# Makes build/package/servery_VERSION_ARCH.deb, and beside it the folder container/ with all that
# `docker build` or `podman build` needs. Same commit, same bytes: times come from the commit.
#   BUILD_DIR  a finished release build, build/release unless named
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD_DIR=${BUILD_DIR:-build/release}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH

rm -rf build/package
mkdir -p build/package/container
cpack --config "$BUILD_DIR/CPackConfig.cmake" -B build/package >build/package/cpack.log 2>&1 ||
    { cat build/package/cpack.log >&2; exit 1; }
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
