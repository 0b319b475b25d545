package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// asked are the collectors that these tests know of, whatever else there may be to ask for.
var asked = []string{"wan", "allowance"}

func TestResultTellsWhatBecameOfEachCollector(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(allowanceEndpoint, peplinktest.Fault{Status: 500})
	result := router.poll(t.Context(), asked...)
	if !result.Up || !result.LastSuccess.Equal(peplinktest.ReferenceTime()) || result.Duration <= 0 {
		t.Errorf("up %v, last success %v, duration %v", result.Up, result.LastSuccess, result.Duration)
	}
	if diff := cmp.Diff(map[string]peplink.Reason{"wan": "", "allowance": peplink.ReasonHTTP}, reasons(result)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a poll found out lives on while the router is down, or half of it.
func TestWhatIsKnownIsKept(t *testing.T) {
	router := simulation(t, hd2)
	router.poll(t.Context(), asked...)
	router.Clock().Advance(time.Minute)
	router.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
	result := router.poll(t.Context(), asked...)
	success := peplinktest.ReferenceTime().Add(time.Minute)
	if !result.Up || !result.LastSuccess.Equal(success) {
		t.Errorf("without the WANs: up %v, last success %v", result.Up, result.LastSuccess)
	}
	if got := labelled(parse(t, exposition(t, result)), "peplink_allowance_enabled", "wan")["1"]; got != "WAN 1" {
		t.Errorf("name of WAN 1: %q", got)
	}
	router.Clock().Advance(time.Minute)
	router.SetFault(peplinktest.EveryEndpoint, peplinktest.Fault{Status: 500})
	result = router.poll(t.Context(), asked...)
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
	router := simulation(t, hd2)
	router.close()
	samples := parse(t, exposition(t, router.poll(t.Context(), asked...)))
	want := []string{
		`peplink_scrape_error{collector="allowance", reason="connect"} 1`,
		`peplink_scrape_error{collector="wan", reason="connect"} 1`,
		"peplink_scrape_requests 1",
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_scrape_error", "peplink_scrape_requests")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whoever wants to know of the requests is told of each.
func TestRequestsAreCountedAndToldOf(t *testing.T) {
	router := simulation(t, hd2)
	var told []string
	router.observe = func(e peplink.Exchange) { told = append(told, e.Endpoint) }
	samples := parse(t, exposition(t, router.poll(t.Context(), asked...)))
	if diff := cmp.Diff([]string{"auth.token.grant", wanEndpoint, allowanceEndpoint}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"peplink_scrape_requests 3"}, lines(samples, "peplink_scrape_requests")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPollThatWasNeverStarted(t *testing.T) {
	router := simulation(t, hd2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	samples := parse(t, exposition(t, router.poll(ctx, asked...)))
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
	router := simulation(t, hd2)
	var got []string
	for _, outcome := range router.poll(t.Context(), "weather", "allowance", "wan").Outcomes {
		got = append(got, outcome.Collector)
	}
	if diff := cmp.Diff([]string{"wan", "allowance"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every sample is described by its table, as METRICS.md is.
func TestResultIsDescribed(t *testing.T) {
	router := simulation(t, hd2)
	router.target.Expose = config.Expose{Addresses: true, Subscriber: true, Location: true}
	described := map[string]collector.Document{}
	for _, section := range collector.Sections() {
		for _, document := range section.Metrics {
			if _, twice := described[document.Name]; twice {
				t.Errorf("%s is described twice", document.Name)
			}
			document.Labels = slices.Sorted(slices.Values(document.Labels))
			document.Source, document.Words = "", nil
			described[document.Name] = document
		}
	}
	families, err := router.poll(t.Context(), collector.Names()...).Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(families) < 50 {
		t.Errorf("only %d families", len(families))
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			got := collector.Document{
				Name: family.GetName(), Help: family.GetHelp(), Type: strings.ToLower(family.GetType().String()), Labels: nil,
			}
			for _, label := range metric.GetLabel() {
				got.Labels = append(got.Labels, label.GetName())
			}
			if diff := cmp.Diff(described[family.GetName()], got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-table +sample):\n%s", diff)
			}
		}
	}
}

// A router without WANs is no failure, in whatever way it says so.
func TestNoWANs(t *testing.T) {
	for _, document := range []string{`{}`, `{"order":[]}`, `[]`, `null`} {
		router := simulation(t, hd2)
		router.change(wanEndpoint, "", json.RawMessage(document))
		result := router.poll(t.Context(), asked...)
		wantValues(t, result, []string{"up", "wan_enabled"}, "up 1")
	}
}
