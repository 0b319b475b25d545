#!/bin/sh
# Enables the service only where the distribution's or the site's presets say so, as is the custom here.
# $1 is how many versions are installed from now on.

[ -x /usr/bin/systemctl ] || exit 0
if [ "$1" -eq 1 ]; then
	systemctl --no-reload preset peplink_exporter.service >/dev/null 2>&1 || true
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload >/dev/null 2>&1 || true
fi
