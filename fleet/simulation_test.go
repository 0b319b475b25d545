package fleet_test

import (
	"bytes"
	"context"
	"flag"
	"net/url"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	hd2 = "max-hd2-8.3"

	pepvpnEndpoint = "status.pepvpn"
	systemEndpoint = "status.system.info"
	lanEndpoint    = "status.lan.profile"

	// ample is a deadline that only a broken test or exporter meets.
	ample = time.Minute
)

// usual are the collectors that tests are about unless they say otherwise.
var usual = []string{"wan", "allowance", "pepvpn", "pepvpn_link", "firmware", "system", "lan"}

// Faults of the simulated routers.
var (
	once   = peplinktest.Fault{Hang: true, Times: 1} // makes one request hang
	hang   = peplinktest.Fault{Hang: true}
	broken = peplinktest.Fault{Status: 500}
)

var update = flag.Bool("update", false, "write the golden files anew")

// simulated is a router of a model and its polls, which go by one clock that stands still
// until it is moved.
type simulated struct {
	*peplinktest.Router
	t       *testing.T
	server  *peplinktest.Server
	target  config.Target // of the next poll
	observe func(peplink.Exchange)
	fleet   *fleet.Fleet
}

// simulation is a router of the given model that is asked for the usual collectors.
func simulation(t *testing.T, model string, options ...peplinktest.Option) *simulated {
	t.Helper()
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	router, err := peplinktest.New(model, append(options, peplinktest.WithClock(clock))...)
	if err != nil {
		t.Fatal(err)
	}
	served, err := router.Serve(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &simulated{Router: router, t: t, server: served, fleet: &fleet.Fleet{}, target: settings(t, router, served.URL)}
	t.Cleanup(s.close)
	t.Cleanup(func() {
		router.ClearFault(everyEndpoint) // or ending the session would hang
		fleet.Retire(context.WithoutCancel(t.Context()), s.fleet.Routers())
	})
	return s
}

// settings are those of a target that names nothing but its credential and the usual collectors.
func settings(t *testing.T, router *peplinktest.Router, at string) config.Target {
	t.Helper()
	address, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	target := config.Target{
		Name: "a", URL: address, TimeZone: berlin, Collectors: slices.Clone(usual),
		Timeout: 30 * time.Second, ConnectTimeout: 5 * time.Second, MaxConcurrentRequests: 1, MaxPeers: 1000, MaxLinkPeers: 200,
	}
	if router.TakesClients() {
		target.ClientID, target.ClientSecret = config.LiteralSecret(peplinktest.ClientID), config.LiteralSecret(peplinktest.ClientSecret)
	} else {
		target.Username, target.Password = peplinktest.Username, config.LiteralSecret(peplinktest.Password)
	}
	return target
}

// polled is the router with the settings of now.
func (s *simulated) polled() *fleet.Router {
	target := s.target
	next, left := fleet.Next(s.fleet, &config.Config{Targets: []*config.Target{&target}}, fleet.Options{Now: s.Clock().Now, Observe: s.observe})
	fleet.Retire(context.WithoutCancel(s.t.Context()), left)
	s.fleet = next
	return lookup(s.t, next, "a")
}

// poll asks for some collectors, or for all of the target.
func (s *simulated) poll(ctx context.Context, collectors ...string) *fleet.Result {
	s.t.Helper()
	if len(collectors) == 0 {
		collectors = s.target.Collectors
	}
	return s.polled().Poll(ctx, collectors)
}

// close makes the router's port a closed one.
func (s *simulated) close() {
	s.t.Helper()
	s.Close()
	if err := s.server.Close(); err != nil {
		s.t.Error(err)
	}
}

// begin polls beside the test. It ends with a deadline that only a fault meets.
func (s *simulated) begin(ctx context.Context, collectors ...string) <-chan *fleet.Result {
	s.t.Helper()
	router, results := s.polled(), make(chan *fleet.Result, 1)
	ctx, cancel := context.WithTimeout(ctx, ample)
	s.t.Cleanup(cancel)
	go func() { results <- router.Poll(ctx, collectors) }()
	return results
}

// session is that of the router, as of now.
func (s *simulated) session() peplink.SessionStatus { return s.polled().Session() }

// arrives returns when the router has got n requests to an endpoint.
func (s *simulated) arrives(endpoint string, n int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), ample)
	defer cancel()
	if err := s.WaitFor(ctx, endpoint, n); err != nil {
		s.t.Fatal(err)
	}
}

// joined returns when so many polls wait for the call of a collector.
func (s *simulated) joined(name string, polls int) {
	s.t.Helper()
	router := s.polled()
	eventually(s.t, "polls joined", func() bool { return router.Waiting(name) == polls })
}

// hangs returns when a request has met the fault that makes one hang, so that what is
// changed from then on does not concern it.
func (s *simulated) hangs(endpoint string) {
	s.t.Helper()
	eventually(s.t, "a request that hangs", func() bool { return s.State().Faults[endpoint].Times == 0 })
}

// wantCount checks how many requests to an endpoint the router has got.
func (s *simulated) wantCount(endpoint string, n int) {
	s.t.Helper()
	if got := s.Count(endpoint); got != n {
		s.t.Errorf("%d requests to %s, want %d", got, endpoint, n)
	}
}

// change alters the router's documents.
func (s *simulated) change(endpoint, pointer string, value any) {
	s.t.Helper()
	if err := s.Change(endpoint, pointer, value); err != nil {
		s.t.Fatal(err)
	}
}

// remove takes something out of the router's documents.
func (s *simulated) remove(endpoint, pointer string) {
	s.t.Helper()
	if err := s.Remove(endpoint, pointer); err != nil {
		s.t.Fatal(err)
	}
}

// params lists what the requests to an endpoint asked for, by one of their parameters.
func (s *simulated) params(endpoint, name string) []string {
	var asked []string
	for _, request := range s.Requests() {
		if request.Endpoint == endpoint {
			asked = append(asked, request.Params[name])
		}
	}
	return asked
}

// exposition is the result as Prometheus reads it: a registry checks that it is consistent
// and that no series is there twice.
func exposition(t *testing.T, result prometheus.Gatherer) []byte {
	t.Helper()
	families, err := prometheus.Gatherers{result}.Gather()
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

func exposing(words ...string) config.Expose {
	return config.Expose{
		Addresses:  slices.Contains(words, "addresses"),
		Subscriber: slices.Contains(words, "subscriber"),
		Location:   slices.Contains(words, "location"),
	}
}
