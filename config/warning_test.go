package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// targets are so many in one line.
func targets(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("{name: t%d, url: t%d}", i, i)
	}
	return strings.Join(all, ", ")
}

func TestWarnings(t *testing.T) {
	const skip = ", tls_config: {insecure_skip_verify: true}}\n"
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"nothing risky": {one, ""},
		"a shared secret behind verified certificates": {
			head + "targets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n", "",
		},
		"no targets": {"targets: []\n", "1: targets: there are no targets yet, so no router is polled"},
		"http, once": {
			"targets:\n  - {name: a, url: 'http://192.0.2.1', client_id: i, client_secret: s}\n" +
				"  - {name: b, url: 192.0.2.2, client_id: i, client_secret: t}\n" +
				"  - {name: c, url: 'http://192.0.2.3', client_id: i, client_secret: u}\n",
			"2: url: http:// sends credentials and answers in clear text; used by a, c",
		},
		"skipped verification, once": {
			"defaults:\n  tls_config:\n    insecure_skip_verify: true\n  client_id_file: id\n  client_secret_file: '{name}'\n" +
				"targets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n  - {name: c, url: 192.0.2.3, tls_config: {}}\n",
			"3: tls_config.insecure_skip_verify: any machine on the way can pose as the router and take its credential; " +
				"fingerprint_sha256 is as easy and safe; used by a, b",
		},
		"one secret for several, one of them on http": {
			head + "targets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 'http://192.0.2.2'}\n  - {name: c, url: 192.0.2.3, client_id: i, client_secret: other}\n",
			"3: client_secret: one secret is shared by a, b, and whoever poses as b learns it for all of them\n" +
				"6: url: http:// sends credentials and answers in clear text; used by b",
		},
		"one secret for several, one of them unverified": {
			"targets:\n  - {name: a, url: 192.0.2.1, client_id: i, client_secret_env: S}\n" +
				"  - {name: b, url: 192.0.2.2, client_id: i, client_secret_env: S" + skip,
			"2: client_secret_env: one secret is shared by a, b, and whoever poses as b learns it for all of them\n" +
				"3: tls_config.insecure_skip_verify: any machine on the way can pose as the router and take its credential; " +
				"fingerprint_sha256 is as easy and safe; used by b",
		},
		"one password for several, one of them on http": {
			"defaults: {username: u, password_file: p}\ntargets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 'http://192.0.2.2'}\n",
			"1: password_file: one secret is shared by a, b, and whoever poses as b learns it for all of them\n" +
				"4: url: http:// sends credentials and answers in clear text; used by b",
		},
		"one environment variable as secret and as password": {
			"targets:\n  - {name: a, url: 192.0.2.1, client_id: i, client_secret_env: S}\n" +
				"  - {name: b, url: 192.0.2.2, username: u, password_env: S" + skip,
			"2: client_secret_env: one secret is shared by a, b, and whoever poses as b learns it for all of them\n" +
				"3: tls_config.insecure_skip_verify: any machine on the way can pose as the router and take its credential; " +
				"fingerprint_sha256 is as easy and safe; used by b",
		},
		"labels that the alert rules do not know": {
			head + "  labels: {role: bus}\ntargets:\n  - {name: a, url: a, labels: {availability: Intermittent}}\n" +
				"  - name: b\n    url: b\n    labels:\n      availability: sometimes\n" +
				"  - {name: c, url: c, labels: {availability: Intermittent, role: vehicle}}\n  - {name: d, url: d, labels: {role: ''}}\n" +
				"  - {name: e, url: e, labels: {role: hub, availability: always}}\n  - {name: f, url: f, labels: {role: site, availability: intermittent}}\n",
			`4: labels.role: "bus" is not known to the alert rules; they know vehicle, site, hub; used by a, b` + "\n" +
				`6: labels.availability: "Intermittent" is not known to the alert rules; they know always, intermittent; used by a, c` + "\n" +
				`10: labels.availability: "sometimes" is not known to the alert rules; they know always, intermittent; used by b`,
		},
		"many targets": {
			head + "  labels: {role: x}\ntargets: [" + targets(23) + "]\n",
			`4: labels.role: "x" is not known to the alert rules; they know vehicle, site, hub; ` +
				"used by t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, t16, t17, t18, t19 and 3 more",
		},
		"intervals of collectors that are off": {
			head + "  min_interval: {firmware: 2h, lan: 10m, latency: 1m, all: 0s}\ntargets:\n  - {name: a, url: a, collectors: [wan, lan]}\n" +
				"  - {name: b, url: b, min_interval: {wan: 1m, traffic: 1m}}\n  - {name: c, url: c, collectors: [traffic], min_interval: {traffic: 1m}}\n",
			"4: min_interval.firmware: has no effect, for the collector is off; name it in collectors to switch it on\n" +
				"4: min_interval.latency: has no effect, for the collector is off; name it in collectors to switch it on\n" +
				"7: min_interval.traffic: has no effect, for the collector is off; name it in collectors to switch it on",
		},
		"TLS of defaults means nothing on http": {
			head + "  tls_config: {insecure_skip_verify: true}\ntargets:\n  - {name: a, url: 'http://192.0.2.1'}\n",
			"6: url: http:// sends credentials and answers in clear text; used by a",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, warning := range good(t, test.text).Warnings {
				_, line, _ := strings.Cut(warning.String(), "exporter.yml:")
				got = append(got, strings.TrimSpace(line))
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
