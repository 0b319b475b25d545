package config_test

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// compareTargets looks into what cmp cannot compare by itself.
var compareTargets = cmp.Options{
	cmp.Comparer(config.Same),
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
}

func TestDefaultsOfATarget(t *testing.T) {
	got := good(t, "targets:\n  - {name: a, url: 192.0.2.1, client_id: '007', client_secret: true}\n")
	want := []*config.Target{{
		Name:                  "a",
		URL:                   &url.URL{Scheme: "https", Host: "192.0.2.1"},
		Labels:                map[string]string{},
		Timeout:               30 * time.Second,
		ConnectTimeout:        5 * time.Second,
		MaxConcurrentRequests: 1,
		Collectors:            []string{"wan", "allowance"},
		MinInterval:           map[string]time.Duration{"all": 0, "firmware": time.Hour},
		MaxPeers:              1000,
		MaxLinkPeers:          200,
		TimeZone:              time.UTC,
		ClientID:              config.LiteralSecret("007"),
		ClientSecret:          config.LiteralSecret("true"),
		TLS:                   config.TLS{MinVersion: tls.VersionTLS12},
	}}
	if diff := cmp.Diff(want, got.Targets, compareTargets); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(got.Warnings) != 0 {
		t.Errorf("warnings: %v", got.Warnings)
	}
}

// full sets every key twice, in defaults and on the second target.
const full = `
defaults:
  timeout: 1m30s
  connect_timeout: 1s500ms
  max_concurrent_requests: 2
  collectors: [lan]
  min_interval: {wan: 5m, lan: 0s}
  max_peers: 5000
  max_link_peers: 300
  expose: [addresses, location]
  time_zone: Europe/Berlin
  client_id_file: secrets/{name}.id
  client_secret_file: /run/secrets/../{name}.secret
  labels: {site: depot, role: vehicle}
  proxy_url: socks5://Jump:1080
  tls_config:
    ca_file: ca.pem
    server_name: Router.Example.
    min_version: TLS13
targets:
  - name: bus-12
    url: bus-12.example.net:8443
  - name: hub
    url: https://[2001:DB8::1]
    timeout: 1d
    connect_timeout: 1w2d3h
    max_concurrent_requests: 3
    collectors: [wan, latency]
    min_interval: {all: 1m, latency: 30s}
    max_peers: 1
    max_link_peers: 2
    expose: [subscriber]
    time_zone: America/Chicago
    client_id: literal
    client_secret_env: HUB_SECRET
    labels: {role: hub, "on": true}
    proxy_url: ""
    scrape_interval: 2m
    scrape_timeout: 2m
    tls_config:
      fingerprint_sha256:
        - ` + sumWithColons + `
        - FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
      ca_file: ""
      insecure_skip_verify: no
  - {name: empty, url: 192.0.2.3, tls_config: {}, expose: [], labels: {}, min_interval: {}}
  - {name: user, url: 192.0.2.4, tls_config: {}, username: "metrics: all", password_file: 'secrets/{name}.password'}
`

const sumWithColons = "01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f:20"

func TestTargetsOverrideDefaults(t *testing.T) {
	dir := t.TempDir()
	pem := certificate(t)
	write(t, dir, "ca.pem", pem)
	path := write(t, dir, "exporter.yml", full)
	got, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	berlin, _ := time.LoadLocation("Europe/Berlin")
	chicago, _ := time.LoadLocation("America/Chicago")
	sum, ones := [32]byte{}, [32]byte{}
	for i := range sum {
		sum[i], ones[i] = byte(i+1), 0xff
	}
	inherited := config.Target{
		Name:                  "bus-12",
		URL:                   &url.URL{Scheme: "https", Host: "bus-12.example.net:8443"},
		ProxyURL:              &url.URL{Scheme: "socks5", Host: "jump"},
		Labels:                map[string]string{"site": "depot", "role": "vehicle"},
		Timeout:               90 * time.Second,
		ConnectTimeout:        1500 * time.Millisecond,
		MaxConcurrentRequests: 2,
		Collectors:            []string{"lan"},
		MinInterval:           map[string]time.Duration{"all": 0, "firmware": time.Hour, "wan": 5 * time.Minute, "lan": 0},
		MaxPeers:              5000,
		MaxLinkPeers:          300,
		Expose:                config.Expose{Addresses: true, Location: true},
		TimeZone:              berlin,
		ClientID:              config.FileSecret(filepath.Join(dir, "secrets/bus-12.id")),
		ClientSecret:          config.FileSecret("/run/bus-12.secret"),
		TLS: config.TLS{
			CAFile: filepath.Join(dir, "ca.pem"), CAPEM: []byte(pem),
			ServerName: "router.example", MinVersion: tls.VersionTLS13,
		},
	}
	hub := config.Target{
		Name:                  "hub",
		URL:                   &url.URL{Scheme: "https", Host: "[2001:db8::1]"},
		Labels:                map[string]string{"site": "depot", "role": "hub", "on": "true"},
		ScrapeInterval:        2 * time.Minute,
		ScrapeTimeout:         2 * time.Minute,
		Timeout:               24 * time.Hour,
		ConnectTimeout:        (9*24 + 3) * time.Hour,
		MaxConcurrentRequests: 3,
		Collectors:            []string{"wan", "latency"},
		MinInterval:           map[string]time.Duration{"all": time.Minute, "latency": 30 * time.Second},
		MaxPeers:              1,
		MaxLinkPeers:          2,
		Expose:                config.Expose{Subscriber: true},
		TimeZone:              chicago,
		ClientID:              config.LiteralSecret("literal"),
		ClientSecret:          config.EnvSecret("HUB_SECRET"),
		TLS:                   config.TLS{FingerprintsSHA256: [][32]byte{sum, ones}, MinVersion: tls.VersionTLS12},
	}
	empty := inherited
	empty.Name = "empty"
	empty.URL = &url.URL{Scheme: "https", Host: "192.0.2.3"}
	empty.Expose = config.Expose{}
	empty.TLS = config.TLS{MinVersion: tls.VersionTLS12}
	empty.MinInterval = map[string]time.Duration{"all": 0, "firmware": time.Hour}
	empty.ClientID = config.FileSecret(filepath.Join(dir, "secrets/empty.id"))
	empty.ClientSecret = config.FileSecret("/run/empty.secret")
	user := inherited
	user.Name = "user"
	user.URL = &url.URL{Scheme: "https", Host: "192.0.2.4"}
	user.TLS = config.TLS{MinVersion: tls.VersionTLS12}
	user.ClientID, user.ClientSecret = config.Secret{}, config.Secret{}
	user.Username, user.Password = "metrics: all", config.FileSecret(filepath.Join(dir, "secrets/user.password"))
	want := []*config.Target{&inherited, &hub, &empty, &user}
	if diff := cmp.Diff(want, got.Targets, compareTargets); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Targets that inherit must not share what one of them could change.
func TestTargetsShareNoMapsOrLists(t *testing.T) {
	loaded := good(t, head+"  labels: {site: a}\n  collectors: [wan]\ntargets:\n  - {name: a, url: 192.0.2.1}\n  - {name: b, url: 192.0.2.2}\n")
	loaded.Targets[0].Labels["site"] = "changed"
	loaded.Targets[0].Collectors[0] = "changed"
	loaded.Targets[0].MinInterval["wan"] = time.Second
	if got := loaded.Targets[1].Labels["site"]; got != "a" {
		t.Errorf("label became %q", got)
	}
	if got := loaded.Targets[1].Collectors[0]; got != "wan" {
		t.Errorf("collector became %q", got)
	}
	if got := loaded.Targets[1].MinIntervalOf("wan"); got != 0 {
		t.Errorf("interval became %s", got)
	}
}

func TestMinIntervalOf(t *testing.T) {
	loaded := good(t, head+`  min_interval: {all: 1m, wan: 0}
targets:
  - {name: inherits, url: 192.0.2.1}
  - {name: replaces, url: 192.0.2.2, min_interval: {wan: 5m}}
  - {name: all, url: 192.0.2.3, min_interval: {all: 2s}}
  - {name: off, url: 192.0.2.4, min_interval: {firmware: 0s}}
  - {name: nothing, url: 192.0.2.5, min_interval: }
`)
	want := map[string][]time.Duration{
		"inherits": {0, time.Minute, time.Minute},
		"replaces": {5 * time.Minute, time.Hour, 0},
		"all":      {2 * time.Second, 2 * time.Second, 2 * time.Second},
		"off":      {0, 0, 0},
		"nothing":  {0, time.Hour, 0},
	}
	for _, target := range loaded.Targets {
		got := []time.Duration{target.MinIntervalOf("wan"), target.MinIntervalOf("firmware"), target.MinIntervalOf("system")}
		if diff := cmp.Diff(want[target.Name], got); diff != "" {
			t.Errorf("%s: wan, firmware, system: -want +got\n%s", target.Name, diff)
		}
	}
}

// An exporter without the collector must not show it in its configuration.
func TestMinIntervalOfCollectorsThatDoNotExist(t *testing.T) {
	path := write(t, t.TempDir(), "exporter.yml", one)
	loaded, err := config.Load(path, config.Collectors{Known: []string{"wan"}, Default: []string{"wan"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]time.Duration{"all": 0}, loaded.Targets[0].MinInterval); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// One kind of credential takes the place of the other.
func TestTargetsReplaceTheDefaultCredential(t *testing.T) {
	loaded := good(t, `
defaults: {username: u, password: p}
targets:
  - {name: a, url: 192.0.2.1}
  - {name: b, url: 192.0.2.2, client_id: i, client_secret: s}
  - {name: c, url: 192.0.2.3, username: v, password_env: W}
`)
	var got []config.Target
	for _, target := range loaded.Targets {
		got = append(got, config.Target{
			ClientID: target.ClientID, ClientSecret: target.ClientSecret, Username: target.Username, Password: target.Password,
		})
	}
	want := []config.Target{
		{Username: "u", Password: config.LiteralSecret("p")},
		{ClientID: config.LiteralSecret("i"), ClientSecret: config.LiteralSecret("s")},
		{Username: "v", Password: config.EnvSecret("W")},
	}
	if diff := cmp.Diff(want, got, compareTargets); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSerialNumber(t *testing.T) {
	loaded := good(t, one+"    serial_number: 2930-0A11-1012\n  - {name: b, url: b, serial_number: 0123}\n  - {name: c, url: c}\n")
	for i, want := range []string{"2930-0A11-1012", "0123", ""} {
		if got := loaded.Targets[i].SerialNumber; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A fingerprint may be pasted as openssl prints it, alone or in a list.
func TestFingerprints(t *testing.T) {
	plain := strings.ReplaceAll(sumWithColons, ":", "")
	for _, written := range []string{
		plain, strings.ToUpper(plain), sumWithColons, "[" + plain + "]", `"` + sumWithColons + `"`,
		"sha256 Fingerprint=" + sumWithColons, "['SHA256 Fingerprint=" + sumWithColons + "']", "SHA256 FINGERPRINT=" + plain,
	} {
		loaded := good(t, one+"    tls_config:\n      fingerprint_sha256: "+written+"\n")
		sums := loaded.Targets[0].TLS.FingerprintsSHA256
		if len(sums) != 1 || fmt.Sprintf("%x", sums[0]) != plain {
			t.Errorf("%s: got %x", written, sums)
		}
	}
	for _, none := range []string{"", "[]"} {
		if sums := good(t, one+"    tls_config:\n      fingerprint_sha256: "+none+"\n").Targets[0].TLS.FingerprintsSHA256; len(sums) != 0 {
			t.Errorf("%q: got %x", none, sums)
		}
	}
}

func TestAllowMissingCredentials(t *testing.T) {
	path := write(t, t.TempDir(), "exporter.yml", "targets:\n  - {name: a, url: 192.0.2.1}\n")
	loaded, err := config.Load(path, collectors, config.AllowMissingCredentials)
	if err != nil {
		t.Fatal(err)
	}
	if target := loaded.Targets[0]; !target.ClientSecret.IsZero() || !target.Password.IsZero() || target.Username != "" {
		t.Errorf("got %+v", target)
	}
	if _, err := config.Load(path, collectors); err == nil {
		t.Errorf("loaded without a credential")
	}
	path = write(t, t.TempDir(), "exporter.yml", "targets:\n  - {name: a, url: 192.0.2.1, username: x}\n")
	_, err = config.Load(path, collectors, config.AllowMissingCredentials)
	if err == nil || !strings.Contains(err.Error(), ":2: username: password is missing") {
		t.Errorf("half a credential: got %v", err)
	}
}

func TestAliasesAndMergeKeys(t *testing.T) {
	loaded := good(t, `
targets:
  - &bus
    name: a
    url: 192.0.2.1
    client_id: i
    client_secret: s
    timeout: &short 3s
    labels: &labels {site: depot}
  - <<: *bus
    name: b
    url: 192.0.2.2
    connect_timeout: *short
  - <<: [{timeout: 7s}, *bus]
    name: c
    url: 192.0.2.3
    labels: {<<: *labels, role: hub}
`)
	var got []string
	for _, target := range loaded.Targets {
		got = append(got, strings.Join([]string{
			target.Name, target.Timeout.String(), target.ConnectTimeout.String(),
			target.Labels["site"], target.Labels["role"],
		}, " "))
	}
	want := []string{"a 3s 5s depot ", "b 3s 3s depot ", "c 7s 5s depot hub"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Each level merges the one before twice: written out it would be 2^64 keys.
func TestMergesDoNotMultiply(t *testing.T) {
	var text strings.Builder
	text.WriteString("targets:\n  - &m0 {name: a, url: 192.0.2.1, client_id: i, client_secret: s}\n")
	for i := range 64 {
		from, to := string(rune('a'+i/8))+string(rune('a'+i%8)), string(rune('a'+(i+1)/8))+string(rune('a'+(i+1)%8))
		if i == 0 {
			from = "m0"
		}
		text.WriteString("  - &" + to + " {name: " + to + ", url: " + to + ".example, <<: [*" + from + ", *" + from + "]}\n")
	}
	if got := len(good(t, text.String()).Targets); got != 65 {
		t.Errorf("%d targets", got)
	}
}
