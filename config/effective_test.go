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
      labels:
        role: vehicle
        site: depot
      timeout: 1m30s
      connect_timeout: 1.5s
      max_concurrent_requests: 2
      collectors: [lan]
      expose: [addresses, location]
      time_zone: Europe/Berlin
      tls_config:
        ca_file: DIR/ca.pem
        insecure_skip_verify: false
        server_name: router.example
        min_version: TLS13
      client_id_file: DIR/secrets/bus-12.id
      client_secret_file: /run/bus-12.secret
    - name: hub
      url: https://[2001:db8::1]
      labels:
        "on": "true"
        role: hub
        site: depot
      scrape_interval: 2m
      scrape_timeout: 2m
      timeout: 24h
      connect_timeout: 219h
      max_concurrent_requests: 3
      collectors: [wan, latency]
      expose: [subscriber]
      time_zone: America/Chicago
      tls_config:
        fingerprint_sha256:
            - 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20
            - ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        insecure_skip_verify: false
        min_version: TLS12
      client_id: <secret>
      client_secret_env: HUB_SECRET
    - name: empty
`
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
		for _, secret := range []*config.Secret{&masked.ClientID, &masked.ClientSecret} {
			if secret.Source() == config.LiteralSecret("").Source() {
				*secret = config.LiteralSecret("<secret>")
			}
		}
		return masked
	})
}

// FuzzLoad: whatever the file holds, Load does not panic, and what it accepts it
// accepts again in the form that YAML gives it.
func FuzzLoad(f *testing.F) {
	example, err := os.ReadFile(filepath.Join("..", "config.example.yml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(example), full, one, "", "---", "a: &a [*a]", "targets: &a\n  - <<: *a", "? a\n: b", "targets: [~, {}]",
		one + "    labels: {a: \"\\n b\", b: \"\\u2028 \\x85 #:\", c: '- '}",
		"targets:\n  - {name: a, url: http://a, client_id: i, client_secret_env: E, tls_config: }",
	} {
		f.Add(seed)
	}
	pem := certificate(f)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		write(t, dir, "ca.pem", pem)
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
		_ = loaded.CheckSecrets().Error()
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
