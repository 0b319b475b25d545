package server_test

import (
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// logged returns what was logged since the last call.
func (b *bench) logged() []record {
	records := b.logs.records()
	b.logs.clear()
	return records
}

func (b *bench) wantLogged(what string, levels ...string) []record {
	b.t.Helper()
	records := b.logged()
	got := make([]string, 0, len(records))
	for _, r := range records {
		got = append(got, r.Level)
		if r.Target != "a" {
			b.t.Errorf("%s: %+v does not name the target", what, r)
		}
	}
	if strings.Join(got, " ") != strings.Join(levels, " ") {
		b.t.Errorf("%s: logged %+v, want lines of level %q", what, records, levels)
	}
	return records
}

// A failed poll is one line at warn. A state that lasts is not repeated at every scrape.
func TestFailuresAreLoggedOnce(t *testing.T) {
	b, r := oneRouter(t)
	b.probe("a")
	b.wantLogged("all well")

	r.SetFault(everyEndpoint, peplinktest.Fault{Status: 500})
	b.probe("a")
	for _, line := range b.wantLogged("down", "WARN") {
		if line.Collector == "" || !strings.Contains(line.Err, "500") || line.Message == "" {
			t.Errorf("%+v does not say what failed", line)
		}
	}
	for range 3 {
		b.probe("a")
	}
	b.wantLogged("still down")

	r.SetFault(everyEndpoint, peplinktest.Fault{LoginPage: true})
	b.probe("a")
	b.wantLogged("down for another reason", "WARN")

	r.ClearFault(everyEndpoint)
	b.probe("a")
	b.wantLogged("well again", "INFO")
	b.probe("a")
	b.wantLogged("still well")

	r.SetFault(allowanceEndpoint, peplinktest.Fault{Status: 500})
	b.probe("a")
	for _, line := range b.wantLogged("partial", "WARN") {
		if !strings.Contains(line.Collector+line.Err, "allowance") {
			t.Errorf("%+v does not name the collector", line)
		}
	}
	b.probe("a")
	b.wantLogged("still partial")
	r.ClearFault(everyEndpoint)
	b.probe("a")
	b.wantLogged("whole again", "INFO")
}

func TestRouterThatWasNeverUpIsLoggedOnce(t *testing.T) {
	b, r := oneRouter(t)
	r.stop(t)
	for range 3 {
		b.probe("a")
	}
	b.wantLogged("down from the start", "WARN")
}

// What a caller did wrong is told to the caller.
func TestRefusedRequestsAreNotLogged(t *testing.T) {
	b, _ := oneRouter(t)
	for _, query := range []string{"", "target=b", "target=a&collect[]=x", "target=%zz"} {
		b.get("/probe?" + query)
	}
	b.wantLogged("refused requests")
}

// What a router lacks is no failure of the poll.
func TestLackingEndpointsAreToldOnce(t *testing.T) {
	b, r := oneRouter(t)
	r.SetFault(allowanceEndpoint, peplinktest.Fault{Status: 404})
	b.probe("a").is(t, "peplink_up", 1)
	for _, line := range b.wantLogged("an endpoint is lacking", "INFO") {
		if !strings.Contains(line.Message, "lacks") {
			t.Errorf("%+v", line)
		}
	}
	b.probe("a")
	b.wantLogged("still lacking")
}
