package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// valueColumn is how Grafana 9.4 calls the values of a table's query: after the query, but only while several answer.
func valueColumn(ref string, answering int) string {
	if answering == 1 {
		return "Value"
	}
	return "Value #" + ref
}

func TestValueColumns(t *testing.T) {
	for answering, want := range map[int]string{1: "Value", 2: "Value #B"} {
		if got := valueColumn("B", answering); got != want {
			t.Errorf("with %d answers: %q, want %q", answering, got, want)
		}
	}
}

// nameless are the columns of values that keep Grafana's own name, where only these queries answer.
func (p panel) nameless(answering []target) []string {
	var found []string
	how := p.organized()
	for _, query := range answering {
		column := valueColumn(query.RefID, len(answering))
		if !how.ExcludeByName[column] && how.RenameByName[column] == "" {
			found = append(found, column)
		}
	}
	return found
}

// tableFaults finds tables that show values without a name, or under the name of others, when only one of their queries
// answers or all do.
func tableFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Type != "table" {
			continue
		}
		for _, column := range p.nameless(p.Targets) {
			faults = append(faults, d.told(p, "the column %q has no name", column))
		}
		if len(p.Targets) < 2 {
			continue
		}
		for _, query := range p.Targets {
			for _, column := range p.nameless([]target{query}) {
				faults = append(faults, d.told(p, "where only %s answers, a column %q is shown", query.RefID, column))
			}
		}
		if name := p.organized().RenameByName["Value"]; name != "" && !p.organized().ExcludeByName["Value"] {
			faults = append(faults, d.told(p, "what the only query that answers tells is called %q, whichever it is", name))
		}
	}
	return faults
}

func TestTablesWithOneAnswer(t *testing.T) {
	tables := 0
	for _, d := range dashboards(t) {
		for _, p := range d.panels() {
			if p.Type == "table" && len(p.Targets) > 1 {
				tables++
			}
		}
		report(t, tableFaults(d))
	}
	if tables == 0 {
		t.Error("no table joins queries")
	}
	const organize = "panels/4/transformations/1/options/"
	findsFaults(t, tableFaults, []change{
		{organize + "excludeByName/Value", nil, `panel 5 "How does each router fare?": where only A answers, a column "Value"`},
		{organize + "excludeByName/Value", nil, `where only B answers, a column "Value"`},
		{organize + "renameByName/Value #B", nil, `the column "Value #B" has no name`},
		{"panels/4/transformations/1/options", map[string]any{"renameByName": map[string]any{"Value": "State", "Value #A": "State", "Value #B": "WANs"}}, `is called "State", whichever it is`},
		{"panels/2/transformations/0/options/renameByName", map[string]any{"wan": "WAN"}, `the column "Value" has no name`},
	})
}

// cellFaults finds what colours cells in some versions of Grafana only. Builds of 9.4 know displayMode and no cellOptions;
// all later ones turn it into cellOptions where the dashboard's schema is older than 38 and the defaults have a custom
// part.
func cellFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Type != "table" {
			continue
		}
		for i, part := range p.all() {
			if part.Custom["cellOptions"] != nil {
				faults = append(faults, d.told(p, "cellOptions colour nothing in builds of Grafana 9.4"))
			}
			if i == 0 && part.Custom["displayMode"] == nil {
				faults = append(faults, d.told(p, "no displayMode among the defaults, by which later versions know to convert those of columns"))
			}
		}
	}
	if d.SchemaVersion > 37 {
		faults = append(faults, fmt.Sprintf("%s: schemaVersion %d: later versions would not convert displayMode", d.file, d.SchemaVersion))
	}
	return faults
}

func TestCellsHaveColours(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, cellFaults(d))
	}
	const defaults = "panels/2/fieldConfig/defaults/custom"
	findsFaults(t, cellFaults, []change{
		{defaults, map[string]any{"displayMode": "auto", "cellOptions": map[string]any{"type": "auto"}}, `panel 3 "Which WANs are down?": cellOptions colour nothing`},
		{defaults, map[string]any{}, "no displayMode among the defaults"},
		{"schemaVersion", 38, "schemaVersion 38"},
	})
}

// textFaults finds tables that would take words for numbers: a version 8.10 is shown as 8.1, a router 007 as 7.
func textFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Type != "table" {
			continue
		}
		i := slices.IndexFunc(p.FieldConfig.Overrides, func(o override) bool {
			return o.Matcher.ID == "byType" && string(o.Matcher.Options) == `"string"`
		})
		if i < 0 || p.all()[i+1].Unit != "string" {
			faults = append(faults, d.told(p, "texts have not the unit string"))
		}
		for _, part := range p.all() {
			if strings.HasPrefix(part.Unit, "dateTimeFromNow") {
				faults = append(faults, d.told(p, "%s shows no more than \"an hour ago\"", part.Unit))
			}
		}
	}
	return faults
}

func TestTextsOfTables(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, textFaults(d))
	}
	findsFaults(t, textFaults, []change{
		{"panels/2/fieldConfig/overrides/1/properties/0/value", "none", `panel 3 "Which WANs are down?": texts have not the unit string`},
		{"panels/2/fieldConfig/defaults/unit", "dateTimeFromNow", `"an hour ago"`},
	})
}
