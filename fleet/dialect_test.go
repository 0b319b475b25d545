package fleet_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
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
	router := simulation(t, "balance-8.0")
	poll := func(want ...string) {
		t.Helper()
		result := router.poll(t.Context(), "wan", "allowance")
		wantReasons(t, result)
		wantParams(t, router, allowanceEndpoint, "connId", want...)
		if got := family(t, parse(t, exposition(t, result)), "peplink_allowance_usage_bytes", "wan_id"); len(got) == 0 {
			t.Error("no allowance is shown")
		}
	}
	router.change(allowanceEndpoint, "/4/2", nil) // one SIM each, for the sake of family
	poll("", "4", "5")
	poll("4", "5")
	router.Clock().Advance(time.Hour)
	poll("", "4", "5")
	router.polled().ForgetRefusals()
	poll("", "4", "5")
}

// To ask for the allowances of each WAN takes the WANs. A poll that waits for those in
// another poll's call keeps its own deadline all the same.
func TestAllowancesWhileTheWANsHang(t *testing.T) {
	router := simulation(t, "balance-8.0")
	router.target.MaxConcurrentRequests = 2
	wantReasons(t, router.poll(t.Context(), "wan", "allowance")) // that it wants a connId is known
	router.SetFault(wanEndpoint, hang)
	patient := router.begin(t.Context(), "wan", "allowance")
	router.joined("allowance", 1)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	hasty := router.begin(ctx, "wan", "allowance")
	wantReasons(t, <-hasty, "wan timeout", "allowance timeout") // while they hang
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-patient)
	router.wantCount(wanEndpoint, 2)
}

// When all have left nothing is asked for any more, and all slots are free.
func TestAllowancesThatNobodyWaitsFor(t *testing.T) {
	router := simulation(t, "balance-8.0")
	router.target.MaxConcurrentRequests = 2
	wantReasons(t, router.poll(t.Context(), "wan", "allowance"))
	router.SetFault(wanEndpoint, hang)
	ctx, leave := context.WithCancel(t.Context())
	polls := []<-chan *fleet.Result{router.begin(ctx, "wan", "allowance"), router.begin(ctx, "allowance")}
	router.joined("allowance", 2)
	leave()
	wantReasons(t, <-polls[0], "wan timeout", "allowance timeout")
	wantReasons(t, <-polls[1], "allowance timeout")
	waiting, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	if err := router.WaitIdle(waiting); err != nil {
		t.Error(err)
	}
	router.ClearFault(wanEndpoint)
	wantReasons(t, router.poll(t.Context(), "wan", "allowance"))
}

// Where no connection has a SIM there is nothing to ask for.
func TestAllowancesWithoutCellular(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(allowanceEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid connId"}})
	for _, id := range []string{"2", "3"} {
		router.remove(wanEndpoint, "/"+id)
	}
	for range 2 {
		wantReasons(t, router.poll(t.Context(), "wan", "allowance"))
	}
	wantParams(t, router, allowanceEndpoint, "connId", "")
}

// What was read of the first is shown although the second failed.
func TestAllowancesInPart(t *testing.T) {
	router := simulation(t, "balance-8.0")
	router.remove(allowanceEndpoint, "/5")
	for range 2 {
		result := router.poll(t.Context(), "wan", "allowance")
		wantReasons(t, result, "allowance api")
		if shown := labelled(parse(t, exposition(t, result)), "peplink_allowance_enabled", "wan"); len(shown) != 1 || shown["4"] == "" {
			t.Errorf("allowances of %v, want of 4", shown)
		}
	}
}

// A refusal of all connections lasts, as does one of all at once.
func TestRefusedAllowances(t *testing.T) {
	router := simulation(t, "balance-8.0")
	wantReasons(t, router.poll(t.Context(), "wan", "allowance"))
	router.SetFault(allowanceEndpoint, refusals["unsupported"])
	router.ClearRequests()
	for range 10 {
		wantReasons(t, router.poll(t.Context(), "wan", "allowance"), "allowance unsupported")
	}
	wantParams(t, router, allowanceEndpoint, "connId", "4")
}

// Models that lack a part refuse them all, and are asked for one by one.
func TestSystemPartByPart(t *testing.T) {
	router := simulation(t, hd2)
	router.remove(systemEndpoint, "/fanSpeed")
	const all = "device uptime cpuLoad thermalSensor fanSpeed"
	one := strings.Fields(all)
	poll := func(want ...string) {
		t.Helper()
		result := router.poll(t.Context(), "system")
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
	router.Clock().Advance(time.Hour - time.Second)
	poll(one[:4]...)
	router.Clock().Advance(time.Second)
	poll(slices.Concat([]string{all}, one)...)
}

// The load comes from status.cpu where nothing else tells it, at every scrape. That the
// device could not be read is said all the same.
func TestSystemWithoutDevice(t *testing.T) {
	router := simulation(t, "balance-8.0") // which has no status.system.info
	for range 3 {
		result := router.poll(t.Context(), "system")
		wantReasons(t, result, "system unsupported")
		wantValues(t, result, []string{"device_cpu_load_ratio", "scrape_unreadable_fields"},
			"device_cpu_load_ratio 0.04", `scrape_unreadable_fields{collector="system"} 0`)
	}
	router.wantCount("status.cpu", 3)
	router.wantCount(systemEndpoint, 6) // all at once, then five parts
}

// Of a device that cannot be read the rest is shown, at every scrape.
func TestSystemInPart(t *testing.T) {
	router := simulation(t, hd2)
	router.remove(systemEndpoint, "/device")
	for range 2 {
		result := router.poll(t.Context(), "system")
		wantReasons(t, result, "system unsupported")
		if len(values(t, result, "device_uptime_seconds", "device_cpu_load_ratio")) != 2 {
			t.Error("no uptime or load is shown")
		}
	}
}

// A model that lacks all of it is asked once an hour.
func TestSystemOfNothing(t *testing.T) {
	router := simulation(t, "balance-8.0")
	router.SetFault("status.cpu", refusals["unsupported"])
	for range 10 {
		wantReasons(t, router.poll(t.Context(), "wan", "system"), "system unsupported")
	}
	router.wantCount(systemEndpoint, 6)
	router.wantCount("status.cpu", 1)
}

// A part that fails for a while is no reason to give up the others later.
func TestSystemPartFails(t *testing.T) {
	router := simulation(t, hd2)
	router.remove(systemEndpoint, "/fanSpeed")
	wantReasons(t, router.poll(t.Context(), "system"))
	router.SetFault(systemEndpoint, peplinktest.Fault{Status: 503, Times: 1})
	wantReasons(t, router.poll(t.Context(), "system"), "system http")
	wantReasons(t, router.poll(t.Context(), "system"))
}

// What fails in other words than those of a refusal is remembered only where the router
// has shown that it has the device: else it may be over in a moment.
func TestSystemFailsOnce(t *testing.T) {
	router := simulation(t, hd2)
	busy := peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(7), Message: "busy"}}
	router.SetFault(systemEndpoint, busy)
	router.SetFault("status.cpu", busy)
	wantReasons(t, router.poll(t.Context(), "system"), "system api")
	router.ClearFault(peplinktest.EveryEndpoint)
	wantReasons(t, router.poll(t.Context(), "system"))
}

// A part may be refused in words of the model's own.
func TestSystemPartRefusedInOtherWords(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(systemEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid infoType"}, Times: 1})
	for range 2 {
		wantReasons(t, router.poll(t.Context(), "system"))
	}
	router.wantCount(systemEndpoint, 1+5+5)
}
