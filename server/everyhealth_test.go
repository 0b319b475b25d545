package server_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// silent are the collectors that succeed without a series, by model, and why.
var silent = map[string]map[string]string{
	"balance-710-8.5": {"sim": "no cellular WAN of its own", "wifi": "no Wi-Fi WAN"},
	"fusionhub-8.3":   {"sim": "no cellular WAN", "wifi": "no Wi-Fi WAN", "pepvpn_remote": "no remote in its tunnels"},
	"max-br1-5g-8.6":  {"pepvpn_remote": "no remote in its tunnels"},
	"max-br1-pro-8.6": {"pepvpn_remote": "no remote in its tunnels"},
	"sloppy": {
		"port": unreadable, "location": unreadable, "ap": unreadable, "pepvpn_remote": "no remote in its tunnels",
	},
	"vendor-examples": {"sim": "no cellular WAN", "wifi": "no Wi-Fi WAN", "pepvpn_remote": "no remote in its tunnels"},
}

// unreadable is why a collector is silent that has to tell so.
const unreadable = "nothing in the answer can be read"

// ailing are the collectors that fail though nothing is wrong with the router, for another
// reason than that the model lacks their endpoint.
var ailing = map[string]map[string]string{
	"max-br1-5g-8.6": {"wifi": "api"}, // one of its Wi-Fi WANs has no result
}

// substitutes are asked where a router refuses a collector's own endpoint.
var substitutes = map[string][]string{
	"status.port": {"status.port.lan", "status.port.wan"},
}

// lacks tells whether the model has nothing that a collector would ask for.
func (r *router) lacks(section collector.Section) bool {
	_, asksNothing := silent[r.Model()][section.Collector]
	return !asksNothing && !slices.ContainsFunc(
		append([]string{section.Endpoint}, substitutes[section.Endpoint]...),
		func(endpoint string) bool { return slices.Contains(r.State().Documents, endpoint) },
	)
}

// healthyFailures are the collectors that fail on a router of this model while all is well.
func (r *router) healthyFailures() map[string]string {
	failed := maps.Clone(ailing[r.Model()])
	if failed == nil {
		failed = map[string]string{}
	}
	for name, section := range sections() {
		if name != "" && r.lacks(section) {
			failed[name] = "unsupported"
		}
	}
	return failed
}

// healthy is a probe of a router with which all is well: every collector brings something,
// but for those of which the tables above say otherwise.
func (e *exporter) healthy(r *router) exposition {
	e.t.Helper()
	got, failed := e.probe("a"), r.healthyFailures()
	got.is(e.t, "peplink_up", 1)
	want := exposition{}
	for name, section := range sections() {
		if name == "" {
			continue
		}
		reason, fails := failed[name]
		want[succeeds(name)] = oneIf(!fails)
		if fails {
			want[failsFor(name, reason)] = 1
			continue
		}
		why, isSilent := silent[r.Model()][name]
		switch shown := got.by(section); {
		case len(shown) == 0 && !isSilent:
			e.t.Errorf("%s succeeds without a series", name)
		case len(shown) > 0 && isSilent:
			e.t.Errorf("%s is said to be silent (%s), but shows %v", name, why, shown)
		}
		told := fmt.Sprintf(`peplink_scrape_unreadable_fields{collector=%q}`, name)
		if why == unreadable && got[told] == 0 {
			e.t.Errorf("%s shows nothing and tells of nothing unreadable", name)
		}
	}
	got.want(e.t, want, "peplink_scrape_collector_success", "peplink_scrape_error")
	return got
}

// failureOf is what a probe tells of a collector that failed, empty for one that did not.
func (e exposition) failureOf(name string) exposition {
	return e.of(fmt.Sprintf(`peplink_scrape_error{collector=%q,`, name))
}

// succeeds is the series that tells whether a collector does.
func succeeds(name string) string {
	return fmt.Sprintf(`peplink_scrape_collector_success{collector=%q}`, name)
}

// failsFor is the series of a collector that fails.
func failsFor(name, reason string) string {
	return fmt.Sprintf(`peplink_scrape_error{collector=%q, reason=%q}`, name, reason)
}
