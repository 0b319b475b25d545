package fleet_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// keeping polls for some collectors, whose answers may be as old as given by name.
func (s *simulated) keeping(ages map[string]time.Duration, collectors ...string) *fleet.Result {
	s.t.Helper()
	s.target.MinInterval = ages
	return s.poll(s.t.Context(), collectors...)
}

func TestKeptAnswer(t *testing.T) {
	router := simulation(t, hd2)
	ages := map[string]time.Duration{"wan": 5 * time.Minute}
	poll := func(age string, requests int) {
		t.Helper()
		result := router.keeping(ages, "wan", "lan")
		wantReasons(t, result)
		wantValues(t, result, []string{"up", "scrape_collector_data_age_seconds"},
			`scrape_collector_data_age_seconds{collector="lan"} 0`,
			`scrape_collector_data_age_seconds{collector="wan"} `+age, "up 1")
		router.wantCount(wanEndpoint, requests)
		if len(values(t, result, "wan_up")) == 0 {
			t.Error("no WAN is shown")
		}
	}
	poll("0", 1)
	poll("0", 1)
	router.Clock().Advance(time.Minute)
	poll("60", 1)
	router.Clock().Advance(4*time.Minute - time.Second)
	poll("299", 1)
	router.Clock().Advance(time.Second)
	poll("0", 2) // the interval is over
	router.Clock().Advance(time.Minute)
	poll("60", 2)
}

// What a poll brings that found the kept answer too old is kept in its place.
func TestKeptAnswerIsTheNewest(t *testing.T) {
	router := simulation(t, hd2)
	short, long := map[string]time.Duration{"wan": time.Minute}, map[string]time.Duration{"wan": 5 * time.Minute}
	router.keeping(long, "wan")
	router.Clock().Advance(2 * time.Minute)
	router.keeping(short, "wan")
	router.wantCount(wanEndpoint, 2)
	router.Clock().Advance(4 * time.Minute)
	wantValues(t, router.keeping(long, "wan"), []string{"scrape_collector_data_age_seconds", "scrape_requests"},
		`scrape_collector_data_age_seconds{collector="wan"} 240`, "scrape_requests 0")
}

// Where no min_interval asks for it nothing is kept.
func TestNothingIsKeptInVain(t *testing.T) {
	router := simulation(t, hd2)
	router.keeping(nil, "wan")
	wantValues(t, router.keeping(all("wan"), "wan"), []string{"scrape_requests"}, "scrape_requests 1")
	wantValues(t, router.keeping(all("wan"), "wan"), []string{"scrape_requests"}, "scrape_requests 0")
	wantValues(t, router.keeping(map[string]time.Duration{"all": time.Hour}, "wan"), []string{"scrape_requests"}, "scrape_requests 0")
}

// The names that other collectors need come from the kept answer too.
func TestKeptNames(t *testing.T) {
	router := simulation(t, hd2)
	ages := map[string]time.Duration{"wan": 5 * time.Minute}
	router.keeping(ages, "wan")
	router.Clock().Advance(time.Minute)
	result := router.keeping(ages, "allowance")
	wantReasons(t, result)
	router.wantCount(wanEndpoint, 1)
	if got := labelled(parse(t, exposition(t, result)), "peplink_allowance_enabled", "wan")["1"]; got != "WAN 1" {
		t.Errorf("name of WAN 1: %q", got)
	}
}

// Links are kept apart from the peers they belong to, which come from the same endpoint.
func TestKeptLinks(t *testing.T) {
	router := simulation(t, hd2)
	ages := map[string]time.Duration{"pepvpn": time.Hour}
	router.keeping(ages, "pepvpn", "pepvpn_link")
	router.Clock().Advance(time.Minute)
	result := router.keeping(ages, "pepvpn", "pepvpn_link")
	wantReasons(t, result)
	wantValues(t, result, []string{"scrape_collector_data_age_seconds"},
		`scrape_collector_data_age_seconds{collector="pepvpn"} 60`,
		`scrape_collector_data_age_seconds{collector="pepvpn_link"} 0`)
	router.wantCount(pepvpnEndpoint, 3)
}

// A new session drops what is kept: it may be another router by now.
func TestNewSessionDropsKeptAnswers(t *testing.T) {
	router := simulation(t, hd2)
	ages := map[string]time.Duration{"wan": time.Hour}
	router.keeping(ages, "wan", "lan")
	router.Clock().Advance(time.Minute)
	router.RevokeTokens()
	wantReasons(t, router.keeping(ages, "wan", "lan"))
	router.wantCount(grantEndpoint, 2)
	router.wantCount(wanEndpoint, 1) // asked for before the loss was known
	result := router.keeping(ages, "wan", "lan")
	router.wantCount(wanEndpoint, 2)
	wantValues(t, result, []string{"scrape_collector_data_age_seconds"},
		`scrape_collector_data_age_seconds{collector="lan"} 0`,
		`scrape_collector_data_age_seconds{collector="wan"} 0`)
}

// A token renewed before its end continues the session.
func TestRefreshKeepsAnswers(t *testing.T) {
	router := simulation(t, hd2, peplinktest.WithTokenLife(time.Hour))
	ages := map[string]time.Duration{"wan": 2 * time.Hour}
	router.keeping(ages, "wan", "lan")
	router.Clock().Set(router.session().RefreshDue)
	router.keeping(ages, "wan", "lan")
	eventually(t, "a refresh", func() bool { return router.session().Grants == 2 })
	router.keeping(ages, "wan", "lan")
	router.wantCount(wanEndpoint, 1)
	// A token that has expired does not.
	router.Clock().Set(router.session().Expiry)
	router.keeping(ages, "wan", "lan")
	wantReasons(t, router.keeping(ages, "wan", "lan"))
	router.wantCount(wanEndpoint, 2)
}

func TestFailuresAreNotKept(t *testing.T) {
	router := simulation(t, hd2)
	ages := map[string]time.Duration{"wan": time.Hour}
	router.SetFault(wanEndpoint, peplinktest.Fault{Status: 500, Times: 2})
	wantReasons(t, router.keeping(ages, "wan"), "wan http")
	result := router.keeping(ages, "wan")
	wantReasons(t, result, "wan http")
	wantValues(t, result, []string{"scrape_collector_data_age_seconds"})
	wantReasons(t, router.keeping(ages, "wan"))
	router.wantCount(wanEndpoint, 3)
}
