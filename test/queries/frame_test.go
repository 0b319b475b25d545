package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// from is where a dashboard begins, where that is not a day ago.
var from = map[string]string{"exporter.json": "now-6h"}

// frameFaults is what is wrong with a dashboard as a whole: what would tie it to one Grafana, or make it behave unlike
// the others.
func frameFaults(d dashboard) []string {
	var faults []string
	must := func(right bool, format string, values ...any) {
		if !right {
			faults = append(faults, d.file+": "+fmt.Sprintf(format, values...))
		}
	}
	for _, key := range []string{"__inputs", "__requires", "__elements", "id"} {
		must(d.keys[key] == nil, "%s belongs to one Grafana", key)
	}
	must(d.UID == uidOf(d.file), "uid %q, want %q, by which links find it", d.UID, uidOf(d.file))
	start := from[d.file]
	if start == "" {
		start = "now-24h"
	}
	must(d.Title == titles[d.file], "title %q, want %q", d.Title, titles[d.file])
	must(d.SchemaVersion == 37, "schemaVersion %d, want 37, that of Grafana 9.4", d.SchemaVersion)
	must(d.Editable, "not editable")
	must(d.GraphTooltip == 1, "graphTooltip %d: the cross-hair is not shared", d.GraphTooltip)
	must(d.Refresh == "1m" && d.Timezone == "browser", "refresh %q, timezone %q, want 1m, browser", d.Refresh, d.Timezone)
	must(d.Time == span{start, "now"}, "time %v, want %s to now", d.Time, start)
	must(slices.Equal(d.Tags, []string{"peplink"}), "tags %v, want peplink", d.Tags)
	must(slices.ContainsFunc(d.Links, func(l link) bool {
		return l.Type == "dashboards" && slices.Equal(l.Tags, []string{"peplink"}) && l.IncludeVars && l.KeepTime
	}), "no link to the dashboards tagged peplink that keeps variables and time")
	return faults
}

// uidOf is by what links find a dashboard, in every Grafana.
func uidOf(file string) string { return "peplink-" + strings.TrimSuffix(file, ".json") }

func TestDashboardFrames(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, frameFaults(d))
	}
	findsFaults(t, frameFaults, []change{
		{"uid", "x", `uid "x", want "peplink-fleet"`},
		{"id", 7, "id belongs to one Grafana"},
		{"__inputs", []any{}, "__inputs belongs"},
		{"title", "Fleet", `title "Fleet", want "Peplink fleet"`},
		{"schemaVersion", 39, "schemaVersion 39"},
		{"editable", false, "not editable"},
		{"graphTooltip", 0, "cross-hair"},
		{"timezone", nil, "timezone"},
		{"time/from", "now-6h", "want now-24h"},
		{"tags", []any{}, "tags"},
		{"links/0/includeVars", false, "no link"},
	})
}

// wanted is what a variable is to be. Site and role are labels that a target may lack, so that "all" must match what
// is empty.
type wanted struct {
	name, allValue string
	single         bool
}

func wantedVariables(file string) []wanted {
	all := []wanted{{"datasource", "", true}, {"job", ".+", false}, {"site", ".*", false}, {"role", ".*", false}, {"instance", ".+", false}}
	switch file {
	case "router.json":
		all[4] = wanted{"instance", "", true}
		return append(all, wanted{"wan", ".+", false})
	case "exporter.json":
		return append(all, wanted{"exporter_job", ".+", false}, wanted{"exporter", ".+", false})
	case "speedfusion.json":
		return append(all, wanted{"peer", ".+", false})
	}
	return all
}

func variableFaults(d dashboard) []string {
	var faults []string
	wants := wantedVariables(d.file)
	var names []string
	for _, v := range d.Templating.List {
		names = append(names, v.Name)
	}
	for i, want := range wants {
		v, found := d.variable(want.name)
		if !found || names[i] != want.name {
			faults = append(faults, fmt.Sprintf("%s: variables %v, want %s in place %d", d.file, names, want.name, i+1))
			continue
		}
		for _, fault := range oneVariableFaults(v, want) {
			faults = append(faults, d.file+", variable "+v.Name+": "+fault)
		}
	}
	return faults
}

func oneVariableFaults(v variable, want wanted) []string {
	if want.name == "datasource" {
		if v.Type != "datasource" || v.query() != "prometheus" {
			return []string{"no choice of a Prometheus datasource"}
		}
		return nil
	}
	var faults []string
	if v.Type != "query" || v.Datasource != prometheusSource() {
		faults = append(faults, fmt.Sprintf("type %s with datasource %v, want query with %v", v.Type, v.Datasource, prometheusSource()))
	}
	if v.Multi == want.single || v.IncludeAll == want.single || v.AllValue != want.allValue {
		faults = append(faults, fmt.Sprintf("multi %v, includeAll %v, allValue %q, want %v, %v, %q",
			v.Multi, v.IncludeAll, v.AllValue, !want.single, !want.single, want.allValue))
	}
	if v.Refresh != 2 || v.Sort != 1 {
		faults = append(faults, fmt.Sprintf("refresh %d, sort %d, want 2, 1", v.Refresh, v.Sort))
	}
	if v.Definition != v.query() {
		faults = append(faults, fmt.Sprintf("definition %q says something else than the query %q", v.Definition, v.query()))
	}
	return faults
}

func TestDashboardVariables(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, variableFaults(d))
	}
	findsFaults(t, variableFaults, []change{
		{"templating/list/0/query", "loki", "variable datasource: no choice"},
		{"templating/list/1/name", "jobs", "want job in place 2"},
		{"templating/list/1/allValue", ".*", `allValue ".*", want true, true, ".+"`},
		{"templating/list/2/allValue", ".+", "variable site: multi true"},
		{"templating/list/3/refresh", 1, "variable role: refresh 1"},
		{"templating/list/4/includeAll", false, "variable instance: multi true, includeAll false"},
		{"templating/list/4/datasource/uid", "abc", "variable instance: type query with datasource {prometheus abc}"},
		{"templating/list/4/definition", "x", "says something else"},
	})
}

func prometheusSource() source { return source{Type: "prometheus", UID: "${datasource}"} }

// datasourceFaults finds what would be asked of another datasource than the chosen one.
func datasourceFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Datasource != prometheusSource() {
			faults = append(faults, d.told(p, "datasource %v", p.Datasource))
		}
		for _, target := range p.Targets {
			if target.Datasource != prometheusSource() {
				faults = append(faults, d.told(p, "%s: datasource %v", target.RefID, target.Datasource))
			}
		}
	}
	alerts := 0
	for _, a := range d.Annotations.List {
		if a.BuiltIn == 1 {
			continue
		}
		if strings.HasPrefix(a.Expr, "ALERTS{") {
			alerts++
		}
		// Grafana 9.4 shows a mark without a word where these are missing.
		if !strings.Contains(a.TitleFormat, "{{alertname}}") || a.TextFormat == "" {
			faults = append(faults, fmt.Sprintf("%s, annotation %s: titleFormat %q, textFormat %q: it does not say which alert, and where",
				d.file, a.Name, a.TitleFormat, a.TextFormat))
		}
		if a.Datasource != prometheusSource() {
			faults = append(faults, fmt.Sprintf("%s, annotation %s: datasource %v", d.file, a.Name, a.Datasource))
		}
	}
	if alerts == 0 {
		faults = append(faults, d.file+": no annotations of alerts")
	}
	return faults
}

func TestDashboardDatasources(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, datasourceFaults(d))
	}
	findsFaults(t, datasourceFaults, []change{
		{"panels/1/datasource", nil, `panel 2 "Which links lose packets?": datasource { }`},
		{"panels/2/targets/0/datasource/uid", "abc", "A: datasource {prometheus abc}"},
		{"annotations/list/1/datasource", nil, "annotation critical: datasource"},
		{"annotations/list/1/titleFormat", nil, "annotation critical: titleFormat"},
		{"annotations/list/1/expr", "up == 0", "no annotations of alerts"},
	})
}
