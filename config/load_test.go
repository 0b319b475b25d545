package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// head begins a file whose targets have a credential; its last line is line 3.
const head = `defaults:
  client_id: id
  client_secret: secret
`

// one begins such a file with one target in line 5.
const one = head + `targets:
  - name: a
    url: https://192.0.2.1
`

func TestLoadNamesEveryFault(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		files map[string]string
		want  []string // without the file's name
	}{
		"empty":          {"", nil, []string{": the file is empty; it needs at least the key targets"}},
		"only a comment": {"# nothing\n", nil, []string{": the file is empty; it needs at least the key targets"}},
		"only a mark":    {"---\n", nil, []string{": the file is empty; it needs at least the key targets"}},
		"no YAML":        {"targets: [\n", nil, []string{":1: not valid YAML: did not find expected node content"}},
		"a tab":          {"targets:\n\t- name: a\n", nil, []string{":2: not valid YAML: found character that cannot start any token"}},
		"bytes that are no text": {
			one + "    labels: {site: \"\xff\"}\n", nil,
			[]string{":7: not valid YAML: invalid leading UTF-8 octet"},
		},
		"unknown anchor": {
			"targets:\n  - client_secret: *hunter2\n", nil,
			[]string{":2: not valid YAML: unknown anchor; a value that begins with * must stand in quotes"},
		},
		"two documents": {"targets:\n---\ntargets:\n", nil, []string{":2: a second YAML document begins here; write everything in one"}},
		"fault in a second document": {
			"targets:\n---\n[\n", nil,
			[]string{":3: not valid YAML: did not find expected node content"},
		},
		"no mapping": {"- a\n", nil, []string{":1: must be a mapping, with lines of the form key: value"}},
		"unknown keys": {
			one + "    conect_timeout: 1s\n    community: public\nglobal: [x]\n", nil,
			[]string{
				":7: conect_timeout: unknown key; did you mean connect_timeout?",
				":8: community: unknown key; known are client_id, client_id_env, client_id_file, client_secret, client_secret_env, " +
					"client_secret_file, collectors, connect_timeout, expose, labels, max_concurrent_requests, max_link_peers, max_peers, " +
					"min_interval, name, password, password_env, password_file, proxy_url, scrape_interval, scrape_timeout, serial_number, time_zone, " +
					"timeout, tls_config, url, username",
				":9: global: unknown key; known are defaults, secret_dirs, target_files, targets",
			},
		},
		"keys at the wrong level": {
			one + "    fingerprint_sha256: x\n    target_files: [x]\n    tls_config: {timeout: 1s}\n    min_interval: {insecure_skip_verify: 1}\ncollectors: [wan]\nca_file: x\n", nil,
			[]string{
				":7: fingerprint_sha256: unknown key here; it belongs below tls_config",
				":8: target_files: unknown key here; it belongs to the top level of the main file, without indentation",
				":9: tls_config.timeout: unknown key here; it belongs to a target or to defaults",
				":10: min_interval.insecure_skip_verify: unknown key here; it belongs below tls_config",
				":11: collectors: unknown key here; it belongs to a target or to defaults",
				":12: ca_file: unknown key here; it belongs below tls_config",
			},
		},
		"no target":        {"targets:\n", nil, []string{":1: targets: there is no target; write targets: [] if that is meant"}},
		"not even the key": {head, nil, []string{": targets: there is no target; write targets: [] if that is meant"}},
		"no target in any file": {
			"target_files: [a/*.yml, b.yml]\ntargets:\n",
			map[string]string{"c.yml": "[]"},
			[]string{
				`:1: target_files: no file of targets matches "a/*.yml", and there is no other target; write targets: [] if that is meant`,
				`:1: target_files: no file of targets matches "b.yml", and there is no other target; write targets: [] if that is meant`,
			},
		},
		"only empty files": {
			head + "target_files: [a.yml]\n",
			map[string]string{"a.yml": "[]"},
			[]string{": targets: there is no target; write targets: [] if that is meant"},
		},
		"no target beside other faults": {
			"defaults: {timeout: 1}\n", nil,
			[]string{": targets: there is no target", `:1: timeout: "1" is no duration`},
		},
		"a secret inside a key": {
			"targets:\n  - {name: a, url: 192.0.2.1, client_id: i, client_secret:hunter2}\n", nil,
			[]string{
				":2: targets: unknown key; is there a space after its colon?",
				":2: client_id: client_secret is missing; a credential is written whole, in defaults or on the target",
			},
		},
		"a key of targets in defaults": {
			"defaults:\n  name: a\n  scrape_interval: 1m\ntargets: []\n", nil,
			[]string{
				":2: name: stands in defaults, but belongs to each target",
				":3: scrape_interval: stands in defaults, but belongs to each target",
			},
		},
		"keys written twice": {
			one + "    url: https://192.0.2.2\n    labels: {a: b, a: c}\n    \"a b\": 1\n    \"a b\": 2\n", nil,
			[]string{
				":7: url: is written twice; the first is in line 6",
				":8: labels.a: is written twice; the first is in line 8",
				":9: targets: unknown key; is there a space after its colon?",
				":10: targets: is written twice; the first is in line 9",
			},
		},
		"keys that are no words": {
			one + "    ? [x]\n    : 1\n", nil,
			[]string{":7: targets: a key must be a plain word"},
		},
		"values of the wrong kind": {
			one + "    timeout:\n    connect_timeout: [1s]\n    collectors: wan\n    labels: x\n    tls_config: [a]\n    expose: [[a]]\n    time_zone: !zone UTC\n", nil,
			[]string{
				":7: timeout: has no value",
				":8: connect_timeout: must be a single value",
				":9: collectors: must be a list; write [one, two], or one line with a dash for each",
				":10: labels: must be a mapping, with lines of the form key: value",
				":11: tls_config: must be a mapping, with lines of the form key: value",
				":12: expose: must be a single value",
				":13: time_zone: must be a single value",
			},
		},
		"defaults of the wrong kind": {
			"defaults: 1\ntargets: 2\n", nil,
			[]string{
				":1: defaults: must be a mapping, with lines of the form key: value",
				":2: targets: must be a list; write [one, two], or one line with a dash for each",
			},
		},
		"targets of the wrong kind": {
			head + "targets:\n  - https://192.0.2.1\n  -\n", nil,
			[]string{
				":5: targets: every item must be a mapping, with name and url",
				":6: targets: every item must be a mapping, with name and url",
			},
		},
		"an empty target": {
			"targets:\n  - {}\n", nil,
			[]string{
				":2: name: is missing; every target needs one",
				":2: url: is missing; every target needs one",
				":2: client_id: the target has no credential; write client_id_file and client_secret_file, " +
					"or username and password_file, here or in defaults",
			},
		},
		"names": {
			head + "targets:\n  - {name: -a, url: 192.0.2.1}\n  - {name: a/b, url: 192.0.2.2}\n  - {name: " + strings.Repeat("x", 101) + ", url: 192.0.2.3}\n  - {name: '', url: 192.0.2.4}\n", nil,
			[]string{
				`:5: name: "-a" is not a name of 1 to 100 letters, digits, dots, - and _ that begins with a letter or digit`,
				`:6: name: "a/b" is not a name`,
				`:7: name: "` + strings.Repeat("x", 64) + `"… is not a name`,
				`:8: name: "" is not a name`,
			},
		},
		"one name twice": {
			one + "  - name: a\n    url: https://192.0.2.2\n", nil,
			[]string{":7: name: the target in line 5 is also called a"},
		},
		"one address twice": {
			head + "  proxy_url: http://Proxy.example:80/\n" +
				"targets:\n" +
				"  - {name: a, url: HTTPS://Hub.Example:443/}\n" +
				"  - {name: b, url: hub.example.}\n" +
				"  - {name: c, url: hub.example, proxy_url: http://proxy.example}\n" +
				"  - {name: d, url: hub.example, proxy_url: ''}\n", nil,
			[]string{
				":7: url: the target in line 6 has the same url and proxy_url; write each router once",
				":8: url: the target in line 6 has the same url and proxy_url; write each router once",
			},
		},
		"addresses": {
			head + "targets:\n  - {name: a, url: 'https://admin:hunter2@192.0.2.1'}\n  - {name: b, url: [x]}\n  - {name: c, url: 192.0.2.3, proxy_url: 'proxy:80'}\n" +
				"  - {name: d, url: 192.0.2.4, proxy_url: 'ftp://proxy'}\n  - {name: e, url: 192.0.2.5, proxy_url: 'http://u:hunter2@proxy'}\n", nil,
			[]string{
				":5: url: must not hold a user or a password; credentials have keys of their own",
				":6: url: must be a single value",
				":7: proxy_url: has no scheme; write http://, https:// or socks5:// before the host",
				":8: proxy_url: must begin with http:// or https:// or socks5://",
				":9: proxy_url: must not hold a user or a password",
			},
		},
		"durations": {
			one + "    timeout: 30\n    connect_timeout: 0s\n    scrape_interval: -1m\n    scrape_timeout: 1us\n" +
				"  - {name: b, url: 192.0.2.2, timeout: 1y2q, connect_timeout: 300y, scrape_interval: 292y200d, scrape_timeout: xd}\n" +
				"  - {name: c, url: 192.0.2.3, timeout: 1.5s, connect_timeout: 0, scrape_interval: , scrape_timeout: ''}\n", nil,
			[]string{
				`:7: timeout: "30" is no duration; write whole numbers with their units, such as 500ms, 30s or 1m30s`,
				`:8: connect_timeout: is no time at all; write one such as 30s or 1m30s`,
				`:9: scrape_interval: "-1m" is no duration; write`,
				`:10: scrape_timeout: "1us" is no duration; write`,
				`:11: timeout: "1y2q" is no duration; write`,
				`:11: connect_timeout: "300y" is no duration; write`,
				`:11: scrape_interval: "292y200d" is no duration; write`,
				`:11: scrape_timeout: "xd" is no duration; write`,
				`:12: timeout: "1.5s" is no duration; write`,
				":12: connect_timeout: is no time at all; write",
				":12: scrape_interval: has no value",
				`:12: scrape_timeout: "" is no duration; write`,
			},
		},
		"scrape times": {
			one + "    scrape_interval: 1m\n    scrape_timeout: 61s\n  - name: b\n    url: 192.0.2.2\n    scrape_timeout: 1s\n", nil,
			[]string{
				":8: scrape_timeout: is longer than scrape_interval; Prometheus would refuse the target",
				":11: scrape_timeout: needs scrape_interval beside it",
			},
		},
		"numbers": {
			one + "    max_concurrent_requests: 0\n  - {name: b, url: 192.0.2.2, max_concurrent_requests: many}\n  - {name: c, url: 192.0.2.3, max_concurrent_requests: }\n", nil,
			[]string{
				`:7: max_concurrent_requests: "0" is not a whole number of at least 1`,
				`:8: max_concurrent_requests: "many" is not a whole number of at least 1`,
				":9: max_concurrent_requests: has no value",
			},
		},
		"numbers of peers": {
			one + "    max_peers: 0\n    max_link_peers: -1\n  - {name: b, url: 192.0.2.2, max_peers: all, max_link_peers: [1]}\n", nil,
			[]string{
				`:7: max_peers: "0" is not a whole number of at least 1`,
				`:8: max_link_peers: "-1" is not a whole number of at least 1`,
				`:9: max_peers: "all" is not a whole number of at least 1`,
				":9: max_link_peers: must be a single value",
			},
		},
		"least intervals": {
			one + "    min_interval:\n      wann: 1m\n      all: -1m\n      wan: 1\n      system:\n      'wan:1m': 5s\n  - {name: b, url: 192.0.2.2, min_interval: 1m}\n", nil,
			[]string{
				":8: min_interval.wann: unknown key; did you mean wan?",
				`:9: min_interval.all: "-1m" is no duration; write`,
				`:10: min_interval.wan: "1" is no duration; write`,
				":11: min_interval.system: has no value",
				":12: min_interval: unknown key; is there a space after its colon?",
				":13: min_interval: must be a mapping, with lines of the form key: value",
			},
		},
		"least intervals of all collectors": {
			one + "    min_interval: {zzzzzzzzzzzz: 1m}\n", nil,
			[]string{
				":7: min_interval.zzzzzzzzzzzz: unknown key; known are all, allowance, ap, clients, firmware, lan, latency, location, " +
					"pepvpn, pepvpn_link, pepvpn_remote, sim, ssid, system, traffic, wan, wifi",
			},
		},
		"words": {
			one + "    collectors: [wann, wan, wan]\n    expose: [address, all]\n  - {name: b, url: 192.0.2.2, collectors: []}\n  - {name: c, url: 192.0.2.3, collectors: }\n", nil,
			[]string{
				`:7: collectors: unknown collector "wann"; did you mean wan?`,
				":7: collectors: wan stands here twice",
				`:8: expose: unknown word "address"; did you mean addresses?`,
				`:8: expose: unknown word "all"; known are addresses, location, subscriber`,
				":9: collectors: is empty; name at least one, or leave the key out for the default",
				":10: collectors: is empty; name at least one, or leave the key out for the default",
			},
		},
		"time zones": {
			one + "    time_zone: Mars/Base\n  - {name: b, url: 192.0.2.2, time_zone: Local}\n  - {name: c, url: 192.0.2.3, time_zone: ''}\n", nil,
			[]string{
				`:7: time_zone: unknown time zone "Mars/Base"; write an IANA name such as Europe/Berlin, or UTC`,
				`:8: time_zone: unknown time zone "Local"; write`,
				`:9: time_zone: unknown time zone ""; write`,
			},
		},
		"labels": {
			one + "    labels:\n      __address__: x\n      job: x\n      wan_id: x\n      my-label: x\n      0x: x\n      'a b': x\n      site:hunter2: x\n      site:\n      role: [x]\n", nil,
			[]string{
				":8: labels.__address__: label names that begin with __ belong to Prometheus; take another name",
				":9: labels.job: this label name is used by the metrics or by Prometheus; take another name",
				":10: labels.wan_id: this label name is used by the metrics or by Prometheus; take another name",
				":11: labels.my-label: \"my-label\" is not a label name; it takes letters, digits and _, and begins with no digit",
				`:12: labels.0x: "0x" is not a label name; it takes`,
				`:13: labels: "a b" is not a label name; it takes`,
				":14: labels: not a label name; is there a space after its colon?",
				":15: labels.site: has no value",
				":16: labels.role: must be a single value",
			},
		},
		"serial numbers": {
			one + "    serial_number: ''\n  - {name: b, url: b, serial_number: 1 2}\n  - {name: c, url: c, serial_number: }\ndefaults: {serial_number: x}\n", nil,
			[]string{
				`:7: serial_number: "" is not a serial number; write it as the router shows it, such as 2930-0A11-1012`,
				`:8: serial_number: "1 2" is not a serial number; write`,
				":9: serial_number: has no value",
				":10: defaults: is written twice",
			},
		},
		"half a credential": {
			one + "    client_id_file: a\n  - name: b\n    url: 192.0.2.2\n    client_secret_env: B\n", nil,
			[]string{
				":7: client_id_file: client_secret is missing; a credential is written whole, in defaults or on the target",
				":10: client_secret_env: client_id is missing; a credential is written whole, in defaults or on the target",
			},
		},
		"half a user": {
			one + "    username: metrics\n  - {name: b, url: 192.0.2.2, password_file: hunter2}\n  - {name: c, url: 192.0.2.3, password: hunter2}\n", nil,
			[]string{
				":7: username: password is missing; a credential is written whole, in defaults or on the target",
				":8: password_file: username is missing; a credential is written whole, in defaults or on the target",
				":9: password: username is missing; a credential",
			},
		},
		"two kinds of credential": {
			one + "    client_id: a\n    client_secret: hunter2\n    username: b\n    password: hunter2\n" +
				"  - {name: b, url: 192.0.2.2, client_secret_env: S, password_env: P}\n", nil,
			[]string{
				":9: username: stands beside client_id in line 7, which is another kind of credential; " +
					"keep client_id and client_secret, or username and password",
				":11: password_env: stands beside client_secret_env in line 11, which is",
			},
		},
		"two kinds of credential in defaults": {
			head + "  username: b\n  password: hunter2\ntargets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n", nil,
			[]string{":4: username: stands beside client_id in line 2, which is"},
		},
		"users": {
			one + "    username: ''\n    password: hunter2\n    password_file: p\n  - {name: b, url: 192.0.2.2, username: , password_env: '2'}\n" +
				"  - {name: c, url: 192.0.2.3, username: \"a\\nb\", password_file: ''}\n" +
				"  - {name: d, url: 192.0.2.4, username: \"\\e\", password: [hunter2]}\n", nil,
			[]string{
				":7: username: is empty",
				":9: password_file: the same secret stands in line 8 as password; keep one of them",
				":10: username: has no value",
				":10: password_env: is not the name of an environment variable",
				":11: username: has more than one line",
				":11: password_file: is empty; write the path of a file",
				":12: username: is not plain UTF-8 text",
				":12: password: must be a single value",
			},
		},
		"half a credential in defaults is one fault": {
			"defaults:\n  client_id: hunter2\ntargets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n", nil,
			[]string{":2: client_id: client_secret is missing; a credential is written whole, in defaults or on the target"},
		},
		"two forms of one secret": {
			one + "    client_id: hunter2\n    client_id_file: b\n    client_secret_env: C\n    client_secret: hunter2\n", nil,
			[]string{
				":8: client_id_file: the same secret stands in line 7 as client_id; keep one of them",
				":10: client_secret: the same secret stands in line 9 as client_secret_env; keep one of them",
			},
		},
		"empty names of secrets": {
			one + "    client_id_file: ''\n    client_secret_env: hunter 2\n  - {name: b, url: 192.0.2.2, client_id: , client_secret: [hunter2]}\n", nil,
			[]string{
				":7: client_id_file: is empty; write the path of a file",
				":8: client_secret_env: is not the name of an environment variable",
				":9: client_id: has no value",
				":9: client_secret: must be a single value",
			},
		},
		"TLS": {
			one + "    tls_config:\n      ca_file: ca.pem\n      insecure_skip_verify: maybe\n      fingerprint_sha256: ['12:34', zz, [x]]\n      server_name: a b\n      min_version: TLS1.2\n      server_nam: x\n",
			map[string]string{"ca.pem": "nothing"},
			[]string{
				":8: tls_config.ca_file: file DIR/ca.pem: holds no certificate in PEM form",
				`:9: tls_config.insecure_skip_verify: "maybe" is neither true nor false`,
				`:10: tls_config.fingerprint_sha256: "12:34" is not a SHA-256 fingerprint; write 64 hexadecimal digits, colons allowed`,
				`:10: tls_config.fingerprint_sha256: "zz" is not a SHA-256 fingerprint; write`,
				":10: tls_config.fingerprint_sha256: must be a single value",
				`:11: tls_config.server_name: "a b" is not a host name`,
				`:12: tls_config.min_version: "TLS1.2" is not one of TLS10, TLS11, TLS12, TLS13`,
				":13: tls_config.server_nam: unknown key; did you mean server_name?",
			},
		},
		"one fingerprint": {
			one + "    tls_config:\n      fingerprint_sha256: SHA1 Fingerprint=12:34\n" +
				"  - {name: b, url: b, tls_config: {fingerprint_sha256: ''}}\n  - {name: c, url: c, tls_config: {fingerprint_sha256: {}}}\n", nil,
			[]string{
				`:8: tls_config.fingerprint_sha256: "SHA1 Fingerprint=12:34" is not a SHA-256 fingerprint; write 64 hexadecimal digits, ` +
					"colons allowed, or the line that openssl x509 -fingerprint -sha256 prints",
				`:9: tls_config.fingerprint_sha256: "" is not a SHA-256 fingerprint; write`,
				":10: tls_config.fingerprint_sha256: must be a list; write",
			},
		},
		"paths that are none": {
			one + "    client_id_file: \"a\\nb\"\n    client_secret: x\n    tls_config: {ca_file: \"a\\u202eb\"}\n", nil,
			[]string{
				":7: client_id_file: holds characters that no path should have, such as a line end",
				":9: tls_config.ca_file: holds characters that no path should have, such as a line end",
			},
		},
		"a fault cut between letters": {
			one + "    timeout: x" + strings.Repeat("ä", 40) + "\n", nil,
			[]string{`:7: timeout: "x` + strings.Repeat("ä", 31) + `"… is no duration; write whole numbers`},
		},
		"TLS without values": {
			one + "    tls_config: {ca_file: , insecure_skip_verify: , server_name: , min_version: }\n", nil,
			[]string{
				":7: tls_config.ca_file: has no value", ":7: tls_config.insecure_skip_verify: has no value",
				":7: tls_config.server_name: has no value", ":7: tls_config.min_version: has no value",
			},
		},
		"two ways of verifying": {
			one + "    tls_config:\n      insecure_skip_verify: true\n      fingerprint_sha256: ['" + strings.Repeat("ab", 32) + "']\n", nil,
			[]string{":7: tls_config: ca_file, fingerprint_sha256 and insecure_skip_verify exclude each other; keep one"},
		},
		"TLS on http": {
			head + "targets:\n  - name: a\n    url: http://192.0.2.1\n    tls_config: {server_name: a}\n", nil,
			[]string{":7: tls_config: has no effect on a url with http://; remove one of them"},
		},
		"a CA file in defaults": {
			head + "  tls_config:\n    ca_file: ca.pem\ntargets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n", nil,
			[]string{":5: tls_config.ca_file: file DIR/ca.pem: no such file or directory"},
		},
		"a CA file for each target": {
			head + "  tls_config:\n    ca_file: '{name}.pem'\ntargets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n  - {name: '?', url: 192.0.2.3}\n", nil,
			[]string{
				":5: tls_config.ca_file: file DIR/a.pem: no such file or directory",
				":5: tls_config.ca_file: file DIR/b.pem: no such file or directory",
				`:9: name: "?" is not a name`,
			},
		},
		"defaults after targets, its fault once, in the order of lines": {
			"targets:\n  - {name: a, url: 192.0.2.1, timeout: x}\n  - {name: b, url: 192.0.2.2, timeout: x}\ndefaults:\n  client_id: i\n  client_secret: s\n  timeout: y\n", nil,
			[]string{`:2: timeout: "x" is no duration`, `:3: timeout: "x" is no duration`, `:7: timeout: "y" is no duration`},
		},
		"a fault behind an alias is the fault of both": {
			"targets:\n  - {name: a, url: 192.0.2.1, client_id: &x i, client_secret: *x, timeout: &t 5}\n  - {name: b, url: 192.0.2.2, client_id: i, client_secret: s, timeout: *t}\n", nil,
			[]string{`:2: timeout: "5" is no duration`, `:3: timeout: "5" is no duration`},
		},
		"merged into itself": {
			head + "targets:\n  - &t\n    name: a\n    url: 192.0.2.1\n    <<: *t\n", nil,
			[]string{":8: <<: a mapping cannot be merged into itself"},
		},
		"merging no mapping": {
			one + "    <<: [1, {timeout: 1s}]\n", nil,
			[]string{":7: <<: must be a mapping, with lines of the form key: value"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := faultsOf(t, test.text, test.files)
			if strings.Contains(got, "hunter2") {
				t.Errorf("a secret is in the faults")
			}
			lines := strings.Split(got, "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("want %d faults, got\n%s", len(test.want), got)
			}
			for i, line := range lines {
				if want := "DIR/exporter.yml" + test.want[i]; !strings.HasPrefix(line, want) {
					t.Errorf("fault %d\n got %s\nwant %s", i, line, want)
				}
			}
		})
	}
}

// The line is that of the slip, not the one in which the list or mapping around it began.
func TestSyntaxFaultsNameTheirLine(t *testing.T) {
	const indented = "; is the line indented like those it belongs to, and each bracket and quote closed?"
	for name, test := range map[string]struct{ text, want string }{
		"one blank less":   {"targets:\n  - name: a\n    url: a\n  - name: b\n   url: b\n  - name: c\n", ":5: not valid YAML: did not find expected '-' indicator" + indented},
		"one blank more":   {"targets:\n  - name: a\n    url: a\n     labels: {}\n    timeout: 1s\n", ":4: not valid YAML: mapping values are not allowed in this context" + indented},
		"no blank":         {"defaults:\n  timeout: 1s\n  labels: {a: b}\n connect_timeout: 1s\n", ":4: not valid YAML: did not find expected key" + indented},
		"a bracket":        {"targets:\n  - name: a\n    collectors: [wan, lan\n    url: a\n", ":3: not valid YAML: did not find expected ',' or ']'" + indented},
		"an at sign":       {"targets:\n  - name: a\n    password: @hunter2\n", ":3: not valid YAML: found character that cannot start any token; indent with spaces, not tabs, and quote a value that begins with @, % or `"},
		"a tab":            {"targets:\n  - name: a\n\turl: a\n", ":3: not valid YAML: found a tab character that violates indentation"},
		"an unknown alias": {"targets:\n  - {name: a, url: a, labels: {a: '*hunter2'}}\n  - {name: b, password: *hunter2}\n", ":3: not valid YAML: unknown anchor; a value that begins with * must stand in quotes"},
	} {
		if diff := cmp.Diff("DIR/exporter.yml"+test.want, faultsOf(t, test.text, nil)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestLoadNamesAFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "none.yml"): "/none.yml: cannot read the file: no such file or directory",
		dir:                            ": cannot read the file: is a directory, not a file",
	} {
		_, err := config.Load(path, collectors)
		if err == nil {
			t.Fatalf("%s: loaded", path)
		}
		if diff := cmp.Diff(dir+want, err.Error()); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}
