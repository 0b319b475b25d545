package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		"no targets": {"targets:\n", "targets: there are no targets yet, so no router is polled"},
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
