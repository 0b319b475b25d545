package server_test

import (
	"net/http"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
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
		for _, section := range collector.Sections() {
			if section.Collector == "" || section.Collector == "pepvpn_link" { // which has the endpoint of pepvpn
				continue
			}
			failed := map[string]string{}
			for _, collector := range concerned(section.Endpoint) {
				failed[collector] = "timeout"
			}
			probes[section.Endpoint+"/"+kind] = hangAt(t, section.Endpoint, fault, failed)
		}
		for endpoint := range credentials {
			probes[endpoint+"/"+kind] = hangAt(t, endpoint, fault, everything("timeout"))
		}
		probes["every endpoint/"+kind] = hangAt(t, everyEndpoint, fault, everything("timeout"))
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
func hangAt(t *testing.T, endpoint string, fault peplinktest.Fault, failed map[string]string) hanging {
	t.Helper()
	r := simulateModel(t, "max-hd2-8.3")
	credential, isSession := credentials[endpoint]
	if !isSession {
		credential = credentials[grantEndpoint]
	}
	b := r.exporterWith(t, credential, asksEverything, "timeout: 5m")
	healthy := b.probe("a")
	if isSession {
		b = r.exporterWith(t, credential, asksEverything, "timeout: 5m")
	}
	r.SetFault(endpoint, fault)
	return hanging{healthy: healthy, failed: failed, answer: b.begin("/probe?target=a", timeoutHeader, patience)}
}
