package server_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

func TestHealthDependsOnNoRouter(t *testing.T) {
	b, r := oneRouter(t)
	r.SetFault(everyEndpoint, peplinktest.Fault{Status: 500})
	b.probe("a").is(t, "peplink_up", 0)
	for _, path := range []string{"/-/healthy", "/-/ready"} {
		if answer := b.get(path); answer.status != http.StatusOK {
			t.Errorf("%s: status %d", path, answer.status)
		}
	}
}

// Who drains is not ready, but alive, and still answers those who ask.
func TestDraining(t *testing.T) {
	b, _ := oneRouter(t)
	b.handler.Drain()
	if r := b.get("/-/ready"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready: status %d, want 503", r.status)
	}
	if r := b.get("/-/healthy"); r.status != http.StatusOK {
		t.Errorf("healthy: status %d, want 200", r.status)
	}
	b.probe("a").is(t, "peplink_up", 1)
}

// The health port needs no password, so it is to show nothing else.
func TestHealthPortServesHealthOnly(t *testing.T) {
	b := setup{config: "targets: []\n", options: server.Options{
		ExternalURL: mustURL(t, "http://metrics.example/peplink/"),
	}}.start(t)
	port := httptest.NewServer(b.handler.HealthHandler())
	defer port.Close()
	whole := b.url
	b.url = port.URL
	for path, want := range map[string]int{
		"/-/healthy": 200, "/-/ready": 200, "/": 404, "/metrics": 404, "/sd": 404, "/config": 404, "/probe?target=a": 404,
		"/-/reload": 404, "/-/": 404, "/peplink/-/healthy": 404, "/peplink/metrics": 404,
	} {
		if r := b.get(path); r.status != want {
			t.Errorf("GET %s: status %d, want %d", path, r.status, want)
		}
	}
	for path, want := range map[string]int{"/-/reload": 404, "/-/healthy": 405, "/-/ready": 405} {
		if r := b.post(path); r.status != want {
			t.Errorf("POST %s: status %d, want %d", path, r.status, want)
		}
	}
	b.handler.Drain()
	if r := b.get("/-/ready"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready while draining: status %d, want 503", r.status)
	}
	b.url = whole
	if r := b.get("/peplink/-/ready"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready while draining, on the other port: status %d, want 503", r.status)
	}
}
