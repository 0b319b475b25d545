//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// ofNone are the panels of now on Peplink router that show something while no router is chosen: they say so.
var ofNone = []string{"Does the router answer?", "Why not, if it does not?"}

// ofOneDown are the panels of now on Peplink router that show something of a router that cannot be read: what the poll
// itself tells, and what the rules remember. All others are to be empty rather than wrong.
var ofOneDown = []string{
	"Does the router answer?",
	"How is its identity verified?",
	"How long ago did it answer?",
	"How long is its certificate valid?",
	"How long is its session valid?",
	"How many sessions did it grant in the last hour?",
	"How much does monitoring cost in a day?",
	"How much of each allowance is used?",
	"How often did each WAN come or go in the last day?",
	"How often did it restart in the last day?",
	"How overdue is the renewal of its session?",
	"What did the last poll read, and what not?",
	"When does each cycle end, and what will have been used by then?",
	"Which firmware is in which slot?",
	"Why not, if it does not?",
}

// ofDead are the panels of now, by dashboard, that show something while the exporter does not answer.
var ofDead = map[string][]string{
	"exporter": {
		"How long do the endpoints take?",
		"Is the exporter healthy?",
		"Which exporters run, and with which configuration?",
		"Which routers need the most sessions?",
	},
	"fleet": {
		"How does each router fare?",
		"How does each site fare?",
		"How many routers are up?",
		"What did the polls of the last day cost a router?",
		"What will each allowance come to at the end of its cycle?",
		"Which SIMs will exceed their allowance?",
		"Which alerts are firing?",
		"Which allowances are fullest?",
		"Which routers are down, and why?",
		"Which routers cost most in a day?",
	},
	"router": {
		"Does the router answer?",
		"How long ago did it answer?",
		"How many sessions did it grant in the last hour?",
		"How much does monitoring cost in a day?",
		"How much of each allowance is used?",
		"How often did each WAN come or go in the last day?",
		"How often did it restart in the last day?",
		"When does each cycle end, and what will have been used by then?",
		"Why not, if it does not?",
	},
}

// A router that is down, and an exporter that does not answer, empty every panel but those that are listed, and never
// leave a joined table with the answer of only one of its queries, which Grafana would show under a wrong name.
func TestPanelsWhenNobodyAnswers(t *testing.T) {
	ctx := within(t)
	demo := startDemo(ctx, t)
	prom := startPrometheus(ctx, t, t.TempDir(), withRules(t, shortened(demo.address())))
	broken := demo.Targets[1]
	see := func(query string, want float64) {
		t.Helper()
		eventually(ctx, t, func(ctx context.Context) error {
			got, err := prom.ask(ctx, query)
			if err != nil {
				return err
			}
			return differ(query+" (-want +got)", map[string]float64{"": want}, got)
		})
	}
	see(`sum(peplink_up)`, float64(len(demo.Targets)))
	see(`count(count by (instance) (peplink:wan_last_up:timestamp_seconds)) > bool 3`, 1)
	see(`count(count by (job) (rate(peplink_exporter_router_request_duration_seconds_count[1m])))`, 1)

	// The other dashboards hand on "All", which is no router.
	eventually(ctx, t, func(ctx context.Context) error {
		shown, err := shownNow(ctx, t, prom, "All")
		return errors.Join(err, differ("panels without a router (-want +got)", ofNone, shown["router"]))
	})

	broken.breakDown(ctx, t)
	see(`count(peplink_up == 0)`, 1)
	eventually(ctx, t, func(ctx context.Context) error {
		shown, err := shownNow(ctx, t, prom, broken.Name)
		return errors.Join(err, differ("panels that show something of a router that is down (-want +got)", ofOneDown, shown["router"]))
	})
	eventually(ctx, t, func(ctx context.Context) error {
		why, err := prom.askAbout(ctx, broken.Name, `count by (instance, reason) (peplink_scrape_error{reason!="unsupported"})`, "reason")
		return errors.Join(err, differ("why it is down (-want +got)", []string{"http"}, slices.Collect(maps.Keys(why))))
	})

	demo.endsAfter(ctx, t, demo.terminate)
	see(`count(up == 0)`, float64(len(demo.Targets)+1))
	eventually(ctx, t, func(ctx context.Context) error {
		shown, err := shownNow(ctx, t, prom, broken.Name)
		return errors.Join(err, differ("panels that show something without an exporter (-want +got)", ofDead, shown))
	})
}

// shownNow are the panels that show one moment and have an answer, by dashboard. It is an error if a table has the answer
// of only one of its queries.
func shownNow(ctx context.Context, t *testing.T, prom *prometheus, instance string) (map[string][]string, error) {
	t.Helper()
	answered, asked := map[[2]string]int{}, map[[2]string]int{}
	for _, q := range dashboardQueries(t) {
		if !q.instant || strings.HasPrefix(q.panel, "variable ") {
			continue
		}
		name, panel := ".+", [2]string{q.dashboard, q.panel}
		if q.single {
			name = instance
		}
		got, err := prom.answer(ctx, q, q.asked(name, panelStep, panelRate, panelSpan), time.Now(), panelSpan, panelStep)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q, err)
		}
		asked[panel]++
		if got.points > 0 {
			answered[panel]++
		}
	}
	shown, joined := map[string][]string{}, tables(t)
	var errs []error
	for panel, answers := range answered {
		shown[panel[0]] = append(shown[panel[0]], panel[1])
		if answers == 1 && asked[panel] > 1 && joined[panel] {
			errs = append(errs, fmt.Errorf("%s: only one of %d queries answers", panel, asked[panel]))
		}
	}
	for _, panels := range shown {
		slices.Sort(panels)
	}
	return shown, errors.Join(errs...)
}

// tables are the panels that are tables, by dashboard and title.
func tables(t *testing.T) map[[2]string]bool {
	t.Helper()
	files, err := filepath.Glob("../../dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	type panel struct {
		Type, Title string
		Panels      []panel
	}
	found := map[[2]string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var board struct{ Panels []panel }
		if err := json.Unmarshal(text, &board); err != nil {
			t.Fatal(err)
		}
		for _, row := range board.Panels {
			for _, p := range append([]panel{row}, row.Panels...) {
				if p.Type == "table" {
					found[[2]string{strings.TrimSuffix(filepath.Base(file), ".json"), p.Title}] = true
				}
			}
		}
	}
	return found
}
