package server_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// endpointFaults are ways in which one endpoint can fail, by the reason for which a probe
// then reports its collector.
var endpointFaults = map[string]struct {
	fault  peplinktest.Fault
	reason string
}{
	"status 500":           {peplinktest.Fault{Status: 500}, "http"},
	"status 503":           {peplinktest.Fault{Status: 503}, "http"},
	"cut":                  {peplinktest.Fault{Cut: true}, "http"},
	"redirect":             {peplinktest.Fault{Redirect: "/api/info.firmware"}, "http"},
	"status 404":           {peplinktest.Fault{Status: 404}, "unsupported"},
	"unknown function":     {peplinktest.Fault{Fail: &peplinktest.Fail{Message: "unknown function"}}, "unsupported"},
	"unsupported request":  {peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(2), Message: "Unsupported request"}}, "unsupported"},
	"unauthorized":         {peplinktest.Fault{Forbidden: true}, "forbidden"},
	"status 401":           {peplinktest.Fault{Status: 401}, "forbidden"},
	"failure":              {peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid connId"}}, "api"},
	"failure without code": {peplinktest.Fault{Fail: &peplinktest.Fail{Message: "busy"}}, "api"},
	"internal error":       {peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(401), Message: "Internal Error"}}, "api"},
	"web page":             {peplinktest.Fault{LoginPage: true}, "decode"},
	"empty body":           {peplinktest.Fault{Body: new("")}, "decode"},
	"cut JSON":             {peplinktest.Fault{Body: new(`{"stat":"ok","response":{"1"`)}, "decode"},
	"no envelope":          {peplinktest.Fault{Body: new(`{}`)}, "decode"},
	"response of text":     {peplinktest.Fault{Body: new(`{"stat":"ok","response":"none"}`)}, "decode"},
	"deep nesting":         {peplinktest.Fault{Nesting: 2000}, "decode"},
	"too large":            {peplinktest.Fault{Oversize: 5 << 20}, "decode"},
}

// collectorsOf are the collectors of this test, with their endpoint and what their series
// begin with.
var collectorsOf = map[string]struct {
	endpoint string
	series   []string
}{
	"wan":       {wanEndpoint, []string{"peplink_wan", "peplink_cellular", "peplink_sim", "peplink_modem", "peplink_wifi", "peplink_device"}},
	"allowance": {allowanceEndpoint, []string{"peplink_allowance"}},
}

// Whatever happens to one endpoint costs the series of its collector and no other, and the
// probe is answered.
func TestOneEndpointFails(t *testing.T) {
	for failing, hit := range collectorsOf {
		for name, test := range endpointFaults {
			t.Run(failing+"/"+name, func(t *testing.T) {
				b, r := oneRouter(t)
				healthy := b.probe("a")
				r.SetFault(hit.endpoint, test.fault)
				got := b.probe("a")
				got.is(t, "peplink_up", 1)
				want := exposition{fmt.Sprintf(`peplink_scrape_error{collector=%q, reason=%q}`, failing, test.reason): 1}
				for collector, whole := range collectorsOf {
					success := fmt.Sprintf(`peplink_scrape_collector_success{collector=%q}`, collector)
					if collector == failing {
						want[success] = 0
						got.want(t, exposition{}, whole.series...)
						continue
					}
					want[success] = 1
					if diff := cmp.Diff(healthy.of(whole.series...), got.of(whole.series...)); diff != "" || len(got.of(whole.series...)) == 0 {
						t.Errorf("%s (-before +beside the failure):\n%s", collector, diff)
					}
				}
				got.want(t, want, "peplink_scrape_error", "peplink_scrape_collector_success")
			})
		}
	}
}

// downCases are ways in which a router cannot be read at all.
var downCases = map[string]struct {
	prepare func(*testing.T, *router)
	reason  string
}{
	"port closed":        {func(t *testing.T, r *router) { t.Helper(); r.stop(t) }, "connect"},
	"status 500":         {fault(everyEndpoint, peplinktest.Fault{Status: 500}), "http"},
	"cut":                {fault(everyEndpoint, peplinktest.Fault{Cut: true}), "http"},
	"redirect":           {fault(everyEndpoint, peplinktest.Fault{Redirect: "https://192.0.2.1/"}), "http"},
	"web page":           {fault(everyEndpoint, peplinktest.Fault{LoginPage: true}), "decode"},
	"empty body":         {fault(everyEndpoint, peplinktest.Fault{Body: new("")}), "decode"},
	"client unknown":     {func(_ *testing.T, r *router) { r.RemoveClient(peplinktest.ClientID) }, "auth"},
	"grant fails":        {fault(grantEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "no"}}), "auth"},
	"no API clients":     {fault(grantEndpoint, peplinktest.Fault{Status: 404}), "auth"},
	"grant is broken":    {fault(grantEndpoint, peplinktest.Fault{Status: 502}), "http"},
	"grant of no token":  {fault(grantEndpoint, peplinktest.Fault{Body: new(`{"stat":"ok","response":{}}`)}), "auth"},
	"grant is a page":    {fault(grantEndpoint, peplinktest.Fault{LoginPage: true}), "decode"},
	"nothing is allowed": {fault(everyEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(401), Message: "Unauthorized"}}), "auth"},
}

func fault(endpoint string, f peplinktest.Fault) func(*testing.T, *router) {
	return func(_ *testing.T, r *router) { r.SetFault(endpoint, f) }
}

// A router that is down is told with status 200: the target is known, and peplink_up says
// the rest.
func TestRouterIsDown(t *testing.T) {
	for name, test := range downCases {
		t.Run(name, func(t *testing.T) {
			b, r := oneRouter(t)
			test.prepare(t, r)
			got := b.probe("a")
			got.is(t, "peplink_up", 0)
			got.want(t, exposition{
				`peplink_scrape_collector_success{collector="wan"}`:                                0,
				`peplink_scrape_collector_success{collector="allowance"}`:                          0,
				fmt.Sprintf(`peplink_scrape_error{collector="wan", reason=%q}`, test.reason):       1,
				fmt.Sprintf(`peplink_scrape_error{collector="allowance", reason=%q}`, test.reason): 1,
			}, "peplink_scrape_collector_success", "peplink_scrape_error")
			got.want(t, exposition{}, "peplink_wan", "peplink_allowance", "peplink_device", "peplink_last_success")
		})
	}
}

// A router that goes down while there is a session tells how by each endpoint.
func TestRouterGoesDown(t *testing.T) {
	for name, test := range map[string]struct {
		fault  peplinktest.Fault
		reason string
	}{
		"status 500": {peplinktest.Fault{Status: 500}, "http"},
		"cut":        {peplinktest.Fault{Cut: true}, "http"},
		"redirect":   {peplinktest.Fault{Redirect: "https://192.0.2.1/"}, "http"},
		"web page":   {peplinktest.Fault{LoginPage: true}, "decode"},
		"empty body": {peplinktest.Fault{Body: new("")}, "decode"},
	} {
		t.Run(name, func(t *testing.T) {
			b, r := oneRouter(t)
			b.probe("a").is(t, "peplink_up", 1)
			r.SetFault(everyEndpoint, test.fault)
			got := b.probe("a")
			got.is(t, "peplink_up", 0)
			got.want(t, exposition{
				fmt.Sprintf(`peplink_scrape_error{collector="wan", reason=%q}`, test.reason):       1,
				fmt.Sprintf(`peplink_scrape_error{collector="allowance", reason=%q}`, test.reason): 1,
			}, "peplink_scrape_error")
			got.want(t, exposition{}, "peplink_wan", "peplink_allowance", "peplink_device")
		})
	}
}

// The account may read one endpoint but none of those that the target asks for.
func TestEveryEndpointIsForbidden(t *testing.T) {
	b, r := oneRouter(t)
	for _, endpoint := range []string{wanEndpoint, allowanceEndpoint} {
		r.SetFault(endpoint, peplinktest.Fault{Forbidden: true})
	}
	got := b.probe("a")
	got.is(t, "peplink_up", 0)
	got.want(t, exposition{
		`peplink_scrape_error{collector="wan", reason="forbidden"}`:       1,
		`peplink_scrape_error{collector="allowance", reason="forbidden"}`: 1,
	}, "peplink_scrape_error")
	if n := r.Count(grantEndpoint); n > 2 {
		t.Errorf("%d grants: each is a line in the router's event log", n)
	}
}

// A secret that is missing costs only its own target, and heals when it appears.
func TestSecretIsMissing(t *testing.T) {
	clock := newClock()
	r := simulate(t, clock)
	secret := t.TempDir() + "/a.secret"
	b := setup{clock: clock, config: targets(
		target("a", r.server.URL, "client_id: "+peplinktest.ClientID, "client_secret_file: "+secret),
	)}.start(t)
	got := b.probe("a")
	got.is(t, "peplink_up", 0)
	got.is(t, `peplink_scrape_error{collector="wan", reason="secret"}`, 1)
	if n := r.Count(everyEndpoint); n != 0 {
		t.Errorf("without a secret the router was asked %d times", n)
	}
	writeFile(t, secret, peplinktest.ClientSecret+"\n")
	b.probe("a").is(t, "peplink_up", 1)
}
