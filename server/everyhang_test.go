package server_test

import (
	"net/http"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// hangs are the ways to fail that never end. A drip of a byte each second is as good as
// one: no document is so short.
var hangs = map[string]peplinktest.Fault{
	"hang":               {Hang: true},
	"hang after headers": {HangAfterHeaders: true},
	"drip":               {DripMilliseconds: 1000},
}

// hanging is a probe of a router that hangs, while it runs.
type hanging struct {
	healthy exposition
	failed  map[string]string
	answer  <-chan reply
}

// patience is how long Prometheus waits in these tests. Where one endpoint hangs, half of
// it is left to the others, which is ample; nobody but the exporter ends the hang.
const patience = "6"

// All of these wait for their deadlines, and so they wait together.
func TestEveryHangAtEveryEndpoint(t *testing.T) {
	t.Parallel()
	probes := map[string]hanging{}
	for kind, fault := range hangs {
		for _, endpoint := range endpoints() {
			failed := map[string]string{}
			for _, collector := range concerned(endpoint) {
				failed[collector] = "timeout"
			}
			probes[endpoint+"/"+kind] = hangAt(t, simulateWith(t, endpoint), endpoint, fault, failed)
		}
		for endpoint := range credentials {
			probes[endpoint+"/"+kind] = hangAt(t, simulateModel(t, "max-hd2-8.3"), endpoint, fault, everything("timeout"))
		}
		r := simulateModel(t, "max-hd2-8.3")
		probes["every endpoint/"+kind] = hangAt(t, r, everyEndpoint, fault, everythingAsked(r, "timeout"))
	}
	for name, probe := range probes {
		answer := <-probe.answer
		t.Run(name, func(t *testing.T) {
			if answer.status != http.StatusOK {
				t.Fatalf("status %d: %s", answer.status, answer.body)
			}
			got := parse(t, answer.body)
			got.wantFailed(t, probe.healthy, probe.failed)
			// Twice of what Prometheus waits, for the sake of loaded machines; the target's own
			// timeout is far above it.
			if took := got["peplink_scrape_duration_seconds"]; took > 12 {
				t.Errorf("the poll took %v s, its deadline was before 6 s", took)
			}
		})
	}
}

// hangAt begins a probe of a router of which an endpoint hangs. Sessions are begun anew
// where they are what hangs.
func hangAt(t *testing.T, r *router, endpoint string, fault peplinktest.Fault, failed map[string]string) hanging {
	t.Helper()
	credential, isSession := credentials[endpoint]
	if !isSession {
		credential = credentials[grantEndpoint]
	}
	b := r.exporterWith(t, credential, asksEverything, "timeout: 5m")
	healthy := b.healthy(r)
	if isSession {
		b = r.exporterWith(t, credential, asksEverything, "timeout: 5m")
	}
	r.SetFault(endpoint, fault)
	return hanging{healthy: healthy, failed: failed, answer: b.begin("/probe?target=a", timeoutHeader, patience)}
}
