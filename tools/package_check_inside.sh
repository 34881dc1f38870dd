#!/usr/bin/env bash
# The part of package_check.sh that runs on the fresh machine, as root.
set -euo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/root
data=/var/lib/servery/data
fail() {
    echo "package check: $1" >&2
    journalctl -u servery -o cat --no-pager | tail -20 >&2
    exit 1
}
owner=(setpriv --reuid=servery --regid=servery --clear-groups
    env HOME=/var/lib/servery SERVERY_CONFIG=/etc/servery/servery.yaml)
as_servery() { "${owner[@]}" "$@"; }
property() { systemctl show servery -P "$1"; }
address() { journalctl -u servery -o cat --no-pager | sed -n 's|^ready http://||p' | tail -1; }
status_of() { # path: the status that the server gives
    local at reply
    at=$(address)
    exec 3<>"/dev/tcp/${at%:*}/${at#*:}"
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$at" >&3
    read -r _ reply _ <&3
    exec 3>&-
    echo "$reply"
}
ask() { as_servery servery --data $data ask 'What is on the breakfast menu?'; }
rows() { as_servery servery --data $data audit list --json "$@"; }
well() { # when
    [ "$(property ActiveState)" = active ] || fail "$1: the service is not active"
    [ "$(status_of /readyz)" = 200 ] || fail "$1: /readyz says $(status_of /readyz)"
    ask | grep -q 'Both continental and full' || fail "$1: no answer: $(ask)"
    as_servery servery --data $data audit verify || fail "$1: the audit chain"
}

SECONDS=0
apt-get update -qq
apt-get install -y -qq --no-install-recommends /root/servery.deb >/root/install.log
echo "installed after $SECONDS s"
[ "$(stat -c '%U %a' /etc/servery/master.key)" = 'servery 600' ] || fail 'the master key is open'
[ "$(systemctl is-enabled servery)" = enabled ] || fail 'it would not start with the machine'
# A setting of the owner's own.
sed -i 's/^listen: .*/listen: 127.0.0.1:0/' /etc/servery/servery.yaml

# The demo makes a project to serve; then the service takes its folder over.
"${owner[@]}" servery demo --data $data >/root/demo.out 2>/root/demo.err &
demo=$!
for _ in $(seq 200); do grep -q '^ready ' /root/demo.out && break; sleep 0.1; done
grep -q '^ready ' /root/demo.out || { cat /root/demo.err >&2; fail 'the demo does not get ready'; }
kill -TERM $demo
wait $demo || fail 'the demo did not stop with 0'

SECONDS=0
systemctl start servery || fail 'the service does not start'
echo "started after $SECONDS s as $(property User)"
well 'first start'
as_servery servery --data $data doctor || fail 'the doctor found a fault'
systemd-analyze security servery | tail -1

# A copy, a newer version over the used folder; what was there stays.
as_servery servery --data $data backup --to /var/lib/servery/copy || fail 'no copy'
rows >/root/before.json
key=$(sha256sum </etc/servery/master.key)
first=$(property MainPID)
apt-get install -y -qq --no-install-recommends /root/servery-next.deb >/root/upgrade.log
case $(dpkg-query -W -f '${Version}' servery) in *+next) ;; *) fail 'not the newer version' ;; esac
[ "$(property MainPID)" != "$first" ] || fail 'the upgrade did not restart it'
well 'after the upgrade'
[ "$key" = "$(sha256sum </etc/servery/master.key)" ] || fail 'the upgrade changed the master key'
grep -q '^listen: 127.0.0.1:0$' /etc/servery/servery.yaml || fail 'the upgrade changed settings'
rows >/root/after.json
hashes() { grep -o '"hash":"[0-9a-f]*"' "$1" | sort -u; }
[ -n "$(hashes /root/before.json)" ] || fail 'no audit rows before the upgrade'
[ -z "$(comm -23 <(hashes /root/before.json) <(hashes /root/after.json))" ] ||
    fail 'audit rows are gone'
as_servery servery backup --verify /var/lib/servery/copy || fail 'the copy is damaged'
as_servery servery restore --from /var/lib/servery/copy --into /var/lib/servery/back \
    --master-key-file /etc/servery/master.key || fail 'the copy cannot be restored'

# A data folder that the version before the second schema left behind, with its own master key:
# the start brings it up, keeps a copy and says so; the next one finds nothing to do.
systemctl stop servery
mv $data /var/lib/servery/newer
tar xzf /root/schema-1.tar.gz -C /var/lib/servery --no-same-owner
install -o servery -g servery -m 600 /var/lib/servery/data.key /etc/servery/master.key
rm /var/lib/servery/data.key
chown -R servery: $data
systemctl start servery || fail 'the service does not start on a folder of schema 1'
well 'schema 1'
[ "$(find $data/backups -name 'schema-1-*.db' -size +100k | wc -l)" = 1 ] ||
    fail 'no copy of schema 1'
journalctl -u servery -o cat --no-pager | grep 'store.schema.upgraded from=1 to=2 copy=' ||
    fail 'the log does not tell of the upgrade'
as_servery servery --data $data doctor | grep -A1 -E '^(ok|note) +(database|copy)' ||
    fail 'the doctor does not tell of the upgrade'
systemctl restart servery
well 'schema 1, second start'
[ "$(find $data/backups -type f | wc -l)" = 1 ] || fail 'the second start upgraded again'

SECONDS=0
systemctl stop servery
echo "stopped after $SECONDS s: $(property Result)"
[ "$(property Result)" = success ] || fail 'it did not stop with 0'
apt-get remove -y -qq servery >/root/remove.log
[ -e $data/servery.db ] || fail 'removing took the data'
dpkg --purge servery >/root/purge.log
[ ! -e /var/lib/servery ] && [ ! -e /etc/servery ] || fail 'purging left data'
echo 'package check: installed, answered, upgraded with its data, stopped and purged'
