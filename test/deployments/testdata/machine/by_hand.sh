#!/bin/sh
# The package on a machine on which systemd does not run: installed, its program run as the unit says, removed, purged.
# Runs inside a throw-away copy of this machine.
set -eux

dpkg -i /root/first.deb
test -L /etc/systemd/system/multi-user.target.wants/peplink_exporter.service

# What systemd makes of ExecStart=, with the variables of the environment file.
# shellcheck source=deploy/systemd/peplink_exporter.default
. /etc/default/peplink_exporter
# shellcheck disable=SC2046 # to split it into words is the point
eval set -- $(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/peplink_exporter.service)
"$@" &
curl -fsS --retry 30 --retry-connrefused --retry-delay 1 http://127.0.0.1:10717/-/healthy
test "$(curl -fsS http://127.0.0.1:10717/sd)" = '[]'
kill -TERM $!
wait $!

dpkg --remove peplink-exporter
test ! -e /usr/bin/peplink_exporter
test ! -e /usr/lib/systemd/system/peplink_exporter.service
test -f /etc/peplink_exporter/peplink_exporter.yml
dpkg --purge peplink-exporter
test ! -e /etc/peplink_exporter
test ! -e /etc/default/peplink_exporter

# What the administrator has put there is nobody else's to delete.
dpkg -i /root/first.deb
echo secret >/etc/peplink_exporter/secrets/bus-12.secret
dpkg --purge peplink-exporter
test -f /etc/peplink_exporter/secrets/bus-12.secret
test ! -e /etc/peplink_exporter/peplink_exporter.yml
rm -r /etc/peplink_exporter
