package server_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// faultClass is a way to fail that ends by itself.
type faultClass struct {
	fault peplinktest.Fault
	// reason is that of the collectors whose endpoint fails so, session that of all where
	// it is the grant or login; "" where the poll gets over it.
	reason, session string
}

// faultClasses are those of one endpoint: how much is too much depends on it.
func faultClasses(endpoint string) map[string]faultClass {
	limit := 4 << 20
	if endpoint == pepvpnEndpoint {
		limit = 16 << 20
	}
	fail := func(message string, code ...int) peplinktest.Fault {
		f := &peplinktest.Fail{Message: message}
		if len(code) > 0 {
			f.Code = &code[0]
		}
		return peplinktest.Fault{Fail: f}
	}
	once, twice := fail("Internal Error", 401), fail("Internal Error")
	once.Times, twice.Times = 1, 2
	return map[string]faultClass{
		"status 500":            {peplinktest.Fault{Status: 500}, "http", "http"},
		"status 404":            {peplinktest.Fault{Status: 404}, "unsupported", "auth"},
		"status 401":            {peplinktest.Fault{Status: 401}, "forbidden", "auth"},
		"redirect":              {peplinktest.Fault{Redirect: "/api/info.firmware"}, "http", "http"},
		"failure without code":  {fail("busy"), "api", "auth"},
		"code 3":                {fail("invalid parameter", 3), "api", "auth"},
		"unknown function":      {fail("unknown function"), "unsupported", "auth"},
		"unsupported request":   {fail("Unsupported request", 2), "unsupported", "auth"},
		"internal error once":   {once, "", ""},
		"internal error twice":  {twice, "api", "api"},
		"internal error":        {fail("Internal Error"), "api", "api"},
		"internal error as 401": {fail("Internal Error", 401), "api", "api"},
		"web page":              {peplinktest.Fault{LoginPage: true}, "decode", "decode"},
		"cut":                   {peplinktest.Fault{Cut: true}, "http", "http"},
		"empty body":            {peplinktest.Fault{Body: new("")}, "decode", "decode"},
		"not JSON":              {peplinktest.Fault{Body: new("busy")}, "decode", "decode"},
		"half of JSON":          {peplinktest.Fault{Body: new(`{"stat":"ok","response":{"1":`)}, "decode", "decode"},
		"too large":             {peplinktest.Fault{Oversize: limit + 1}, "decode", "decode"},
		"deep nesting":          {peplinktest.Fault{Nesting: 2000}, "decode", "decode"},
		"unauthorized":          {peplinktest.Fault{Forbidden: true}, "forbidden", "auth"},
	}
}

// concerned are the collectors that cannot do without an endpoint: its own, and of
// status.pepvpn the links too, which are asked for by peer.
func concerned(endpoint string) (names []string) {
	for name, section := range sections() {
		if section.Endpoint == endpoint {
			names = append(names, name)
		}
	}
	return names
}

// asksEverything keeps nothing, so that no fault goes unnoticed.
const asksEverything = "min_interval: {firmware: 0s}"

// Whatever happens to one endpoint costs the collectors that need it, tells why, and
// leaves all others as they are, the names of the WANs included.
func TestEveryFaultAtEveryEndpoint(t *testing.T) {
	endpoints := map[string]bool{}
	for _, section := range sections() {
		endpoints[section.Endpoint] = section.Endpoint != ""
	}
	for endpoint, is := range endpoints {
		if !is {
			continue
		}
		for name, class := range faultClasses(endpoint) {
			t.Run(endpoint+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := simulateModel(t, "max-hd2-8.3")
				b := r.exporter(t, asksEverything)
				healthy := b.probe("a")
				healthy.wantFailed(t, healthy, nil)
				asked := r.Count(endpoint)
				r.SetFault(endpoint, class.fault)
				failed := map[string]string{}
				for _, collector := range concerned(endpoint) {
					if class.reason != "" {
						failed[collector] = class.reason
					}
				}
				b.probe("a").wantFailed(t, healthy, failed)
				if r.Count(endpoint) == asked {
					t.Error("the endpoint was not asked, so nothing failed")
				}
				b.heal(r, class.reason)
				b.probe("a").wantFailed(t, healthy, nil)
			})
		}
	}
}

// The links alone fail where the peers are kept from an earlier poll.
func TestEveryFaultAtTheTunnels(t *testing.T) {
	for name, class := range faultClasses(pepvpnEndpoint) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := simulateModel(t, "max-hd2-8.3")
			b := r.exporter(t, "min_interval: {pepvpn: 1h}")
			healthy := b.probe("a")
			r.SetFault(pepvpnEndpoint, class.fault)
			failed := map[string]string{}
			if class.reason != "" {
				failed["pepvpn_link"], failed["pepvpn_remote"] = class.reason, class.reason // which come with them
			}
			b.probe("a").wantFailed(t, healthy, failed)
		})
	}
}

// Without a session nothing can be read, and every collector tells why there is none.
func TestEveryFaultOfTheSession(t *testing.T) {
	for endpoint, credential := range credentials {
		for name, class := range faultClasses(endpoint) {
			t.Run(endpoint+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := simulateModel(t, "max-hd2-8.3")
				healthy := r.exporterWith(t, credential).probe("a")
				r.SetFault(endpoint, class.fault)
				r.ClearRequests()
				b := r.exporterWith(t, credential)
				got := b.probe("a")
				if n := r.Count(endpoint); n > 2 {
					t.Errorf("%d requests for a session in one poll: one, and its retry, would do", n)
				}
				failed := map[string]string{}
				if class.session != "" {
					failed = everything(class.session)
				}
				got.wantFailed(t, healthy, failed)
				b.heal(r, class.session)
				b.clock.Advance(time.Minute) // whatever brought no session is not tried again at once
				b.probe("a").wantFailed(t, b.probe("a"), nil)
			})
		}
	}
}

// heal ends all faults, and lets the time pass for which some are remembered.
func (e *exporter) heal(r *router, reason string) {
	r.ClearFault(everyEndpoint)
	switch reason {
	case "forbidden", "unsupported":
		e.clock.Advance(time.Hour)
	case "auth":
		e.clock.Advance(time.Minute)
	}
}

// A closed port is the one fault that no endpoint has for itself.
func TestRouterRefusesConnections(t *testing.T) {
	r := simulateModel(t, "max-hd2-8.3")
	const ask = "min_interval: {all: 0s}" // what is kept would be shown all the same
	warm, cold := r.exporter(t, ask), r.exporter(t, ask)
	healthy := warm.probe("a")
	r.stop(t)
	for _, b := range []*exporter{warm, cold} {
		b.probe("a").wantFailed(t, healthy, everything("connect"))
	}
}

// everything fails for one reason.
func everything(reason string) map[string]string {
	failed := map[string]string{}
	for _, name := range collector.Names() {
		failed[name] = reason
	}
	return failed
}
