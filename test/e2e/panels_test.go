//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// The dashboards are asked for the last hour, of which the demo has lived some seconds, and history tells the rest.
const (
	panelSpan = time.Hour
	panelStep = 20 * time.Second
	panelRate = time.Minute
)

// history is what takes longer than the test: alerts that wait for minutes before they fire.
var history = []past{
	{`ALERTS{alertname="PeplinkTunnelDown",alertstate="firing",severity="critical",job="peplink",instance="bus-12",profile_id="2"}`, 1, 50 * time.Minute, 20 * time.Minute},
	{`ALERTS{alertname="PeplinkTunnelLossHigh",alertstate="firing",severity="warning",job="peplink",instance="bus-12",peer_id="1-1",wan_id="2"}`, 1, 40 * time.Minute, 35 * time.Minute},
}

// quiet are the queries that have nothing to show of the demo as it starts, each with the reason. It is to be complete:
// a query that is not here must bring something, and one that is must not. When there is trouble, all of them must.
var quiet = map[string]string{
	"exporter: Which routers cannot be read, and why? A":                  "every collector succeeds",
	"exporter: Which routers cannot be read, and why? B":                  "every collector succeeds",
	"fleet: How does each router fare? B":                                 "every collector succeeds, so that there is no reason",
	"fleet: Which routers are down, and why? A":                           "all are up",
	"fleet: Which routers are down, and why? B":                           "all are up",
	"fleet: Which routers are down, and why? C":                           "all are up",
	"fleet: Which WANs failed? A":                                         "those in trouble have never been seen up",
	"fleet: Which tunnels are down? A":                                    "those that are not connected have never been seen so",
	"fleet: Which profiles are down? A":                                   "those that are not connected have never been seen so",
	"speedfusion: Which peers are down? A":                                "those that are not connected have never been seen so",
	"speedfusion: Which peers are not connected, and which never were? C": "those that are not connected have never been seen so",
	"router: How is each WAN set up, and what is it doing? G":             "those that are not up have never been seen so",
	"speedfusion: Which profiles are down? A":                             "those that are not connected have never been seen so",
	"speedfusion: When were profiles not connected? A":                    "those that are not connected have never been seen so",
	"speedfusion: When were peers not connected? A":                       "those that are not connected have never been seen so",
}

// causeTrouble lets a router lose a WAN, a SpeedFusion profile and its peer, and breaks another one.
func causeTrouble(ctx context.Context, t *testing.T, demo *demo) {
	t.Helper()
	demo.Targets[0].change(ctx, t, []change{
		{"status.pepvpn", "/peer/0/status", "DISCONNECTED"},
		{"status.pepvpn", "/profile/1/status", "DISCONNECTED"},
		{connection, "/1/statusLed", "red"},
		{connection, "/1/message", "Disconnected"},
	})
	demo.Targets[1].breakDown(ctx, t)
}

func TestPanelsOfTheDemo(t *testing.T) {
	ctx := within(t)
	demo := startDemo(ctx, t)
	prom := startPrometheus(ctx, t, makeHistory(ctx, t, history), withRules(t, shortened(demo.address())))
	queries := dashboardQueries(t)

	known := map[string]bool{}
	for _, q := range queries {
		if known[q.String()] {
			t.Errorf("two queries are called %s", q)
		}
		known[q.String()] = true
	}
	for name := range quiet {
		if !known[name] {
			t.Errorf("%q is said to be quiet, and no dashboard asks it", name)
		}
	}

	loud := slices.DeleteFunc(slices.Clone(queries), func(q dashboardQuery) bool { return quiet[q.String()] != "" })
	eventually(ctx, t, func(ctx context.Context) error {
		return answering(ctx, demo, prom, loud)
	})
	silent := slices.DeleteFunc(slices.Clone(queries), func(q dashboardQuery) bool { return quiet[q.String()] == "" })
	for _, q := range silent {
		if some, err := answers(ctx, demo, prom, q); err != nil || some {
			t.Errorf("%s brings something, though %s (%v)", q, quiet[q.String()], err)
		}
	}
	causeTrouble(ctx, t, demo)
	eventually(ctx, t, func(ctx context.Context) error {
		return answering(ctx, demo, prom, silent)
	})
	t.Logf("%d queries of dashboards, %d of them quiet", len(queries), len(quiet))
}

// answering names the queries that bring nothing.
func answering(ctx context.Context, demo *demo, prom *prometheus, queries []dashboardQuery) error {
	silent := map[string]string{}
	for _, q := range queries {
		some, err := answers(ctx, demo, prom, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
		if !some {
			silent[q.String()] = q.expr
		}
	}
	if len(silent) == 0 {
		return nil
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(silent)) {
		fmt.Fprintf(&text, "\n%s\n    %s", name, silent[name])
	}
	return fmt.Errorf("%d of %d queries bring nothing:%s", len(silent), len(queries), text.String())
}

// answers reports whether a query brings a number; on the dashboard of one router, whether it does for any of them.
func answers(ctx context.Context, demo *demo, prom *prometheus, q dashboardQuery) (bool, error) {
	instances := []string{".+"}
	if q.single {
		instances = nil
		for _, target := range demo.Targets {
			instances = append(instances, target.Name)
		}
	}
	for _, instance := range instances {
		text := q.asked(instance, panelStep, panelRate, panelSpan)
		got, err := prom.answer(ctx, q, text, time.Now(), panelSpan, panelStep)
		if err != nil || got.points > 0 {
			return got.points > 0, err
		}
	}
	return false, nil
}
