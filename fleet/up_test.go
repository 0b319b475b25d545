package fleet_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// all makes every answer of these collectors serve for an hour.
func all(names ...string) map[string]time.Duration {
	ages := map[string]time.Duration{}
	for _, name := range names {
		ages[name] = time.Hour
	}
	return ages
}

func TestUpByKeptAnswersAlone(t *testing.T) {
	router := simulation(t, hd2)
	wantUp(t, router.keeping(all("wan", "lan"), "wan", "lan"), true)
	router.Clock().Advance(time.Minute)
	router.close()
	result := router.keeping(all("wan", "lan"), "wan", "lan")
	wantUp(t, result, true) // as in the poll that fetched them
	if !result.LastSuccess.Equal(router.Clock().Now()) {
		t.Errorf("last success %v", result.LastSuccess)
	}
	wantValues(t, result, []string{"scrape_requests"}, "scrape_requests 0")
}

// What info.firmware answers, it answers to anybody.
func TestUpByKeptFirmware(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(wanEndpoint, broken)
	wantUp(t, router.keeping(all("firmware"), "wan", "firmware"), false)
	router.Clock().Advance(time.Minute)
	wantUp(t, router.keeping(all("firmware"), "firmware"), false)
	router.ClearFault(wanEndpoint)
	router.Clock().Advance(time.Hour)
	wantUp(t, router.keeping(all("firmware"), "wan", "firmware"), true)
	wantUp(t, router.keeping(all("firmware"), "firmware"), true)
	router.wantCount("info.firmware", 2)
}

// A kept answer does not hide that the router cannot be read now.
func TestDownDespiteKeptAnswers(t *testing.T) {
	router := simulation(t, hd2)
	wantUp(t, router.keeping(all("wan", "lan"), "wan", "lan", "firmware"), true)
	router.SetFault(lanEndpoint, broken)
	wantUp(t, router.keeping(all("wan"), "wan", "lan"), false)
	wantUp(t, router.keeping(all("wan"), "wan", "lan", "firmware"), false)
	router.SetFault("info.firmware", broken)
	wantUp(t, router.keeping(all("wan", "lan"), "wan", "lan", "firmware"), false)
}

// Where the WANs' answer is kept and only the firmware is asked for, that shows it.
func TestUpByFirmwareBesideKeptAnswers(t *testing.T) {
	router := simulation(t, hd2)
	wantUp(t, router.keeping(all("wan"), "wan", "firmware"), true)
	router.Clock().Advance(time.Minute)
	wantUp(t, router.keeping(all("wan"), "wan", "firmware"), true)
}

func TestUpByFirmwareAlone(t *testing.T) {
	router := simulation(t, hd2)
	wantUp(t, router.poll(t.Context(), "firmware"), true)
	router.SetFault("info.firmware", broken)
	wantUp(t, router.poll(t.Context(), "firmware"), false)
	router.ClearFault("info.firmware")
	wantUp(t, router.poll(t.Context(), "firmware"), true)
}

// The router answers info.firmware without a session, so a session that an endpoint has
// refused is not shown to be good by it.
func TestDownByRefusedSession(t *testing.T) {
	t.Run("lost", func(t *testing.T) {
		router := simulation(t, hd2)
		wantUp(t, router.poll(t.Context(), "lan", "firmware"), true)
		router.RevokeTokens()
		wantUp(t, router.poll(t.Context(), "lan", "firmware"), true) // by a new one
		router.RevokeTokens()
		result := router.poll(t.Context(), "lan") // too soon for another
		wantReasons(t, result, "lan auth")
		wantUp(t, router.poll(t.Context(), "firmware"), false)
		router.Clock().Advance(time.Minute)
		wantUp(t, router.poll(t.Context(), "lan"), true)
		wantUp(t, router.poll(t.Context(), "firmware"), true)
	})
	for name, collectors := range map[string][]string{"without rights": {"lan", "wan"}, "without a right": {"lan"}} {
		t.Run(name, func(t *testing.T) {
			router := simulation(t, hd2)
			router.Forbid(lanEndpoint, wanEndpoint)
			wantUp(t, router.poll(t.Context(), append(collectors, "firmware")...), false)
			wantUp(t, router.poll(t.Context(), "firmware"), false)
		})
	}
}

// Of what was asked, one answer is enough.
func TestUpByOneOfMany(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(peplinktest.EveryEndpoint, broken)
	router.SetFault(grantEndpoint, peplinktest.Fault{DripMilliseconds: 1}) // which stands in place of that of all
	router.SetFault(lanEndpoint, peplinktest.Fault{DripMilliseconds: 1})
	wantUp(t, router.poll(t.Context(), collector.Names()...), true)
	router.SetFault(lanEndpoint, broken)
	wantUp(t, router.poll(t.Context(), collector.Names()...), false)
	wantUp(t, router.polled().Poll(t.Context(), nil), false) // nothing was asked
}
