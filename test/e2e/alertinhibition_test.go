//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// muting is a case of the inhibition rules: alerts that fire together, each with what tells it from others, and whether
// it is muted. Labels not named are those of one router; the job is the case's own, so that no case mutes another's.
type muting struct {
	name   string
	alerts []fires
}

type fires struct {
	labels string // "alertname label=value …"
	muted  bool
}

const (
	told  = false
	muted = true
)

var mutings = []muting{
	{"a refused certificate", []fires{
		{"PeplinkCertificateRejected", told},
		{"PeplinkCollectorFailing collector=wan", muted},
		{"PeplinkCollectorFailing collector=wan instance=bus-2", told},
		{"PeplinkWANDown wan_id=1", told},
	}},
	{"a refused credential", []fires{
		{"PeplinkAuthFailing", told},
		{"PeplinkCollectorFailing collector=wan", muted},
	}},
	{"a secret that is missing", []fires{
		{"PeplinkSecretMissing", told},
		{"PeplinkCollectorFailing collector=wan", muted},
	}},
	{"a collector that fails by itself", []fires{{"PeplinkCollectorFailing collector=wan", told}}},
	{"an allowance of a SIM", []fires{
		{"PeplinkAllowanceExceeded wan_id=2 sim=1", told},
		{"PeplinkAllowance95 wan_id=2 sim=1", muted},
		{"PeplinkAllowance75 wan_id=2 sim=1", muted},
		{"PeplinkAllowance95 wan_id=2 sim=2", told},
		{"PeplinkAllowance75 wan_id=2 sim=2", muted}, // by the one before
		{"PeplinkAllowance75 wan_id=3 sim=1", told},
		{"PeplinkAllowance75 wan_id=2", told},
		{"PeplinkAllowanceProjected wan_id=2 sim=1", told},
	}},
	{"an allowance of a wired WAN", []fires{
		{"PeplinkAllowanceExceeded wan_id=1", told},
		{"PeplinkAllowance95 wan_id=1", muted},
		{"PeplinkAllowance75 wan_id=1", muted},
		{"PeplinkAllowance75 wan_id=1 instance=bus-2", told},
		{"PeplinkAllowanceExceeded wan_id=2", told},
		{"PeplinkAllowance75 wan_id=2", muted}, // without the one between
	}},
	{"no WAN at all", []fires{
		{"PeplinkAllWANsDown", told},
		{"PeplinkWANDown wan_id=1", muted},
		{"PeplinkWANDown wan_id=2", muted},
		{"PeplinkRunningOnBackup", muted},
		{"PeplinkWANDown wan_id=1 instance=bus-2", told},
		{"PeplinkTunnelDown profile_id=1 profile=Hub", told},
	}},
	{"a profile of tunnels", []fires{
		{"PeplinkTunnelDown profile_id=1 profile=Hub", told},
		{"PeplinkTunnelDown profile_id=1 peer_id=1-1 peer=a", muted},
		{"PeplinkTunnelLinkDown profile_id=1 peer_id=1-2 peer=b wan_id=1", muted},
		{"PeplinkTunnelDown profile_id=2 peer_id=2-1 peer=c", told},
		{"PeplinkTunnelLinkDown profile_id=2 peer_id=2-1 peer=c wan_id=1", told},
		{"PeplinkTunnelDown profile_id=1 peer_id=1-1 peer=a instance=bus-2", told},
		{"PeplinkTunnelDown profile_id=3 profile=Other", told},
	}},
	{"tunnels of unknown profile", []fires{
		{"PeplinkTunnelDown profile=Hub", told},
		{"PeplinkTunnelDown peer_id=1-1 peer=a", told},
		{"PeplinkTunnelDown peer_id=1-2 peer=b", told},
		{"PeplinkTunnelLinkDown peer_id=1-1 peer=a wan_id=1", told},
	}},
	{"a profile that flaps", []fires{
		{"PeplinkTunnelFlapping profile_id=1 profile=Hub", told},
		{"PeplinkTunnelFlapping profile_id=1 peer_id=1-1 peer=a", muted},
		{"PeplinkTunnelFlapping profile_id=2 peer_id=2-1 peer=c", told},
		{"PeplinkTunnelFlapping peer_id=3-1 peer=d", told},
	}},
	{"a hub without most of its tunnels", []fires{
		{"PeplinkHubTunnelsLost severity=critical", told},
		{"PeplinkHubTunnelsLost severity=warning", muted},
		{"PeplinkHubTunnelsLost severity=warning instance=hub-2", told},
	}},
	{"nothing can be reached", []fires{
		{"PeplinkNothingReachable instance=", told},
		{"PeplinkRouterUnreachable", muted},
		{"PeplinkIntermittentFleetOutage instance=", muted},
		{"PeplinkIntermittentFleetOutage instance= site=depot-3", muted},
		{"PeplinkVehicleDark", muted},
		{"PeplinkCertificateRejected", told},
	}},
	{"a depot", []fires{
		{"PeplinkIntermittentFleetOutage instance= site=depot-3", told},
		{"PeplinkRouterLongAbsent availability=intermittent site=depot-3", told},
	}},
	{"half the fleet", []fires{
		{"PeplinkIntermittentFleetOutage instance= site=depot-3", muted},
		{"PeplinkIntermittentFleetOutage instance=", told},
		{"PeplinkRouterLongAbsent availability=intermittent", muted},
		{"PeplinkWANDown availability=intermittent wan_id=1", muted},
		{"PeplinkTunnelDown availability=intermittent profile_id=1", muted},
		{"PeplinkCertificateRejected availability=intermittent", told},
		{"PeplinkAuthFailing availability=intermittent", told},
		{"PeplinkAPIBroken availability=intermittent", told},
		{"PeplinkAllowanceExceeded availability=intermittent wan_id=1", told},
		{"PeplinkRouterUnreachable instance=shop-7", told},
		{"PeplinkRouterUnreachable instance=shop-8 availability=always", told},
		{"DiskFull availability=intermittent", told},
	}},
	{"another fleet", []fires{{"PeplinkRouterLongAbsent availability=intermittent", told}}},
	// The last, so that all before it have been seen when this one is.
	{"the exporter", []fires{
		{"PeplinkProbeHTTPError", muted},
		{"PeplinkRouterUnreachable", told},
		{"PeplinkExporterDown job=peplink_exporter instance=exporter:10717", told},
	}},
}

func TestInhibition(t *testing.T) {
	want := map[string]bool{}
	var sent []alert
	for _, m := range mutings {
		for _, f := range m.alerts {
			labels := f.parse(m.name)
			want[nameOf(labels)] = f.muted
			sent = append(sent, alert{Labels: labels})
		}
	}
	checkMuted(t, sent, want)
}

// Where the exporter answers, a probe that fails is news.
func TestInhibitionNeedsItsReason(t *testing.T) {
	want := map[string]bool{}
	var sent []alert
	for _, m := range mutings {
		for _, f := range m.alerts {
			if f.muted {
				labels := f.parse(m.name)
				if name := labels["alertname"]; name == "PeplinkAllowance95" || name == "PeplinkIntermittentFleetOutage" && labels["site"] == "" {
					continue // it mutes others
				}
				want[nameOf(labels)] = told
				sent = append(sent, alert{Labels: labels})
			}
		}
	}
	checkMuted(t, sent, want)
}

// checkMuted sends alerts to an Alertmanager of its own, and waits until those that are wanted so are muted.
func checkMuted(t *testing.T, sent []alert, want map[string]bool) {
	t.Helper()
	ctx := within(t)
	a := startAlertmanager(ctx, t, exampleConfig(t, newReceiver(t)))
	a.send(ctx, t, sent...)
	eventually(ctx, t, func(ctx context.Context) error {
		got, err := a.muted(ctx, nameOf)
		if err != nil {
			return err
		}
		return differ("muted (-want +got)", want, got)
	})
}

func (f fires) parse(job string) labels {
	parsed := labels{"job": job, "instance": "bus-1"}
	words := strings.Fields(f.labels)
	parsed["alertname"] = words[0]
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		parsed[name] = value
	}
	maps.DeleteFunc(parsed, func(_, value string) bool { return value == "" })
	return parsed
}

func nameOf(l labels) string { return fmt.Sprint(l) }
