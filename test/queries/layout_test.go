package queries_test

import (
	"fmt"
	"slices"
	"testing"
)

// panelTypes are what Grafana 9.4 has without plugins, and the dashboards need.
var panelTypes = []string{"stat", "timeseries", "table", "state-timeline", "gauge", "bargauge", "row"}

const columns = 24

// layoutFaults finds panels that lie over one another or off the grid, and ids that are given twice.
func layoutFaults(d dashboard) []string {
	var faults []string
	ids := map[int]bool{}
	all := d.everything()
	for i, p := range all {
		if !slices.Contains(panelTypes, p.Type) {
			faults = append(faults, d.told(p, "type %q, want one of %v", p.Type, panelTypes))
		}
		if p.ID <= 0 || ids[p.ID] {
			faults = append(faults, d.told(p, "its id is none, or another panel's too"))
		}
		ids[p.ID] = true
		g := p.GridPos
		if g.X < 0 || g.Y < 0 || g.W <= 0 || g.H <= 0 || g.X+g.W > columns {
			faults = append(faults, d.told(p, "gridPos %+v is off the grid of %d columns", g, columns))
		}
		if p.Type == "row" && g != (place{0, g.Y, columns, 1}) {
			faults = append(faults, d.told(p, "gridPos %+v: a row is one line", g))
		}
		for _, other := range all[:i] {
			if o := other.GridPos; g.X < o.X+o.W && o.X < g.X+g.W && g.Y < o.Y+o.H && o.Y < g.Y+g.H {
				faults = append(faults, d.told(p, "lies over panel %d %q", other.ID, other.Title))
			}
		}
	}
	if len(d.panels()) == 0 {
		faults = append(faults, d.file+": no panels")
	}
	return faults
}

func TestDashboardLayouts(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, layoutFaults(d))
	}
	findsFaults(t, layoutFaults, []change{
		{"panels/1/type", "graph", `panel 2 "Which links lose packets?": type "graph"`},
		{"panels/2/id", 2, "another panel's"},
		{"panels/2/id", nil, "none"},
		{"panels/2/gridPos/w", 13, "off the grid"},
		{"panels/2/gridPos/x", 11, `lies over panel 2 "Which links`},
		{"panels/1/gridPos/y", 0, `lies over panel 1 "Now"`},
		{"panels/0/gridPos/w", 12, "a row is one line"},
		{"panels", []any{}, "no panels"},
	})
}

// instantTypes show one moment.
var instantTypes = []string{"stat", "table", "gauge", "bargauge"}

// targetFaults finds queries that Grafana would not ask as is meant.
func targetFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		refs := map[string]bool{}
		for _, target := range p.Targets {
			tell := func(format string, values ...any) {
				faults = append(faults, d.told(p, "%s: %s", target.RefID, fmt.Sprintf(format, values...)))
			}
			if target.RefID == "" || refs[target.RefID] {
				tell("its refId is none, or another target's too")
			}
			refs[target.RefID] = true
			if target.EditorMode != "code" || target.Expr == "" {
				tell("editorMode %q with expr %q, want code", target.EditorMode, target.Expr)
			}
			instant := slices.Contains(instantTypes, p.Type)
			if target.Instant != instant || target.Range == instant {
				tell("instant %v, range %v, want %v, %v on a %s", target.Instant, target.Range, instant, !instant, p.Type)
			}
			// A stat shows a label's text where it asks for a table and names the column.
			text := p.Type == "stat" && p.options().ReduceOptions.Fields != ""
			if (target.Format == "table") != (p.Type == "table" || text) {
				tell("format %q on a %s", target.Format, p.Type)
			}
		}
		if len(p.Targets) == 0 {
			faults = append(faults, d.told(p, "asks nothing"))
		}
	}
	return faults
}

func TestDashboardTargets(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, targetFaults(d))
	}
	findsFaults(t, targetFaults, []change{
		{"panels/1/targets/0/refId", "", "its refId is none"},
		{"panels/1/targets", []any{}, "asks nothing"},
		{"panels/1/targets/0/instant", true, "instant true, range true, want false, true on a timeseries"},
		{"panels/2/targets/0/instant", nil, "want true, false on a table"},
		{"panels/2/targets/0/format", nil, `format "" on a table`},
		{"panels/1/targets/0/editorMode", "builder", `editorMode "builder"`},
	})
}
