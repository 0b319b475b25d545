package collector_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	grantEndpoint  = "auth.token.grant"
	pepvpnEndpoint = "status.pepvpn"
	systemEndpoint = "status.system.info"
	lanEndpoint    = "status.lan.profile"

	// ample is a deadline that only a broken test or exporter meets.
	ample = time.Minute
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// outOfOrdinary says what of a simulation is.
type outOfOrdinary struct {
	model   string // in place of max-hd2-8.3
	router  []peplinktest.Option
	options func(*peplink.Options) // changes those of the client
}

// simulation is a router and its polls, which go by one clock that stands still until it
// is moved.
func simulation(t *testing.T, o outOfOrdinary) *simulated {
	t.Helper()
	if o.model == "" {
		o.model = "max-hd2-8.3"
	}
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	router, err := peplinktest.New(o.model, append(o.router, peplinktest.WithClock(clock))...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(router)
	server.Config.ConnState = router.Connections().Track
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(router.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	options := peplink.Options{URL: address, Now: clock.Now, Credentials: func() (peplink.Credentials, error) {
		if !router.TakesClients() {
			return peplink.Credentials{Username: peplinktest.Username, Password: peplinktest.Password}, nil
		}
		return peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret}, nil
	}}
	if o.options != nil {
		o.options(&options)
	}
	client := peplink.New(options)
	t.Cleanup(client.Close)
	return &simulated{
		Router: router, clock: clock, server: server, client: client,
		polled: collector.NewRouter(client, clock.Now),
	}
}

// pollFor polls for some collectors, all of whose answers are asked for anew.
func (s *simulated) pollFor(ctx context.Context, t *testing.T, collectors ...string) *collector.Result {
	t.Helper()
	request := s.request(t, collector.Expose{})
	request.Collectors = collectors
	return s.polled.Poll(ctx, request)
}

// begin does so beside the test. It ends with a deadline that only a fault meets.
func (s *simulated) begin(ctx context.Context, t *testing.T, collectors ...string) <-chan *collector.Result {
	t.Helper()
	request := s.request(t, collector.Expose{})
	request.Collectors = collectors
	results := make(chan *collector.Result, 1)
	ctx, cancel := context.WithTimeout(ctx, ample)
	t.Cleanup(cancel)
	go func() { results <- s.polled.Poll(ctx, request) }()
	return results
}

// becomes returns when the simulation is as wanted, at which it has to look again and
// again: neither client nor collector tells of it.
func becomes(t *testing.T, what string, wanted func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !wanted() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// arrives returns when the router has got n requests to an endpoint.
func (s *simulated) arrives(t *testing.T, endpoint string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	if err := s.WaitFor(ctx, endpoint, n); err != nil {
		t.Fatal(err)
	}
}

// once makes one request hang.
var once = peplinktest.Fault{Hang: true, Times: 1}

// hangs returns when a request has met the fault that makes one hang, so that what is
// changed from then on does not concern it.
func (s *simulated) hangs(t *testing.T, endpoint string) {
	t.Helper()
	becomes(t, "a request that hangs", func() bool { return s.State().Faults[endpoint].Times == 0 })
}

// wantCount checks how many requests to an endpoint the router has got.
func (s *simulated) wantCount(t *testing.T, endpoint string, n int) {
	t.Helper()
	if got := s.Count(endpoint); got != n {
		t.Errorf("%d requests to %s, want %d", got, endpoint, n)
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

// wantReasons checks which collectors failed, and why: "wan timeout". The others must
// have succeeded.
func wantReasons(t *testing.T, result *collector.Result, want ...string) {
	t.Helper()
	got := []string{}
	for _, outcome := range result.Collectors {
		if outcome.Err != nil {
			got = append(got, outcome.Collector+" "+string(outcome.Reason()))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

// values are the series of some metrics, as an exposition writes them, without the prefix
// of the names.
func values(t *testing.T, result *collector.Result, names ...string) []string {
	t.Helper()
	for i := range names {
		names[i] = "peplink_" + names[i]
	}
	written := lines(parse(t, exposition(t, result)), names...)
	for i := range written {
		written[i] = strings.TrimPrefix(written[i], "peplink_")
	}
	return written
}

func wantValues(t *testing.T, result *collector.Result, names []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, values(t, result, slices.Clone(names)...)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
