package collector_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func wantParams(t *testing.T, router *simulated, endpoint, name string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, router.params(endpoint, name)); diff != "" {
		t.Errorf("%s of %s (-want +got):\n%s", name, endpoint, diff)
	}
	router.ClearRequests()
}

// Firmware 8.0.0 wants a connId. That it does is remembered for an hour.
func TestAllowancesByConnection(t *testing.T) {
	router := simulation(t, outOfOrdinary{model: "balance-8.0"})
	poll := func(want ...string) {
		t.Helper()
		result := router.pollFor(t.Context(), t, "wan", "allowance")
		wantReasons(t, result)
		wantParams(t, router, allowanceEndpoint, "connId", want...)
		if got := family(t, parse(t, exposition(t, result)), "peplink_allowance_usage_bytes", "wan_id"); len(got) == 0 {
			t.Error("no allowance is shown")
		}
	}
	router.change(t, allowanceEndpoint, "/4/2", nil) // one SIM each, for the sake of family
	poll("", "4", "5")
	poll("4", "5")
	router.clock.Advance(time.Hour)
	poll("", "4", "5")
	router.polled.Forget()
	poll("", "4", "5")
}

// Where no connection has a SIM there is nothing to ask for.
func TestAllowancesWithoutCellular(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	router.SetFault(allowanceEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid connId"}})
	for _, id := range []string{"2", "3"} {
		if err := router.Remove(wanEndpoint, "/"+id); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		wantReasons(t, router.pollFor(t.Context(), t, "wan", "allowance"))
	}
	wantParams(t, router, allowanceEndpoint, "connId", "")
}

// What was read of the first is shown although the second failed.
func TestAllowancesInPart(t *testing.T) {
	router := simulation(t, outOfOrdinary{model: "balance-8.0"})
	if err := router.Remove(allowanceEndpoint, "/5"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		result := router.pollFor(t.Context(), t, "wan", "allowance")
		wantReasons(t, result, "allowance api")
		if shown := labelled(parse(t, exposition(t, result)), "peplink_allowance_enabled", "wan"); len(shown) != 1 || shown["4"] == "" {
			t.Errorf("allowances of %v, want of 4", shown)
		}
	}
}

// A refusal of all connections lasts, as does one of all at once.
func TestRefusedAllowances(t *testing.T) {
	router := simulation(t, outOfOrdinary{model: "balance-8.0"})
	wantReasons(t, router.pollFor(t.Context(), t, "wan", "allowance"))
	router.SetFault(allowanceEndpoint, refusals["unsupported"])
	router.ClearRequests()
	for range 10 {
		wantReasons(t, router.pollFor(t.Context(), t, "wan", "allowance"), "allowance unsupported")
	}
	wantParams(t, router, allowanceEndpoint, "connId", "4")
}

// Models that lack a part refuse them all, and are asked for one by one.
func TestSystemPartByPart(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	if err := router.Remove(systemEndpoint, "/fanSpeed"); err != nil {
		t.Fatal(err)
	}
	const all = "device uptime cpuLoad thermalSensor fanSpeed"
	one := strings.Fields(all)
	poll := func(want ...string) {
		t.Helper()
		result := router.pollFor(t.Context(), t, "system")
		wantReasons(t, result)
		wantParams(t, router, systemEndpoint, "infoType", want...)
		shown := parse(t, exposition(t, result))
		for _, name := range []string{"device_info", "device_uptime_seconds", "device_cpu_load_ratio", "device_temperature_celsius"} {
			if len(lines(shown, "peplink_"+name)) == 0 {
				t.Errorf("no %s", name)
			}
		}
	}
	poll(slices.Concat([]string{all}, one)...)
	poll(one[:4]...) // what it lacks is remembered
	router.clock.Advance(time.Hour - time.Second)
	poll(one[:4]...)
	router.clock.Advance(time.Second)
	poll(slices.Concat([]string{all}, one)...)
}

// The load comes from status.cpu where nothing else tells it, at every scrape. That the
// device could not be read is said all the same.
func TestSystemWithoutDevice(t *testing.T) {
	router := simulation(t, outOfOrdinary{model: "balance-8.0"}) // which has no status.system.info
	for range 3 {
		result := router.pollFor(t.Context(), t, "system")
		wantReasons(t, result, "system unsupported")
		wantValues(t, result, []string{"device_cpu_load_ratio", "scrape_unreadable_fields"},
			"device_cpu_load_ratio 0.04", `scrape_unreadable_fields{collector="system"} 0`)
	}
	router.wantCount(t, "status.cpu", 3)
	router.wantCount(t, systemEndpoint, 6) // all at once, then five parts
}

// Of a device that cannot be read the rest is shown, at every scrape.
func TestSystemInPart(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	if err := router.Remove(systemEndpoint, "/device"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		result := router.pollFor(t.Context(), t, "system")
		wantReasons(t, result, "system unsupported")
		if len(values(t, result, "device_uptime_seconds", "device_cpu_load_ratio")) != 2 {
			t.Error("no uptime or load is shown")
		}
	}
}

// A model that lacks all of it is asked once an hour.
func TestSystemOfNothing(t *testing.T) {
	router := simulation(t, outOfOrdinary{model: "balance-8.0"})
	router.SetFault("status.cpu", refusals["unsupported"])
	for range 10 {
		wantReasons(t, router.pollFor(t.Context(), t, "wan", "system"), "system unsupported")
	}
	router.wantCount(t, systemEndpoint, 6)
	router.wantCount(t, "status.cpu", 1)
}

// A part that fails for a while is no reason to give up the others later.
func TestSystemPartFails(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	if err := router.Remove(systemEndpoint, "/fanSpeed"); err != nil {
		t.Fatal(err)
	}
	wantReasons(t, router.pollFor(t.Context(), t, "system"))
	router.SetFault(systemEndpoint, peplinktest.Fault{Status: 503, Times: 1})
	wantReasons(t, router.pollFor(t.Context(), t, "system"), "system http")
	wantReasons(t, router.pollFor(t.Context(), t, "system"))
}

// What fails in other words than those of a refusal is remembered only where the router
// has shown that it has the device: else it may be over in a moment.
func TestSystemFailsOnce(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	busy := peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(7), Message: "busy"}}
	router.SetFault(systemEndpoint, busy)
	router.SetFault("status.cpu", busy)
	wantReasons(t, router.pollFor(t.Context(), t, "system"), "system api")
	router.ClearFault(peplinktest.EveryEndpoint)
	wantReasons(t, router.pollFor(t.Context(), t, "system"))
}

// A part may be refused in words of the model's own.
func TestSystemPartRefusedInOtherWords(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	router.SetFault(systemEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid infoType"}, Times: 1})
	for range 2 {
		wantReasons(t, router.pollFor(t.Context(), t, "system"))
	}
	router.wantCount(t, systemEndpoint, 1+5+5)
}
