#!/bin/sh
# Lets a running service go on with the new program after an upgrade. $1 is how many versions stay.

[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload >/dev/null 2>&1 || true
if [ "$1" -ge 1 ]; then
	systemctl try-restart peplink_exporter.service >/dev/null 2>&1 || true
fi
