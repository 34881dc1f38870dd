#!/usr/bin/env bash
# Boots a fresh, minimal Debian 12 in a folder and does in it what its owner would: install the
# package of `make package`, start the service under the rules of its unit, ask it a question,
# install a newer version over the used data folder, start that on a folder of schema 1, purge it
# (tools/package_check_inside.sh).
# Needs root, debootstrap and systemd-container; about five minutes. Nothing outside changes.
#   tools/package_check.sh [debian mirror]     else the one this machine installs from
set -euo pipefail
cd "$(dirname "$0")/.."
deb=$(ls build/package/servery_*.deb)
work=$(mktemp -d /tmp/servery-package.XXXXXX)
root=$work/debian
machine=
mirror=${1:-$(apt-get indextargets --format '$(SITE)' \
    'Created-By: Packages' 'Codename: bookworm' 'Component: main' | head -1)}
cleanup() {
    [ -n "$machine" ] && kill -TERM "$machine" 2>/dev/null && wait "$machine" || true
    rm -rf "$work"
}
trap cleanup EXIT

# As on a machine somebody just set up: no package of ours, no library of ours.
SECONDS=0
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus bookworm "$root" $mirror \
    >build/package/debootstrap.log || { tail -20 build/package/debootstrap.log >&2; exit 1; }
echo "a fresh Debian $(cat "$root/etc/debian_version") after $SECONDS s"
cp --remove-destination "$(realpath /etc/resolv.conf)" "$root/etc/resolv.conf"

# The next version: the same files under a higher number.
cp "$deb" "$root/root/servery.deb"
dpkg-deb -R "$deb" "$work/next"
sed -i 's/^Version: .*/&+next/' "$work/next/DEBIAN/control"
dpkg-deb --root-owner-group -b "$work/next" "$root/root/servery-next.deb" >/dev/null
install -m 755 tools/package_check_inside.sh "$root/root/check.sh"
cp tests/data/data_folder_schema_1/data.tar.gz "$root/root/schema-1.tar.gz"
cat >"$root/etc/systemd/system/package-check.service" <<'UNIT'
[Unit]
After=multi-user.target
SuccessAction=poweroff
FailureAction=poweroff
[Service]
Type=oneshot
TimeoutStartSec=300
ExecStart=/root/check.sh
StandardOutput=file:/root/check.out
StandardError=file:/root/check.err
[Install]
WantedBy=graphical.target
UNIT
systemctl --root="$root" enable --quiet package-check.service

# It shares the network, to install from the mirror; everything else is its own.
timeout --kill-after=10 600 systemd-nspawn --quiet --register=no --keep-unit --resolv-conf=off \
    --directory="$root" --boot </dev/null >build/package/boot.log 2>&1 &
machine=$!
wait "$machine" || true
machine=
cp "$root/root/check.err" build/package/check.err
cat "$root/root/check.out"
tail -1 "$root/root/check.out" | grep -q '^package check: ' ||
    { tail -30 build/package/check.err >&2; echo "package check: failed" >&2; exit 1; }
echo "package check: passed after $SECONDS s"
