package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/peplink-exporter/peplink_exporter/config"
)

func TestYAML(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ca.pem", certificate(t))
	loaded, err := config.Load(write(t, dir, "exporter.yml", full), collectors)
	if err != nil {
		t.Fatal(err)
	}
	got, err := loaded.YAML()
	if err != nil {
		t.Fatal(err)
	}
	want := `targets:
    - name: bus-12
      url: https://bus-12.example.net:8443
      proxy_url: socks5://jump
      labels: {role: vehicle, site: depot}
      timeout: 1m30s
      connect_timeout: 1s500ms
      max_concurrent_requests: 2
      collectors: [lan]
      min_interval: {all: 0s, firmware: 1h, lan: 0s, wan: 5m}
      expose: [addresses, location]
      time_zone: Europe/Berlin
      max_peers: 5000
      max_link_peers: 300
      tls_config:
        ca_file: DIR/ca.pem
        insecure_skip_verify: false
        server_name: router.example
        min_version: TLS13
      client_id_file: DIR/secrets/bus-12.id
      client_secret_file: /run/bus-12.secret
    - name: hub
      url: https://[2001:db8::1]
      labels: {"on": "true", role: hub, site: depot}
      scrape_interval: 2m
      scrape_timeout: 2m
      timeout: 1d
      connect_timeout: 9d3h
      max_concurrent_requests: 3
      collectors: [wan, latency]
      min_interval: {all: 1m, latency: 30s}
      expose: [subscriber]
      time_zone: America/Chicago
      max_peers: 1
      max_link_peers: 2
      tls_config:
        fingerprint_sha256: [0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20, ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff]
        insecure_skip_verify: false
        min_version: TLS12
      client_id: <secret>
      client_secret_env: HUB_SECRET
    - name: empty
`
	if user := "      username: 'metrics: all'\n      password_file: " + dir + "/secrets/user.password\n"; !strings.HasSuffix(string(got), user) {
		t.Errorf("the last target does not end with\n%s", user)
	}
	shown := strings.ReplaceAll(string(got), dir, "DIR")
	if diff := cmp.Diff(want, shown[:min(len(want), len(shown))]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	again, err := config.Load(write(t, dir, "again.yml", string(got)), collectors)
	if err != nil {
		t.Fatalf("the effective configuration does not load:\n%v", err)
	}
	if diff := cmp.Diff(loaded.Targets, again.Targets, compareTargets, ignoreLiterals()); diff != "" {
		t.Errorf("-loaded +loaded again\n%s", diff)
	}
}

// A target that was not made by Load may lack anything; this must not panic.
func TestYAMLOfNothing(t *testing.T) {
	for want, loaded := range map[string]*config.Config{
		"targets: []\n":           {},
		"targets:\n    - name: a": {Targets: []*config.Target{{Name: "a"}}},
	} {
		got, err := loaded.YAML()
		if err != nil || !strings.HasPrefix(string(got), want) {
			t.Errorf("got %s, %v", got, err)
		}
	}
}

// ignoreLiterals: the effective configuration holds <secret> in their place.
func ignoreLiterals() cmp.Option {
	return cmpopts.AcyclicTransformer("literals", func(target *config.Target) config.Target {
		masked := *target
		for _, secret := range []*config.Secret{&masked.ClientID, &masked.ClientSecret, &masked.Password} {
			if secret.Source() == config.LiteralSecret("").Source() {
				*secret = config.LiteralSecret("<secret>")
			}
		}
		return masked
	})
}

// FuzzLoad: whatever the file holds, Load does not panic, and what it accepts it
// accepts again in the form that YAML gives it. Fuzzing spends most of its time
// on minimising unless -fuzzminimizetime=1x is given.
func FuzzLoad(f *testing.F) {
	example, err := os.ReadFile(filepath.Join("..", "config.example.yml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(example), full, one, "", "---", "a: &a [*a]", "targets: &a\n  - <<: *a", "? a\n: b", "targets: [~, {}]",
		one + "    labels: {a: \"\\n b\", b: \"\\u2028 \\x85 #:\", c: '- '}",
		"targets:\n  - {name: a, url: http://a, client_id: i, client_secret_env: E, tls_config: }",
		"targets:\n  - {name: a, url: a, username: ' #x: ', password: p, min_interval: {all: 0, wan: 1y1ms}, max_peers: 9, max_link_peers: 9}",
		"defaults: {username: u, password_file: '{name}'}\ntarget_files: [list.yml, '*.yml']\ntargets: []",
		"target_files: ['[', '', list.yml]",
		"targets: [{name: a, url: a, client_id: i, client_secret: s, serial_number: 1-A, tls_config: {fingerprint_sha256: sha256 Fingerprint=" + sumWithColons + "}}]",
		"secret_dirs: [., '', ~]\ntarget_files: [list.yml]\ndefaults: {username: u, password_file: ../p}",
		// Bombs: each level repeats the one before, as list, as mapping and merged.
		"defaults: {collectors: &a [wan, &b [*a, *a], &c [*b, *b], *c]}\ntargets: [*a, *b, *c]",
		"a: &a {<<: &b {<<: &c {x: y, z: w}, u: *c}, v: *b}\nb: &d {<<: [*a, *b, *c, *a]}\ntargets: [{<<: [*d, *d]}, *d, *a]",
		one + "    labels: &l {a: b, c: d}\n  - &t {name: b, url: b, labels: {<<: [*l, *l]}, <<: {min_interval: &m {all: 1s}}}\n  - {<<: [*t, *t], min_interval: {<<: *m}}",
	} {
		f.Add(seed)
	}
	pem := certificate(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "target_files") && strings.ContainsAny(text, `/\`) {
			t.Skip("patterns could lead out of the test's own directory")
		}
		dir := t.TempDir()
		write(t, dir, "ca.pem", pem)
		write(t, dir, "list.yml", "[{name: listed, url: listed, labels: {a: b}}]")
		loaded, err := config.Load(write(t, dir, "exporter.yml", text), collectors)
		if err != nil {
			faults, ok := errors.AsType[config.Faults](err)
			if !ok || len(faults) == 0 {
				t.Fatalf("error is %T: %v", err, err)
			}
			for _, fault := range faults {
				if fault.File == "" || fault.Message == "" || strings.Contains(fault.String(), "\n") {
					t.Errorf("a fault without place, without words or of several lines: %q", fault)
				}
			}
			return
		}
		if loaded.Checksum != config.Checksum(filepath.Join(dir, "exporter.yml")) {
			t.Error("Checksum and Load disagree on what was read")
		}
		faults, warnings := loaded.CheckSecrets()
		_ = faults.Error() + warnings.Error()
		effective, err := loaded.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := config.Load(write(t, dir, "again.yml", string(effective)), collectors)
		if err != nil {
			t.Fatalf("the effective configuration does not load:\n%v\n%s", err, effective)
		}
		if diff := cmp.Diff(loaded.Targets, again.Targets, compareTargets, ignoreLiterals()); diff != "" {
			t.Errorf("-loaded +loaded again\n%s\n%s", diff, effective)
		}
	})
}
