package server_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// reference is the time at which the clocks of these tests begin.
func reference() float64 { return float64(peplinktest.ReferenceTime().Unix()) }

func TestLastSuccessStaysWhileTheRouterIsDown(t *testing.T) {
	const series = "peplink_last_success_timestamp_seconds"
	b, r := oneRouter(t)
	r.SetFault(everyEndpoint, peplinktest.Fault{Status: 500})
	b.probe("a").want(t, exposition{}, series)
	r.ClearFault(everyEndpoint)
	r.Clock().Advance(time.Minute) // for which no session is asked for
	b.probe("a").is(t, series, reference()+60)
	for name, f := range map[string]peplinktest.Fault{
		"partial is a success": {}, "down": {Status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			b.probe("a").is(t, "peplink_up", 1)
			before := b.probe("a")[series]
			r.Clock().Advance(time.Minute)
			want := before + 60
			if f != (peplinktest.Fault{}) {
				r.SetFault(everyEndpoint, f)
				want = before
			} else {
				r.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
			}
			defer r.ClearFault(everyEndpoint)
			for range 2 {
				got := b.probe("a")
				got.is(t, "peplink_up", oneIf(want > before))
				got.is(t, series, want)
			}
		})
	}
	r.stop(t)
	r.Clock().Advance(time.Hour)
	got := b.probe("a")
	got.is(t, "peplink_up", 0)
	if age := reference() + 3600 - got[series]; age < 0 || len(got.of(series)) != 1 {
		t.Errorf("last success %v after the port closed", got.of(series))
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// Names come from status.wan.connection. Where that fails, those it gave last are used.
func TestLastKnownWANNames(t *testing.T) {
	b, r := oneRouter(t)
	const byID, byName = `peplink_allowance_enabled{sim="", wan="", wan_id="1"}`, `peplink_allowance_enabled{sim="", wan="WAN 1", wan_id="1"}`
	r.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
	got := b.probe("a")
	got.is(t, byID, 1)
	got.want(t, exposition{`peplink_scrape_error{collector="wan", reason="http"}`: 1}, "peplink_scrape_error")

	r.ClearFault(everyEndpoint)
	healthy := b.probe("a")
	healthy.is(t, byName, 1)

	r.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
	for range 2 {
		if diff := cmp.Diff(healthy.of("peplink_allowance"), b.probe("a").of("peplink_allowance")); diff != "" {
			t.Errorf("allowances (-before +while the names cannot be read):\n%s", diff)
		}
	}

	r.ClearFault(everyEndpoint)
	r.change(t, wanEndpoint, "/1/name", "Fibre")
	b.probe("a").is(t, `peplink_allowance_enabled{sim="", wan="Fibre", wan_id="1"}`, 1)
}

// A collector that bears the names has status.wan.connection asked, but only what was
// asked for is shown.
func TestNamesWithoutTheCollectorWAN(t *testing.T) {
	b, r := oneRouter(t)
	got := b.probe("a&collect[]=allowance")
	got.is(t, "peplink_up", 1)
	got.is(t, `peplink_allowance_enabled{sim="", wan="WAN 1", wan_id="1"}`, 1)
	got.is(t, "peplink_scrape_requests", 3)
	got.want(t, exposition{}, collectorsOf["wan"].series...)
	for series := range got.of("peplink_scrape_collector", "peplink_scrape_unreadable") {
		if len(exposition{series: 0}.of(`peplink_scrape_collector_success{collector="allowance"}`,
			`peplink_scrape_collector_duration_seconds{collector="allowance"}`,
			`peplink_scrape_collector_data_age_seconds{collector="allowance"}`,
			`peplink_scrape_unreadable_fields{collector="allowance"}`)) == 0 {
			t.Errorf("there is %s", series)
		}
	}
	// What fails for the names alone is no failure of what was asked for.
	r.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
	got = b.probe("a&collect[]=allowance")
	got.is(t, "peplink_up", 1)
	got.is(t, `peplink_allowance_enabled{sim="", wan="WAN 1", wan_id="1"}`, 1)
	got.want(t, exposition{}, "peplink_scrape_error")
	if logged := b.logs.records(); len(logged) > 0 {
		t.Errorf("logged: %v", logged)
	}
}

func TestSessionIsSharedAndCounted(t *testing.T) {
	b, r := oneRouter(t)
	life := peplinktest.DefaultTokenLife.Seconds()
	for range 3 {
		got := b.probe("a")
		got.want(t, exposition{
			"peplink_session_grants_total": 1, "peplink_session_grant_failures_total": 0,
			"peplink_session_expiry_timestamp_seconds": reference() + life,
		}, "peplink_session_grant", "peplink_session_expiry")
		due := got["peplink_session_refresh_due_timestamp_seconds"]
		if latest := reference() + life*9/10; due > latest || due < latest-life/100 {
			t.Errorf("refresh due %v, want at most a hundredth of the life before %v", due, latest)
		}
	}
	if n := r.Count(grantEndpoint); n != 1 {
		t.Errorf("%d grants for three polls", n)
	}
	r.RevokeTokens()
	r.Clock().Advance(time.Hour)
	got := b.probe("a")
	got.is(t, "peplink_up", 1)
	got.is(t, "peplink_session_grants_total", 2)
	// Two for the refused token, a grant, and both again or anew.
	if n := got["peplink_scrape_requests"]; n < 4 || n > 5 {
		t.Errorf("%v requests in the poll that met a lost token", n)
	}
}

func TestGrantFailuresAreCounted(t *testing.T) {
	b, r := oneRouter(t)
	r.RemoveClient(peplinktest.ClientID)
	for range 2 { // the second is within the back-off
		got := b.probe("a")
		got.want(t, exposition{
			"peplink_session_grants_total": 0, "peplink_session_grant_failures_total": 1,
		}, "peplink_session_")
	}
	r.AddClient(peplinktest.ClientID, peplinktest.ClientSecret)
	r.Clock().Advance(time.Minute)
	got := b.probe("a")
	got.is(t, "peplink_up", 1)
	got.is(t, "peplink_session_grants_total", 1)
	got.is(t, "peplink_session_grant_failures_total", 1)
}

func TestTrafficOnTheWireIsCounted(t *testing.T) {
	b, r := oneRouter(t)
	first, second := b.probe("a"), b.probe("a")
	documents := 0
	for _, endpoint := range []string{wanEndpoint, allowanceEndpoint} {
		document, err := r.Document(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		documents += len(document)
	}
	for _, series := range []string{"peplink_target_receive_bytes_total", "peplink_target_transmit_bytes_total"} {
		if first[series] < 100 || second[series] <= first[series] {
			t.Errorf("%s: %v, then %v", series, first[series], second[series])
		}
	}
	if received := first["peplink_target_receive_bytes_total"]; received < float64(documents) {
		t.Errorf("%v bytes received, the documents have %d", received, documents)
	}
}
