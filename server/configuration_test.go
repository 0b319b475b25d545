package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/peplink-exporter/peplink_exporter/server"
)

// shownConfiguration is GET /config, as far as the tests ask for it.
func (b *bench) shownConfiguration() map[string]any {
	b.t.Helper()
	r := b.get("/config")
	if kind := r.header.Get("Content-Type"); r.status != http.StatusOK || kind != "text/plain; charset=utf-8" {
		b.t.Fatalf("status %d, content type %q: %s", r.status, kind, r.body)
	}
	if r.header.Get("X-Content-Type-Options") != "nosniff" {
		b.t.Error("the content type may be guessed")
	}
	var shown map[string]any
	if err := yaml.Unmarshal([]byte(r.body), &shown); err != nil {
		b.t.Fatalf("no YAML: %v\n%s", err, r.body)
	}
	return shown
}

func TestConfigurationIsTheEffectiveOne(t *testing.T) {
	const secret = "correct horse battery staple"
	b := setup{config: `defaults:
  timeout: 20s
  labels: {region: south}
targets:
  - name: a
    url: https://192.0.2.1:443/
    client_id: c11e47
    client_secret: ` + secret + `
    labels: {site: depot-3}
    collectors: [wan]
  - name: b
    url: https://192.0.2.2
    client_id_file: secrets/{name}.id
    client_secret_env: B_SECRET
`}.start(t)
	targets, _ := b.shownConfiguration()["targets"].([]any)
	if len(targets) != 2 {
		t.Fatalf("%d targets shown, want 2", len(targets))
	}
	got := map[string]any{}
	for _, key := range []string{"name", "url", "timeout", "connect_timeout", "labels", "collectors", "client_id", "client_secret"} {
		got[key] = targets[0].(map[string]any)[key]
	}
	want := map[string]any{
		"name": "a", "url": "https://192.0.2.1", "timeout": "20s", "connect_timeout": "5s",
		"labels": map[string]any{"region": "south", "site": "depot-3"}, "collectors": []any{"wan"},
		"client_id": "<secret>", "client_secret": "<secret>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the first target (-want +got):\n%s", diff)
	}
	second := targets[1].(map[string]any)
	if path, _ := second["client_id_file"].(string); !strings.HasSuffix(path, "/secrets/b.id") || second["client_secret_env"] != "B_SECRET" {
		t.Errorf("the second target's credential: %v, %v", second["client_id_file"], second["client_secret_env"])
	}
	body := b.get("/config").body
	for _, hidden := range []string{secret, "c11e47"} {
		if strings.Contains(body, hidden) {
			t.Errorf("/config shows %s", hidden)
		}
	}
}

func TestConfigurationIsReadOnly(t *testing.T) {
	b, r := oneRouter(t)
	for method, want := range map[string]int{
		http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed, http.MethodPut: http.StatusMethodNotAllowed,
	} {
		got, err := b.ask(method, "/config")
		if err != nil {
			t.Fatal(err)
		}
		if got.status != want {
			t.Errorf("%s: status %d, want %d", method, got.status, want)
		}
	}
	if n := r.Count(everyEndpoint); n != 0 {
		t.Errorf("the router was asked %d times", n)
	}
}

func TestDisabledAdmin(t *testing.T) {
	r := simulate(t, newClock())
	b := setup{config: targets(target("a", r.server.URL)), options: server.Options{DisableAdmin: true}}.start(t)
	b.configure("targets: []\n")
	for path, method := range map[string]string{"/config": http.MethodGet, "/-/reload": http.MethodPost} {
		got, err := b.ask(method, path)
		if err != nil {
			t.Fatal(err)
		}
		if got.status != http.StatusNotFound {
			t.Errorf("%s %s: status %d, want 404", method, path, got.status)
		}
	}
	for _, path := range []string{"/probe?target=a", "/sd", "/metrics", "/-/healthy", "/-/ready", "/"} {
		if got := b.get(path); got.status != http.StatusOK {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
	// Signals and changed files are not for those who come over HTTP.
	if err := b.handler.Reload("test"); err != nil {
		t.Fatal(err)
	}
	if groups := b.discovered("/sd"); len(groups) != 0 {
		t.Errorf("%d targets after the reload, want none", len(groups))
	}
}
