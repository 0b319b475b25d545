package collector_test

import (
	"bytes"
	"flag"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

var update = flag.Bool("update", false, "write the golden files and METRICS.md anew")

// simulated is a router of the given model whose clock, and the exporter's, stand still.
type simulated struct {
	*peplinktest.Router
	clock  *peplinktest.Clock
	server *httptest.Server
	client *peplink.Client
	polled *collector.Router
}

func simulate(t *testing.T, model string) *simulated {
	t.Helper()
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	router, err := peplinktest.New(model, peplinktest.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	t.Cleanup(router.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := peplink.New(peplink.Options{
		URL: address,
		Now: clock.Now,
		Credentials: func() (peplink.Credentials, error) {
			if !router.TakesClients() {
				return peplink.Credentials{Username: peplinktest.Username, Password: peplinktest.Password}, nil
			}
			return peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret}, nil
		},
	})
	t.Cleanup(client.Close)
	return &simulated{
		Router: router, clock: clock, server: server, client: client,
		polled: collector.NewRouter(client, clock.Now),
	}
}

// request asks for every collector.
func (s *simulated) request(t *testing.T, expose collector.Expose) collector.Request {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return collector.Request{
		Settings:     collector.Settings{Expose: expose, TimeZone: berlin},
		Collectors:   collector.Names(),
		AtOnce:       1,
		MaxPeers:     1000,
		MaxLinkPeers: 200,
	}
}

func (s *simulated) poll(t *testing.T, request collector.Request) *collector.Result {
	t.Helper()
	return s.polled.Poll(t.Context(), request)
}

// exposition is the result as Prometheus reads it.
func exposition(t *testing.T, result *collector.Result) []byte {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(result); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			t.Fatal(err)
		}
	}
	return text.Bytes()
}

// unsteady are the samples that differ from run to run: what was measured in real time,
// what was counted on the wire, and the refresh, which chance brings forward.
var unsteady = regexp.MustCompile(`(?m)^(peplink_scrape_duration_seconds|peplink_scrape_collector_duration_seconds\{[^}]*\}|` +
	`peplink_target_(?:receive|transmit)_bytes_total|peplink_session_refresh_due_timestamp_seconds) .*$`)

func masked(exposition []byte) []byte { return unsteady.ReplaceAll(exposition, []byte("$1 NaN")) }

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
