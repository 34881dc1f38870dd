#!/usr/bin/env bash
# Installs the package of `make package` on a fresh, minimal Debian 12 in a folder, starts it as its
# own user, asks it a question, restarts it on the same data, and removes it again.
# Needs root and debootstrap; about three minutes. Nothing outside the folder changes.
#   tools/package_check.sh [debian mirror]
set -euo pipefail
cd "$(dirname "$0")/.."
deb=$(ls build/package/servery_*.deb)
root=build/package/debian
mirror=${1:-}
fail() { echo "package check: $1" >&2; exit 1; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"; }
as_servery() { inside setpriv --reuid=servery --regid=servery --clear-groups \
    env HOME=/var/lib/servery "$@"; }
cleanup() {
    [ -n "${server:-}" ] && kill "$server" 2>/dev/null || true
    umount "$root/proc" 2>/dev/null || true
}
trap cleanup EXIT

# As on a machine somebody just set up: the same package sources as here, no package of ours.
rm -rf "$root"
debootstrap --variant=minbase bookworm "$root" $mirror >build/package/debootstrap.log
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
mount -t proc proc "$root/proc"
cp "$deb" "$root/tmp/servery.deb"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /tmp/servery.deb >build/package/install.log
[ "$(inside stat -c '%U %a' /etc/servery/master.key)" = 'servery 600' ] || fail 'master key is open'

start() { # folder
    as_servery env SERVERY_MASTER_KEY= servery "${@:2}" --data "$1" --listen 127.0.0.1:0 \
        >build/package/server.out 2>build/package/server.err &
    server=$!
    for _ in $(seq 200); do grep -q '^ready ' build/package/server.out && return; sleep 0.1; done
    cat build/package/server.err >&2
    fail "not ready: $*"
}
stop() { pkill -TERM -x servery; wait "$server" || fail 'it did not stop with 0'; server=; }

start /var/lib/servery/data demo
as_servery servery --data /var/lib/servery/data ask 'when is breakfast' | tee build/package/ask.out
grep -q '8' build/package/ask.out || fail 'no answer'
as_servery servery --data /var/lib/servery/data doctor || fail 'the doctor found a fault'
stop

start /var/lib/servery/data serve
as_servery servery --data /var/lib/servery/data audit verify || fail 'the chain after a restart'
stop

inside dpkg --purge servery >/dev/null
[ ! -e "$root/var/lib/servery" ] || fail 'purging left data'
echo 'package check: installed, answered, restarted, stopped and purged'
