package collector_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// keeping polls for some collectors, whose answers may be as old as given by name.
func (s *simulated) keeping(t *testing.T, ages map[string]time.Duration, collectors ...string) *collector.Result {
	t.Helper()
	request := s.request(t, collector.Expose{})
	request.Collectors = collectors
	request.MinInterval = func(name string) time.Duration { return ages[name] }
	return s.poll(t, request)
}

func TestKeptAnswer(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	ages := map[string]time.Duration{"wan": 5 * time.Minute}
	poll := func(age string, requests int) {
		t.Helper()
		result := router.keeping(t, ages, "wan", "lan")
		wantReasons(t, result)
		wantValues(t, result, []string{"up", "scrape_collector_data_age_seconds"},
			`scrape_collector_data_age_seconds{collector="lan"} 0`,
			`scrape_collector_data_age_seconds{collector="wan"} `+age, "up 1")
		router.wantCount(t, wanEndpoint, requests)
		if len(values(t, result, "wan_up")) == 0 {
			t.Error("no WAN is shown")
		}
	}
	poll("0", 1)
	poll("0", 1)
	router.clock.Advance(time.Minute)
	poll("60", 1)
	router.clock.Advance(4*time.Minute - time.Second)
	poll("299", 1)
	router.clock.Advance(time.Second)
	poll("0", 2) // the interval is over
	router.clock.Advance(time.Minute)
	poll("60", 2)
}

// A poll for which nothing may be old asks, and what it brings is kept for others.
func TestKeptAnswerIsTheNewest(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	ages := map[string]time.Duration{"wan": 5 * time.Minute}
	router.keeping(t, ages, "wan")
	router.clock.Advance(2 * time.Minute)
	router.keeping(t, nil, "wan")
	router.clock.Advance(4 * time.Minute)
	wantValues(t, router.keeping(t, ages, "wan"), []string{"scrape_collector_data_age_seconds", "scrape_requests"},
		`scrape_collector_data_age_seconds{collector="wan"} 240`, "scrape_requests 0")
}

// The names that other collectors need come from the kept answer too.
func TestKeptNames(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	ages := map[string]time.Duration{"wan": 5 * time.Minute}
	router.keeping(t, ages, "wan")
	router.clock.Advance(time.Minute)
	result := router.keeping(t, ages, "allowance")
	wantReasons(t, result)
	router.wantCount(t, wanEndpoint, 1)
	if got := labelled(parse(t, exposition(t, result)), "peplink_allowance_enabled", "wan")["1"]; got != "WAN 1" {
		t.Errorf("name of WAN 1: %q", got)
	}
}

// Links are kept apart from the peers they belong to, which come from the same endpoint.
func TestKeptLinks(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	ages := map[string]time.Duration{"pepvpn": time.Hour}
	router.keeping(t, ages, "pepvpn", "pepvpn_link")
	router.clock.Advance(time.Minute)
	result := router.keeping(t, ages, "pepvpn", "pepvpn_link")
	wantReasons(t, result)
	wantValues(t, result, []string{"scrape_collector_data_age_seconds"},
		`scrape_collector_data_age_seconds{collector="pepvpn"} 60`,
		`scrape_collector_data_age_seconds{collector="pepvpn_link"} 0`)
	router.wantCount(t, pepvpnEndpoint, 3)
}

// A new session drops what is kept: it may be another router by now.
func TestNewSessionDropsKeptAnswers(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	ages := map[string]time.Duration{"wan": time.Hour}
	router.keeping(t, ages, "wan", "lan")
	router.clock.Advance(time.Minute)
	router.RevokeTokens()
	wantReasons(t, router.keeping(t, ages, "wan", "lan"))
	router.wantCount(t, grantEndpoint, 2)
	router.wantCount(t, wanEndpoint, 1) // asked for before the loss was known
	result := router.keeping(t, ages, "wan", "lan")
	router.wantCount(t, wanEndpoint, 2)
	wantValues(t, result, []string{"scrape_collector_data_age_seconds"},
		`scrape_collector_data_age_seconds{collector="lan"} 0`,
		`scrape_collector_data_age_seconds{collector="wan"} 0`)
}

// A token renewed before its end continues the session.
func TestRefreshKeepsAnswers(t *testing.T) {
	router := simulation(t, outOfOrdinary{router: []peplinktest.Option{peplinktest.WithTokenLife(time.Hour)}})
	ages := map[string]time.Duration{"wan": 2 * time.Hour}
	router.keeping(t, ages, "wan", "lan")
	router.clock.Set(router.client.Status().Session.RefreshDue)
	router.keeping(t, ages, "wan", "lan")
	becomes(t, "a refresh", func() bool { return router.client.Status().Session.Grants == 2 })
	router.keeping(t, ages, "wan", "lan")
	router.wantCount(t, wanEndpoint, 1)
	// A token that has expired does not.
	router.clock.Set(router.client.Status().Session.Expiry)
	router.keeping(t, ages, "wan", "lan")
	wantReasons(t, router.keeping(t, ages, "wan", "lan"))
	router.wantCount(t, wanEndpoint, 2)
}

func TestFailuresAreNotKept(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	ages := map[string]time.Duration{"wan": time.Hour}
	router.SetFault(wanEndpoint, peplinktest.Fault{Status: 500, Times: 2})
	wantReasons(t, router.keeping(t, ages, "wan"), "wan http")
	result := router.keeping(t, ages, "wan")
	wantReasons(t, result, "wan http")
	wantValues(t, result, []string{"scrape_collector_data_age_seconds"})
	wantReasons(t, router.keeping(t, ages, "wan"))
	router.wantCount(t, wanEndpoint, 3)
}
