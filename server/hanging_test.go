package server_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

const offset = 500 * time.Millisecond

// Nobody else ends what hangs here: without a deadline from the header the probe would
// take the target's 60 s.
func TestHangingRouterIsAnsweredBeforeTheDeadline(t *testing.T) {
	for name, hang := range map[string]map[string]peplinktest.Fault{
		"everything":         {everyEndpoint: {Hang: true}},
		"the grant":          {grantEndpoint: {Hang: true}},
		"after the headers":  {everyEndpoint: {HangAfterHeaders: true}},
		"all but the grant":  {wanEndpoint: {Hang: true}, allowanceEndpoint: {Hang: true}},
		"drips, as good as":  {everyEndpoint: {DripMilliseconds: 1000}},
		"drips in one place": {wanEndpoint: {DripMilliseconds: 1000}, allowanceEndpoint: {Hang: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			r := simulate(t, clock)
			for endpoint, f := range hang {
				r.SetFault(endpoint, f)
			}
			b := setup{
				clock: clock, options: server.Options{TimeoutOffset: offset},
				config: targets(target("a", r.server.URL, "timeout: 60s")),
			}.start(t)
			got := b.probe("a", timeoutHeader, "1")
			got.is(t, "peplink_up", 0)
			got.want(t, exposition{
				`peplink_scrape_error{collector="wan", reason="timeout"}`:       1,
				`peplink_scrape_error{collector="allowance", reason="timeout"}`: 1,
			}, "peplink_scrape_error")
			if took := got["peplink_scrape_duration_seconds"]; took <= 0 || took > 15 {
				t.Errorf("the poll took %v s, its deadline was after 0.4 s", took)
			}
		})
	}
}

// One request may use at most half of the time left, so that the others have a chance.
func TestHangingEndpointDoesNotStarveTheOther(t *testing.T) {
	t.Parallel()
	b, r := oneRouter(t, "timeout: 6s")
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	got := b.probe("a")
	got.is(t, "peplink_up", 1)
	got.is(t, `peplink_scrape_error{collector="wan", reason="timeout"}`, 1)
	got.is(t, `peplink_scrape_collector_success{collector="allowance"}`, 1)
}

// A second Prometheus joins the call that is under way, and keeps its own deadline.
func TestProbesAtOnceShareTheirCalls(t *testing.T) {
	clock := newClock()
	r := simulate(t, clock)
	b := setup{
		clock: clock, options: server.Options{TimeoutOffset: offset},
		config: targets(target("a", r.server.URL, "timeout: 5m", "max_concurrent_requests: 4")),
	}.start(t)
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	first := b.begin("/probe?target=a&collect[]=wan")
	r.wait(t, wanEndpoint, 1)
	b.probe("a&collect[]=wan", timeoutHeader, "1").is(t, `peplink_scrape_error{collector="wan", reason="timeout"}`, 1)
	if n := r.Count(wanEndpoint); n != 1 {
		t.Errorf("the router was asked %d times at once for the same", n)
	}
	b.samples("/metrics").is(t, "peplink_exporter_requests_shared_total", 1)
	r.ClearFault(wanEndpoint)
	if got := <-first; got.status != http.StatusOK {
		t.Errorf("the first probe: status %d", got.status)
	} else {
		parse(t, got.body).is(t, "peplink_up", 1)
	}
}

// The client that leaves takes its poll along.
func TestPollEndsWithItsRequest(t *testing.T) {
	b, r := oneRouter(t, "timeout: 1h")
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+"/probe?target=a", nil)
	if err != nil {
		t.Fatal(err)
	}
	left := make(chan error, 1)
	go func() {
		response, err := b.client.Do(request)
		if err == nil {
			response.Body.Close()
		}
		left <- err
	}()
	r.wait(t, wanEndpoint, 1)
	leave()
	if err := <-left; err == nil {
		t.Error("the probe was answered while its router hung")
	}
	patience, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	if err := r.WaitIdle(patience); err != nil {
		t.Error(err)
	}
}

func TestNoPlaceForAnotherProbe(t *testing.T) {
	clock := newClock()
	hanging, other := simulate(t, clock), simulate(t, clock)
	hanging.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	b := setup{
		clock: clock, options: server.Options{TimeoutOffset: offset, MaxConcurrent: 1},
		config: targets(target("a", hanging.server.URL, "timeout: 5m"), target("b", other.server.URL)),
	}.start(t)
	first := b.begin("/probe?target=a")
	hanging.wait(t, wanEndpoint, 1)
	b.samples("/metrics").want(t, exposition{
		"peplink_exporter_probes_in_flight": 1, "peplink_exporter_probes_rejected_total": 0,
	}, "peplink_exporter_probes_in_flight", "peplink_exporter_probes_rejected_total")

	second := b.get("/probe?target=b", timeoutHeader, "1")
	if second.status != http.StatusServiceUnavailable {
		t.Errorf("the second probe: status %d, want 503", second.status)
	}
	if seconds, err := strconv.Atoi(second.header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After %q, want seconds", second.header.Get("Retry-After"))
	}
	if n := other.Count(everyEndpoint); n != 0 {
		t.Errorf("the router of the rejected probe was asked %d times", n)
	}
	// What asks no router needs no place, and what is refused anyway waits for none.
	for path, want := range map[string]int{"/": 200, "/sd": 200, "/-/healthy": 200, "/-/ready": 200, "/probe?target=c": 404} {
		if r := b.get(path); r.status != want {
			t.Errorf("%s: status %d, want %d", path, r.status, want)
		}
	}

	hanging.ClearFault(wanEndpoint)
	if r := <-first; r.status != http.StatusOK {
		t.Errorf("the first probe: status %d: %s", r.status, r.body)
	}
	b.probe("b").is(t, "peplink_up", 1)
	b.samples("/metrics").want(t, exposition{
		"peplink_exporter_probes_in_flight": 0, "peplink_exporter_probes_rejected_total": 1,
		`peplink_exporter_probes_total{outcome="up"}`: 2, `peplink_exporter_probes_total{outcome="partial"}`: 0,
		`peplink_exporter_probes_total{outcome="down"}`: 0,
	}, "peplink_exporter_probes_")
}

func TestSecondProbeWaitsForItsPlace(t *testing.T) {
	clock := newClock()
	r := simulate(t, clock)
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	b := setup{
		clock: clock, options: server.Options{MaxConcurrent: 1},
		config: targets(target("a", r.server.URL, "timeout: 5m")),
	}.start(t)
	first := b.begin("/probe?target=a")
	r.wait(t, wanEndpoint, 1)
	second := b.begin("/probe?target=a&collect[]=wan")
	r.ClearFault(wanEndpoint)
	for _, answered := range []<-chan reply{first, second} {
		if got := <-answered; got.status != http.StatusOK {
			t.Errorf("status %d: %s", got.status, got.body)
		}
	}
}
