package server_test

import (
	"context"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/prometheus/exporter-toolkit/web"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

const anyPort = "127.0.0.1:0"

func listenOn(addresses ...string) *web.FlagConfig {
	return &web.FlagConfig{WebListenAddresses: &addresses, WebSystemdSocket: new(false), WebConfigFile: new("")}
}

// awaitLogged waits until something is logged, and returns what the pattern's groups match.
func (b *bench) awaitLogged(pattern string) []string {
	b.t.Helper()
	line := regexp.MustCompile(pattern)
	patience, end := context.WithTimeout(b.t.Context(), time.Minute)
	defer end()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if found := line.FindStringSubmatch(b.logs.String()); found != nil {
			return found[1:]
		}
		select {
		case <-tick.C:
		case <-patience.Done():
			b.t.Fatalf("%s is not logged: %s", pattern, b.logs.String())
		}
	}
}

// awaitAddress returns the URL of the address that a line of the log names.
func (b *bench) awaitAddress(message string) string {
	b.t.Helper()
	return "http://" + b.awaitLogged(`"msg":"` + message + `","address":"([^"]+)"`)[0]
}

func TestListenAndServeUntilTheEnd(t *testing.T) {
	router := simulate(t, newClock())
	router.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	b := setup{config: targets(target("a", router.server.URL)), options: server.Options{HealthListenAddress: anyPort}}.start(t)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.handler.ListenAndServe(ctx, listenOn(anyPort)) }()
	health := b.awaitAddress("health checks are served")
	b.url = b.awaitAddress("Listening on")
	answered := b.begin("/probe?target=a")
	router.wait(t, wanEndpoint, 1)
	end()
	b.awaitLogged("running probes finish")
	b.url = health
	if r := b.get("/-/ready"); r.status != http.StatusServiceUnavailable {
		t.Errorf("ready while ending: status %d, want 503", r.status)
	}
	router.ClearFault(wanEndpoint)
	parse(t, (<-answered).body).is(t, "peplink_up", 1)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := b.ask(http.MethodGet, "/-/healthy"); err == nil {
		t.Error("the health port answers after the end")
	}
}

func TestListenOnTakenAddresses(t *testing.T) {
	b := setup{config: "targets: []\n"}.start(t)
	for name, test := range map[string]struct{ health, address string }{
		"of the probes":     {"", b.host()},
		"of the health":     {b.host(), anyPort},
		"no address at all": {"", "nowhere"},
	} {
		other := setup{config: "targets: []\n", options: server.Options{HealthListenAddress: test.health}}.start(t)
		if err := other.handler.ListenAndServe(t.Context(), listenOn(test.address)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
