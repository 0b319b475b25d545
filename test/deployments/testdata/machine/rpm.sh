#!/bin/bash
# The RPM package under systemd: installed, upgraded, removed. What the service can do is what service.sh tries; here it
# is the package's scripts. Runs inside a throw-away copy of this machine; what it says is read from /root/said.
exec >/root/said 2>&1
set -euxo pipefail

ask() { curl -fsS --retry 30 --retry-connrefused --retry-delay 1 "http://127.0.0.1:10717$1"; }
refused() { if "$@"; then return 1; fi; } # `! command` alone would end nothing
rpm=(rpm --nodeps) # the packages of this machine are unknown to rpm

# Presets decide, and nothing is started unasked.
mkdir -p /etc/systemd/system-preset
echo 'disable *' >/etc/systemd/system-preset/00-test.preset
"${rpm[@]}" --install /root/first.rpm
refused systemctl is-enabled peplink_exporter.service
refused systemctl is-active peplink_exporter.service
systemctl enable --now peplink_exporter.service
test "$(ask /sd)" = '[]'

# An upgrade keeps what was changed, and goes on with the new program.
echo '# changed' >>/etc/peplink_exporter/peplink_exporter.yml
before=$(systemctl show -P MainPID peplink_exporter.service)
"${rpm[@]}" --upgrade /root/second.rpm
test "$(systemctl show -P MainPID peplink_exporter.service)" != "$before"
systemctl is-enabled peplink_exporter.service
ask /-/healthy
grep -x '# changed' /etc/peplink_exporter/peplink_exporter.yml

# One that was stopped stays so.
systemctl stop peplink_exporter.service
"${rpm[@]}" --upgrade --oldpackage /root/first.rpm
refused systemctl is-active peplink_exporter.service

systemctl start peplink_exporter.service
ask /-/healthy
rpm --erase peplink-exporter
refused systemctl is-active peplink_exporter.service
test ! -e /usr/bin/peplink_exporter
test -f /etc/peplink_exporter/peplink_exporter.yml.rpmsave
test -z "$(find /etc/systemd/system /usr/lib/systemd/system -name 'peplink*')"
echo finished
