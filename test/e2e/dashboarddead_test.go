//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

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
	ctx := within(t, 3*time.Minute)
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

	broken.breakDown(ctx, t)
	see(`count(peplink_up == 0)`, 1)
	shown := shownNow(ctx, t, prom, broken.Name)
	if err := differ("panels that show something of a router that is down (-want +got)", ofOneDown, slices.Sorted(maps.Keys(shown["router"]))); err != nil {
		t.Error(err)
	}
	why, err := prom.ask(ctx, `topk by (instance) (1, count by (instance, reason) (peplink_scrape_error{reason!="unsupported"}))`, "instance", "reason")
	if err != nil || len(why) != 1 {
		t.Errorf("why %s is down: %v (%v)", broken.Name, why, err)
	}

	demo.endsAfter(ctx, t, demo.terminate)
	see(`count(up == 0)`, float64(len(demo.Targets)+1))
	shown = shownNow(ctx, t, prom, broken.Name)
	got := map[string][]string{}
	for dashboard, panels := range shown {
		got[dashboard] = slices.Sorted(maps.Keys(panels))
	}
	if err := differ("panels that show something without an exporter (-want +got)", ofDead, got); err != nil {
		t.Error(err)
	}
}

// shownNow are the panels that show one moment and have an answer, by dashboard, with how many of their queries answer.
func shownNow(ctx context.Context, t *testing.T, prom *prometheus, instance string) map[string]map[string]int {
	t.Helper()
	shown, asked := map[string]map[string]int{}, map[string]int{}
	for _, q := range dashboardQueries(t) {
		if !q.instant || strings.HasPrefix(q.panel, "variable ") {
			continue
		}
		name := instance
		if !q.single {
			name = ".+"
		}
		got, err := prom.answer(ctx, q, q.asked(name, panelStep, panelRate, panelSpan), time.Now(), panelSpan, panelStep)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		asked[q.dashboard+": "+q.panel]++
		if got.points > 0 {
			if shown[q.dashboard] == nil {
				shown[q.dashboard] = map[string]int{}
			}
			shown[q.dashboard][q.panel]++
		}
	}
	joined := tables(t)
	for dashboard, panels := range shown {
		for panel, answers := range panels {
			if name := dashboard + ": " + panel; asked[name] > 1 && answers == 1 && joined[name] {
				t.Errorf("%s: only one of %d queries answers", name, asked[name])
			}
		}
	}
	return shown
}

// tables are the panels that are tables, as "dashboard: title".
func tables(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../../dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	type panel struct {
		Type, Title string
		Panels      []panel
	}
	found := map[string]bool{}
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
					found[strings.TrimSuffix(filepath.Base(file), ".json")+": "+p.Title] = true
				}
			}
		}
	}
	return found
}
