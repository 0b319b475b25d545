#!/bin/sh
# Stops and disables the service when the last version goes. $1 is how many versions stay.

[ -x /usr/bin/systemctl ] || exit 0
if [ "$1" -eq 0 ]; then
	systemctl --no-reload disable peplink_exporter.socket peplink_exporter.service >/dev/null 2>&1 || true
	if [ -d /run/systemd/system ]; then
		systemctl stop peplink_exporter.socket peplink_exporter.service >/dev/null 2>&1 || true
	fi
fi
