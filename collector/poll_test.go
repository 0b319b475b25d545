package collector_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// asks polls for what these tests know of, whatever else there may be to ask for.
func (s *simulated) asks(ctx context.Context, t *testing.T) *collector.Result {
	t.Helper()
	request := s.request(t, collector.Expose{})
	request.Collectors = []string{"wan", "allowance"}
	return s.polled.Poll(ctx, request)
}

func TestResultTellsWhatBecameOfEachCollector(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	router.SetFault(allowanceEndpoint, peplinktest.Fault{Status: 500})
	result := router.asks(t.Context(), t)
	if !result.Up || !result.LastSuccess.Equal(peplinktest.ReferenceTime()) || result.Duration <= 0 {
		t.Errorf("up %v, last success %v, duration %v", result.Up, result.LastSuccess, result.Duration)
	}
	reasons := map[string]peplink.Reason{}
	for _, outcome := range result.Collectors {
		reasons[outcome.Collector] = outcome.Reason()
	}
	if diff := cmp.Diff(map[string]peplink.Reason{"wan": "", "allowance": peplink.ReasonHTTP}, reasons); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a poll found out lives on while the router is down, or half of it.
func TestWhatIsKnownIsKept(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	router.asks(t.Context(), t)
	router.clock.Advance(time.Minute)
	router.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
	result := router.asks(t.Context(), t)
	success := peplinktest.ReferenceTime().Add(time.Minute)
	if !result.Up || !result.LastSuccess.Equal(success) {
		t.Errorf("without the WANs: up %v, last success %v", result.Up, result.LastSuccess)
	}
	if got := labelled(parse(t, exposition(t, result)), "peplink_allowance_enabled", "wan")["1"]; got != "WAN 1" {
		t.Errorf("name of WAN 1: %q", got)
	}
	router.clock.Advance(time.Minute)
	router.SetFault(peplinktest.EveryEndpoint, peplinktest.Fault{Status: 500})
	result = router.asks(t.Context(), t)
	if result.Up || !result.LastSuccess.Equal(success) {
		t.Errorf("without an answer: up %v, last success %v", result.Up, result.LastSuccess)
	}
	want := []string{fmt.Sprintf("peplink_last_success_timestamp_seconds %d", success.Unix()), "peplink_up 0"}
	got := lines(parse(t, exposition(t, result)), "peplink_up", "peplink_last_success_timestamp_seconds")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A dead router must not cost its time-out once for each endpoint.
func TestDeadRouterIsTriedOnce(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	router.server.Close()
	samples := router.samples(t)
	want := []string{
		`peplink_scrape_error{collector="allowance", reason="connect"} 1`,
		`peplink_scrape_error{collector="wan", reason="connect"} 1`,
		"peplink_scrape_requests 1",
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_scrape_error", "peplink_scrape_requests")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whoever watched the requests before still does.
func TestRequestsAreCountedAndToldOf(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	var told []string
	ctx := peplink.WithExchanges(t.Context(), func(e peplink.Exchange) { told = append(told, e.Endpoint) })
	samples := parse(t, exposition(t, router.asks(ctx, t)))
	if diff := cmp.Diff([]string{"auth.token.grant", wanEndpoint, allowanceEndpoint}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"peplink_scrape_requests 3"}, lines(samples, "peplink_scrape_requests")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPollThatWasNeverStarted(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	samples := parse(t, exposition(t, router.asks(ctx, t)))
	want := []string{
		`peplink_scrape_error{collector="allowance", reason="timeout"} 1`,
		`peplink_scrape_error{collector="wan", reason="timeout"} 1`,
		"peplink_up 0",
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_scrape_error", "peplink_up")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Unknown names are ignored, and the order of asking is that of the list of collectors.
func TestCollectorsThatAreAsked(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	request := router.request(t, collector.Expose{})
	request.Collectors = []string{"weather", "allowance", "wan"}
	var asked []string
	for _, outcome := range router.poll(t, request).Collectors {
		asked = append(asked, outcome.Collector)
	}
	if diff := cmp.Diff([]string{"wan", "allowance"}, asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCollectorNames(t *testing.T) {
	names, defaults := collector.Names(), collector.DefaultNames()
	if len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("%q holds a name twice", names)
	}
	if !slices.Equal(names[:2], []string{"wan", "allowance"}) {
		t.Errorf("%q does not begin with wan, allowance", names)
	}
	for _, name := range defaults {
		if !slices.Contains(names, name) {
			t.Errorf("default %s is no collector", name)
		}
	}
	for _, name := range []string{"wan", "allowance"} {
		if !slices.Contains(defaults, name) {
			t.Errorf("%s is off by default", name)
		}
	}
}

// Every sample is described, so that a registry that checks it takes it.
func TestResultIsDescribed(t *testing.T) {
	router := simulate(t, "max-hd2-8.3")
	result := router.poll(t, router.request(t, collector.Expose{Addresses: true, Subscriber: true, Location: true}))
	descs := make(chan *prometheus.Desc)
	go func() {
		defer close(descs)
		result.Describe(descs)
	}()
	described := map[string]bool{}
	for desc := range descs {
		if described[desc.String()] {
			t.Errorf("%v is described twice", desc)
		}
		described[desc.String()] = true
	}
	metrics := make(chan prometheus.Metric)
	go func() {
		defer close(metrics)
		result.Collect(metrics)
	}()
	for metric := range metrics {
		if !described[metric.Desc().String()] {
			t.Errorf("%v is not described", metric.Desc())
		}
	}
}
