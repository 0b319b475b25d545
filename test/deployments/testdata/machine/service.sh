#!/bin/bash
# The package on a machine on which systemd runs: from its installation to its end. Started as a service, which ends the
# machine afterwards. Runs inside a throw-away copy of this machine; what it says is read from /root/said.
exec >/root/said 2>&1
set -euxo pipefail
trap 'journalctl --no-pager --lines=40 --unit=peplink_exporter' ERR

exporter=http://127.0.0.1:10717
ask() { curl -fsS --retry 30 --retry-connrefused --retry-delay 1 "$exporter$1"; }
refused() { if "$@"; then return 1; fi; } # `! command` alone would end nothing
until_says() { # PATH TEXT
	for _ in {1..150}; do
		if grep -qF -- "$2" <(ask "$1"); then return; fi
		sleep 0.1
	done
	return 1
}

# Installed: it runs, knows no router, and can be reached from this machine only.
dpkg -i /root/first.deb
systemctl is-enabled peplink_exporter.service
systemctl is-active peplink_exporter.service
test "$(ask /sd)" = '[]'
test "$(ss -Hltn 'sport = :10717' | awk '{print $4}')" = 127.0.0.1:10717

# With rights as few as the unit says.
status=/proc/$(systemctl show -P MainPID peplink_exporter.service)/status
grep -P '^CapEff:\t0{16}$' "$status"
grep -P '^NoNewPrivs:\t1$' "$status"
grep -P '^Seccomp:\t2$' "$status"
refused grep -P '^Uid:\t(0|65534)\t' "$status"

# Routers come, one of them in a file of target_files. A reload makes them known.
/root/simulator --tls --listen=127.0.0.1:8443 --control=127.0.0.1:0 >/root/router &
until [ -s /root/router ]; do sleep 0.05; done
said() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" /root/router; }
mkdir /etc/peplink_exporter/targets.d
{
	sed '/^targets:/d' /root/installed.yml
	echo "target_files: [targets.d/*.yml]"
	echo "targets:"
	echo "  - {name: no-secret, url: 'https://127.0.0.1:8444'}"
} >/etc/peplink_exporter/peplink_exporter.yml
echo "- {name: bus-12, url: 'https://127.0.0.1:8443', tls_config: {fingerprint_sha256: ['$(said fingerprint_sha256)']}}" >/etc/peplink_exporter/targets.d/vehicles.yml
said client_id >/etc/peplink_exporter/secrets/bus-12.id
said client_secret >/etc/peplink_exporter/secrets/bus-12.secret
systemctl reload peplink_exporter.service
until_says /sd bus-12

# Secrets come with a restart; nobody but the service may read them. A router without its secret keeps none of the others.
ask '/probe?target=bus-12' | grep -xF 'peplink_scrape_error{collector="wan",reason="secret"} 1'
systemctl restart peplink_exporter.service
ask '/probe?target=bus-12' | grep -x 'peplink_up 1'
ask '/probe?target=no-secret' | grep -xF 'peplink_scrape_error{collector="wan",reason="secret"} 1'
journalctl --unit=peplink_exporter | grep -F 'router_no-secret.secret: no such file'
credentials=/run/credentials/peplink_exporter.service
test "$(cat $credentials/router_bus-12.secret)" = "$(said client_secret)"
refused setpriv --reuid=65534 --regid=65534 --clear-groups cat $credentials/router_bus-12.secret
refused setpriv --reuid=65534 --regid=65534 --clear-groups ls /etc/peplink_exporter/secrets

# An upgrade leaves the configuration, and goes on with the new program.
before=$(systemctl show -P MainPID peplink_exporter.service)
dpkg -i /root/second.deb
test "$(systemctl show -P MainPID peplink_exporter.service)" != "$before"
ask '/probe?target=bus-12' | grep -x 'peplink_up 1'

# A faulty file ends nothing that runs, and is told. As the first one at start it ends the service.
cp /etc/peplink_exporter/peplink_exporter.yml /root/good.yml
echo 'targetz: []' >>/etc/peplink_exporter/peplink_exporter.yml
systemctl reload peplink_exporter.service
until_says /metrics 'peplink_exporter_config_last_reload_successful 0'
ask '/probe?target=bus-12' | grep -x 'peplink_up 1'
cp /root/good.yml /etc/peplink_exporter/peplink_exporter.yml

# Secrets in files of a group, as deploy/systemd/README.md describes: they change without a restart.
groupadd --system peplink-secrets
install -d -m 750 -g peplink-secrets /etc/peplink_exporter/live
install -m 640 -g peplink-secrets /etc/peplink_exporter/secrets/bus-12.id /etc/peplink_exporter/live/
install -m 640 -g peplink-secrets <(echo wrong) /etc/peplink_exporter/live/bus-12.secret
mkdir /etc/systemd/system/peplink_exporter.service.d
printf '[Service]\nSupplementaryGroups=peplink-secrets\n' >/etc/systemd/system/peplink_exporter.service.d/override.conf
sed -i 's#/run/credentials/peplink_exporter.service/router_#live/#' /etc/peplink_exporter/peplink_exporter.yml
systemctl daemon-reload
systemctl restart peplink_exporter.service
ask '/probe?target=bus-12' | grep -xF 'peplink_scrape_error{collector="wan",reason="auth"} 1'
said client_secret >/etc/peplink_exporter/live/bus-12.secret
ask '/probe?target=bus-12' | grep -x 'peplink_up 1'

# systemd may hold the port, so that who asks while the service is stopped is answered when it runs again. (Not tried with
# one that is just ending: it drops a connection on which it has not read a request yet, as Go's servers do.)
echo 'ARGS="--web.systemd-socket"' >>/etc/default/peplink_exporter
systemctl stop peplink_exporter.service
test "$(systemctl show -P Result peplink_exporter.service) $(systemctl show -P ExecMainStatus peplink_exporter.service)" = 'success 0'
systemctl enable --now peplink_exporter.socket
curl -fsS $exporter/-/healthy # at the first attempt: systemd starts the service for it
systemctl is-active peplink_exporter.service
systemctl stop peplink_exporter.service
curl -fsS $exporter/-/healthy

# The end: nothing runs, nothing listens, nothing would start.
dpkg --purge peplink-exporter
refused systemctl is-active peplink_exporter.socket peplink_exporter.service
refused curl -fsS $exporter/-/healthy
rm -r /etc/systemd/system/peplink_exporter.service.d # the administrator's
test -z "$(find /etc/systemd /var/lib/systemd/deb-systemd-helper-* -name 'peplink*')"
echo finished
