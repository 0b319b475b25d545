//go:build e2e

package e2e

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A panel of some thousand pixels asks for as many points, unless it says otherwise; datasources are told that routers
// are asked once a minute.
const (
	pixels         = 1000
	scrapeInterval = time.Minute
)

// rounded are the steps that Grafana takes, each for all that is shorter than its limit.
var rounded = []struct{ limit, step time.Duration }{
	{90 * time.Second, time.Minute},
	{210 * time.Second, 2 * time.Minute},
	{450 * time.Second, 5 * time.Minute},
	{750 * time.Second, 10 * time.Minute},
	{1050 * time.Second, 15 * time.Minute},
	{25 * time.Minute, 20 * time.Minute},
	{45 * time.Minute, 30 * time.Minute},
	{2 * time.Hour, time.Hour},
}

// steps are the distance of points that Grafana asks for on a panel, and $__rate_interval for it.
func (q dashboardQuery) steps(t *testing.T) (step, rateInterval time.Duration) {
	t.Helper()
	points := q.points
	if points == 0 {
		points = pixels
	}
	apart := q.span / time.Duration(points)
	for _, r := range rounded {
		if apart < r.limit {
			step = max(r.step, scrapeInterval, q.least)
			return step, max(step+scrapeInterval, 4*scrapeInterval)
		}
	}
	t.Fatalf("%s: no step is known for %v", q, apart)
	return 0, 0
}

// What a query may read in all its steps, and hold at once: samples, as Prometheus counts them. The same data gives the
// same count on any machine. How long an answer takes is only printed.
const (
	mostRead = 12_000_000
	mostHeld = 1_000_000
)

// The dashboards stay usable with a large fleet: 800 routers as the demo's, with a day of history, what the rules
// record of it, and alerts. So do the rules, each of which is asked every minute.
func TestQueriesOf800Routers(t *testing.T) {
	ctx := within(t)
	demo := startDemo(ctx, t)
	folder, end := makeFleet(ctx, t, savePages(ctx, t, demo), "800")
	prom := startPrometheus(ctx, t, folder, "global: {}\n")

	here, err := prom.answer(ctx, dashboardQuery{instant: true}, `peplink_up == 1`, end, 0, 0)
	if err != nil || here.points != 800 {
		t.Fatalf("%d routers are up (%v), want 800", here.points, err)
	}

	type asked struct {
		query dashboardQuery
		answered
	}
	var all []asked
	for _, q := range slices.Concat(dashboardQueries(t), ruleQueries(t)) {
		// Of the first routers, one is a hub.
		for _, instance := range []string{"router-0000", "router-0007"} {
			if !q.single && instance != "router-0000" {
				continue
			}
			step, rateInterval := q.steps(t)
			text := q.asked(instance, step, rateInterval, q.span)
			got, err := prom.answer(ctx, q, text, end, q.span, step)
			if err != nil {
				t.Errorf("%s: %v\n    %s", q, err, text)
				continue
			}
			if strings.Contains(text, "@ end()") {
				got.read /= int(q.span/step) + 1 // what is looked at once, at the end, is counted in every step
			}
			all = append(all, asked{q, got})
			if got.read > mostRead || got.held > mostHeld {
				t.Errorf("%s reads %d samples and holds %d, want at most %d and %d\n    %s", q, got.read, got.held, mostRead, mostHeld, text)
			}
		}
	}
	largest := func(what string, of func(asked) int) {
		slices.SortFunc(all, func(a, b asked) int { return cmp.Compare(of(b), of(a)) })
		for _, q := range all[:min(5, len(all))] {
			t.Logf("%s: %s reads %d samples, holds %d, takes %v for %d points", what, q.query, q.read, q.held, q.took.Round(time.Millisecond), q.points)
		}
	}
	largest("read", func(q asked) int { return q.read })
	largest("held", func(q asked) int { return q.held })
	largest("took", func(q asked) int { return int(q.took) })
}
