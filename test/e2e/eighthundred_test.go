//go:build e2e

package e2e

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
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

// patience is how long a query of a dashboard may take. The best of some attempts counts, and of each the lesser of what
// the clock says and what Prometheus' processor time says: the machine may have other work too.
const (
	patience = time.Second
	attempts = 3
)

// The dashboards stay usable with a large fleet: 800 routers as the demo's, with a day of history, what the rules
// record of it, and alerts. So do the rules, each of which is asked every minute.
func TestQueriesOf800Routers(t *testing.T) {
	ctx := within(t, 4*time.Minute)
	demo := startDemo(ctx, t)
	folder, end := makeFleet(ctx, t, savePages(ctx, t, demo), "800")
	prom := startPrometheus(ctx, t, folder, "global: {}\n")

	here, err := prom.answer(ctx, dashboardQuery{instant: true}, `peplink_up == 1`, end, 0, 0)
	if err != nil || here.points != 800 {
		t.Fatalf("%d routers are up (%v), want 800", here.points, err)
	}

	type timed struct {
		query dashboardQuery
		answered
	}
	var all []timed
	for _, q := range slices.Concat(dashboardQueries(t), ruleQueries(t)) {
		// Of the first routers, one is a hub.
		for _, instance := range []string{"router-0000", "router-0007"} {
			if !q.single && instance != "router-0000" {
				continue
			}
			step, rateInterval := q.steps(t)
			text := q.asked(instance, step, rateInterval, q.span)
			got, err := prom.best(ctx, func() (answered, error) { return prom.answer(ctx, q, text, end, q.span, step) })
			if err != nil {
				t.Errorf("%s: %v\n    %s", q, err, text)
				continue
			}
			all = append(all, timed{q, got})
			if got.took > patience {
				t.Errorf("%s takes %v, with %d points in %d series\n    %s", q, got.took, got.points, got.series, text)
			}
		}
	}
	slices.SortFunc(all, func(a, b timed) int { return cmp.Compare(b.took, a.took) })
	for _, slow := range all[:min(5, len(all))] {
		t.Logf("%v for %d points in %d series: %s", slow.took.Round(time.Millisecond), slow.points, slow.series, slow.query)
	}
}

// best asks until an answer comes in time, but not for ever.
func (p *prometheus) best(ctx context.Context, answer func() (answered, error)) (answered, error) {
	var got []answered
	var errs []error
	for range attempts {
		one, err := p.measured(ctx, answer)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		got = append(got, one)
		if one.took <= patience {
			break
		}
	}
	if len(got) == 0 {
		return answered{}, errors.Join(errs...)
	}
	return slices.MinFunc(got, func(a, b answered) int { return cmp.Compare(a.took, b.took) }), nil
}

// measured takes the processor time for what an answer took, if that is less than what the clock says.
func (p *prometheus) measured(ctx context.Context, answer func() (answered, error)) (answered, error) {
	before, err := p.processorTime(ctx)
	if err != nil {
		return answered{}, err
	}
	got, err := answer()
	if err != nil {
		return got, err
	}
	after, err := p.processorTime(ctx)
	got.took = min(got.took, after-before)
	return got, err
}

var processorSeconds = regexp.MustCompile(`(?m)^process_cpu_seconds_total (\S+)$`)

func (p *prometheus) processorTime(ctx context.Context) (time.Duration, error) {
	page, err := get(ctx, p.url+"/metrics")
	if err != nil {
		return 0, err
	}
	found := processorSeconds.FindSubmatch(page)
	if found == nil {
		return 0, errors.New("prometheus does not tell its processor time")
	}
	seconds, err := strconv.ParseFloat(string(found[1]), 64)
	return time.Duration(seconds * float64(time.Second)), err
}
