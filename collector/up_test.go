package collector_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func wantUp(t *testing.T, result *collector.Result, want bool) {
	t.Helper()
	if result.Up != want {
		t.Errorf("up %v, want %v", result.Up, want)
	}
}

// all makes every answer of these collectors serve for an hour.
func all(names ...string) map[string]time.Duration {
	ages := map[string]time.Duration{}
	for _, name := range names {
		ages[name] = time.Hour
	}
	return ages
}

var broken = peplinktest.Fault{Status: 500}

func TestUpByKeptAnswersAlone(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	wantUp(t, router.keeping(t, nil, "wan", "lan"), true)
	router.clock.Advance(time.Minute)
	router.server.Close()
	result := router.keeping(t, all("wan", "lan"), "wan", "lan")
	wantUp(t, result, true) // as in the poll that fetched them
	if !result.LastSuccess.Equal(router.clock.Now()) {
		t.Errorf("last success %v", result.LastSuccess)
	}
	wantValues(t, result, []string{"scrape_requests"}, "scrape_requests 0")
}

// What info.firmware answers, it answers to anybody.
func TestUpByKeptFirmware(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	router.SetFault(wanEndpoint, broken)
	wantUp(t, router.keeping(t, nil, "wan", "firmware"), false)
	router.clock.Advance(time.Minute)
	wantUp(t, router.keeping(t, all("firmware"), "firmware"), false)
	router.ClearFault(wanEndpoint)
	wantUp(t, router.keeping(t, nil, "wan", "firmware"), true)
	wantUp(t, router.keeping(t, all("firmware"), "firmware"), true)
	router.wantCount(t, "info.firmware", 2)
}

// A kept answer does not hide that the router cannot be read now.
func TestDownDespiteKeptAnswers(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	wantUp(t, router.keeping(t, nil, "wan", "lan", "firmware"), true)
	router.SetFault(lanEndpoint, broken)
	wantUp(t, router.keeping(t, all("wan"), "wan", "lan"), false)
	wantUp(t, router.keeping(t, all("wan"), "wan", "lan", "firmware"), false)
	router.SetFault("info.firmware", broken)
	wantUp(t, router.keeping(t, all("wan", "lan"), "wan", "lan", "firmware"), false)
}

// Where the WANs' answer is kept and only the firmware is asked for, that shows it.
func TestUpByFirmwareBesideKeptAnswers(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	wantUp(t, router.keeping(t, nil, "wan", "firmware"), true)
	router.clock.Advance(time.Minute)
	wantUp(t, router.keeping(t, all("wan"), "wan", "firmware"), true)
}

func TestUpByFirmwareAlone(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	wantUp(t, router.pollFor(t.Context(), t, "firmware"), true)
	router.SetFault("info.firmware", broken)
	wantUp(t, router.pollFor(t.Context(), t, "firmware"), false)
	router.ClearFault("info.firmware")
	wantUp(t, router.pollFor(t.Context(), t, "firmware"), true)
}

// The router answers info.firmware without a session, so a session that an endpoint has
// refused is not shown to be good by it.
func TestDownByRefusedSession(t *testing.T) {
	t.Run("lost", func(t *testing.T) {
		router := simulation(t, outOfOrdinary{})
		wantUp(t, router.pollFor(t.Context(), t, "lan", "firmware"), true)
		router.RevokeTokens()
		wantUp(t, router.pollFor(t.Context(), t, "lan", "firmware"), true) // by a new one
		router.RevokeTokens()
		result := router.pollFor(t.Context(), t, "lan") // too soon for another
		wantReasons(t, result, "lan auth")
		wantUp(t, router.pollFor(t.Context(), t, "firmware"), false)
		router.clock.Advance(time.Minute)
		wantUp(t, router.pollFor(t.Context(), t, "lan"), true)
		wantUp(t, router.pollFor(t.Context(), t, "firmware"), true)
	})
	for name, collectors := range map[string][]string{"without rights": {"lan", "wan"}, "without a right": {"lan"}} {
		t.Run(name, func(t *testing.T) {
			router := simulation(t, outOfOrdinary{})
			router.Forbid(lanEndpoint, wanEndpoint)
			wantUp(t, router.pollFor(t.Context(), t, append(collectors, "firmware")...), false)
			wantUp(t, router.pollFor(t.Context(), t, "firmware"), false)
		})
	}
}

// Of what was asked, one answer is enough.
func TestUpByOneOfMany(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	router.SetFault(peplinktest.EveryEndpoint, broken)
	router.SetFault(grantEndpoint, peplinktest.Fault{DripMilliseconds: 1}) // which stands in place of that of all
	router.SetFault(lanEndpoint, peplinktest.Fault{DripMilliseconds: 1})
	wantUp(t, router.pollFor(t.Context(), t, collector.Names()...), true)
	router.SetFault(lanEndpoint, broken)
	wantUp(t, router.pollFor(t.Context(), t, collector.Names()...), false)
	wantUp(t, router.pollFor(t.Context(), t), false) // nothing was asked
}
