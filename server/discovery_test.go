package server_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/server"
)

type group struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

func (b *bench) discovered(path string, headers ...string) []group {
	b.t.Helper()
	r := b.get(path, headers...)
	if kind := r.header.Get("Content-Type"); r.status != http.StatusOK || kind != "application/json" {
		b.t.Fatalf("%s: status %d, content type %q: %s", path, r.status, kind, r.body)
	}
	var groups []group
	decoder := json.NewDecoder(strings.NewReader(r.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&groups); err != nil {
		b.t.Fatalf("%s: %v: %s", path, err, r.body)
	}
	return groups
}

func (b *bench) host() string { return b.url[strings.LastIndex(b.url, "/")+1:] }

const threeTargets = `defaults:
  client_id: x
  client_secret: y
  labels: {region: south}
  timeout: 20s
targets:
  - name: bus-12
    url: https://192.0.2.1
    labels: {site: "depot <3>", role: vehicle}
    scrape_interval: 2m
    scrape_timeout: 45s
  - name: bus-13
    url: https://192.0.2.2
    scrape_interval: 1m
  - name: hub
    url: https://192.0.2.3
    scrape_interval: 15s
  - name: office
    url: https://192.0.2.4
    labels: {region: north}
`

// want is what threeTargets are discovered as, at a host, with more labels on each.
func wantDiscovered(host, path string, more map[string]string) []group {
	groups := []group{
		{[]string{host}, map[string]string{
			"__param_target": "bus-12", "instance": "bus-12", "region": "south", "site": "depot <3>", "role": "vehicle",
			"__scrape_interval__": "2m", "__scrape_timeout__": "45s",
		}},
		// Without a scrape_timeout: the target's timeout and the offset, if the interval is longer.
		{[]string{host}, map[string]string{
			"__param_target": "bus-13", "instance": "bus-13", "region": "south",
			"__scrape_interval__": "1m", "__scrape_timeout__": "20s500ms",
		}},
		{[]string{host}, map[string]string{
			"__param_target": "hub", "instance": "hub", "region": "south",
			"__scrape_interval__": "15s", "__scrape_timeout__": "15s",
		}},
		{[]string{host}, map[string]string{"__param_target": "office", "instance": "office", "region": "north"}},
	}
	for _, group := range groups {
		group.Labels["__metrics_path__"] = path
		maps.Copy(group.Labels, more)
	}
	return groups
}

func TestDiscovery(t *testing.T) {
	b := setup{config: threeTargets, options: server.Options{TimeoutOffset: 500 * time.Millisecond}}.start(t)
	if diff := cmp.Diff(wantDiscovered(b.host(), "/probe", nil), b.discovered("/sd")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiscoveryTrustsNoForwardedHeaders(t *testing.T) {
	b := setup{config: threeTargets, options: server.Options{TimeoutOffset: 500 * time.Millisecond}}.start(t)
	got := b.discovered("/sd", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https",
		"X-Forwarded-Prefix", "/evil", "X-Forwarded-Port", "1", "Forwarded", "host=evil.example;proto=https")
	if diff := cmp.Diff(wantDiscovered(b.host(), "/probe", nil), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiscoveryOverTLS(t *testing.T) {
	b := setup{config: threeTargets, overTLS: true, options: server.Options{TimeoutOffset: 500 * time.Millisecond}}.start(t)
	want := wantDiscovered(b.host(), "/probe", map[string]string{"__scheme__": "https"})
	if diff := cmp.Diff(want, b.discovered("/sd")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiscoveryWithExternalURL(t *testing.T) {
	for external, path := range map[string]string{
		"https://metrics.example:8443/peplink":   "/peplink",
		"https://metrics.example:8443/peplink/":  "/peplink",
		"https://metrics.example:8443/a/peplink": "/a/peplink",
		"https://metrics.example:8443/":          "",
		"https://metrics.example:8443":           "",
	} {
		t.Run(external, func(t *testing.T) {
			b := setup{config: threeTargets, options: server.Options{
				TimeoutOffset: 500 * time.Millisecond, ExternalURL: mustURL(t, external),
			}}.start(t)
			want := wantDiscovered("metrics.example:8443", path+"/probe", map[string]string{"__scheme__": "https"})
			if diff := cmp.Diff(want, b.discovered(path+"/sd")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoutesAreBelowThePrefix(t *testing.T) {
	r := simulate(t, newClock())
	b := setup{config: targets(target("a", r.server.URL)), options: server.Options{
		ExternalURL: mustURL(t, "http://metrics.example/peplink/"),
	}}.start(t)
	for _, path := range []string{"/probe?target=a", "/metrics", "/sd", "/-/healthy", "/-/ready", "/"} {
		if r := b.get("/peplink" + path); r.status != http.StatusOK {
			t.Errorf("/peplink%s: status %d", path, r.status)
		}
		if r := b.get(path); path != "/" && r.status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, r.status)
		}
	}
	if r := b.get("/"); r.status != http.StatusFound || r.header.Get("Location") != "/peplink/" {
		t.Errorf("/: status %d to %q", r.status, r.header.Get("Location"))
	}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestDiscoveryOfNoTargets(t *testing.T) {
	b := setup{config: "targets: []\n"}.start(t)
	if r := b.get("/sd"); r.status != http.StatusOK || strings.TrimSpace(r.body) != "[]" {
		t.Errorf("status %d, %q, want []", r.status, r.body)
	}
}

func TestDiscoveryWithoutHost(t *testing.T) {
	external := server.Options{ExternalURL: mustURL(t, "http://metrics.example")}
	for name, test := range map[string]struct {
		options server.Options
		status  int
	}{
		"no external url": {server.Options{}, http.StatusBadRequest},
		"external url":    {external, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup{config: threeTargets, options: test.options}.start(t)
			connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", b.host())
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			if _, err := io.WriteString(connection, "GET /sd HTTP/1.0\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != test.status {
				t.Errorf("status %d, want %d", response.StatusCode, test.status)
			}
		})
	}
}

func TestShardsPartitionTheTargets(t *testing.T) {
	var list []string
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("bus-%d", i))
		list = append(list, target(names[i], fmt.Sprintf("https://192.0.2.1:%d", 1000+i)))
	}
	b := setup{config: targets(list...)}.start(t)
	for n := 1; n <= 5; n++ {
		var found []string
		for i := range n {
			shard := b.discovered(fmt.Sprintf("/sd?shard=%d/%d", i, n))
			if len(shard) == 0 {
				t.Errorf("shard %d/%d of 40 targets is empty", i, n)
			}
			for _, group := range shard {
				found = append(found, group.Labels["__param_target"])
			}
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(found))); diff != "" {
			t.Errorf("in %d shards (-targets +shards):\n%s", n, diff)
		}
	}
}

// The hashes are FNV-1a's published test vectors.
func TestShardIsTheHashOfTheName(t *testing.T) {
	hashes := map[string]uint64{"a": 0xaf63dc4c8601ec8c, "b": 0xaf63df4c8601f1a5, "foobar": 0x85944171f73967e8}
	b := setup{config: targets(
		target("a", "https://192.0.2.1"), target("b", "https://192.0.2.2"), target("foobar", "https://192.0.2.3"),
	)}.start(t)
	for _, n := range []uint64{2, 3, 7, 100, 1 << 40} {
		for name, hash := range hashes {
			shard := b.discovered(fmt.Sprintf("/sd?shard=%d/%d", hash%n, n))
			if !slices.ContainsFunc(shard, func(g group) bool { return g.Labels["instance"] == name }) {
				t.Errorf("%s is not in shard %d/%d", name, hash%n, n)
			}
		}
	}
}

func TestMalformedShardIsRefused(t *testing.T) {
	b := setup{config: threeTargets}.start(t)
	for _, shard := range []string{
		"0", "/", "0/", "/2", "2/2", "3/2", "0/0", "-1/2", "0/-2", "%2B0/2", "0/2/3", "a/b", "0.5/2", "1e0/2", "0+/2",
		"0/18446744073709551616", "%zz", "0/2;x",
	} {
		if r := b.get("/sd?shard=" + shard); r.status != http.StatusBadRequest {
			t.Errorf("shard=%s: status %d, want 400: %s", shard, r.status, r.body)
		}
	}
}
