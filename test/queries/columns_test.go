//go:build !withoutprometheus

package queries_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// columnFaults finds columns that a table hides, names, orders or formats, and that its queries do not have: most often
// a label that was misspelt, or has gone from the query.
func (c *catalogue) columnFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		have := c.columns(d, p)
		for _, step := range p.Transformations {
			named, added := columnsOf(step)
			for _, name := range named {
				if !have.column(name) {
					faults = append(faults, d.told(p, "%s speaks of the column %q, and there is only: %s", step.ID, name, have))
				}
			}
			have = have.with(added...)
		}
		for _, o := range p.FieldConfig.Overrides {
			if fault := overrideFault(o, have); fault != "" {
				faults = append(faults, d.told(p, "%s; there is only: %s", fault, have))
			}
		}
	}
	return faults
}

// columns are the fields that Grafana makes of a panel's queries: of tables a column for each label, else a series
// named by its legend.
func (c *catalogue) columns(d dashboard, p panel) labelSet {
	have := labelsOf()
	for _, target := range p.Targets {
		text, _ := d.filled(target.Expr)
		labels, _ := c.infer(text)
		switch {
		case p.Type != "table":
			have = have.with(target.LegendFormat)
		case len(p.Targets) == 1:
			have = have.union(labels).with("Time", "Value")
		default:
			have = have.union(labels).with("Time", "Value #"+target.RefID, "Value") // "Value" where no other query answers
		}
	}
	return have
}

var joined = regexp.MustCompile(` \d+$`)

// column: where tables are joined, columns of one name are numbered.
func (s labelSet) column(name string) bool {
	return s[name] || s[joined.ReplaceAllString(name, "")]
}

// columnsOf are the columns that a transformation speaks of, and those that it makes.
func columnsOf(step transformation) (named, added []string) {
	var options struct {
		ExcludeByName map[string]any    `json:"excludeByName"`
		IndexByName   map[string]any    `json:"indexByName"`
		RenameByName  map[string]string `json:"renameByName"`
		ByField       string            `json:"byField"`
		Alias         string            `json:"alias"`
		Sort          []struct {
			Field string `json:"field"`
		} `json:"sort"`
		Filters []struct {
			FieldName string `json:"fieldName"`
		} `json:"filters"`
	}
	if json.Unmarshal(step.Options, &options) != nil {
		return nil, nil // of another shape, without these
	}
	named = slices.Concat(slices.Collect(maps.Keys(options.ExcludeByName)), slices.Collect(maps.Keys(options.IndexByName)),
		slices.Collect(maps.Keys(options.RenameByName)))
	if options.ByField != "" {
		named = append(named, options.ByField)
	}
	for _, sort := range options.Sort {
		named = append(named, sort.Field)
	}
	for _, filter := range options.Filters {
		named = append(named, filter.FieldName)
	}
	slices.Sort(named)
	added = append(slices.Collect(maps.Values(options.RenameByName)), options.Alias)
	return named, added
}

func overrideFault(o override, have labelSet) string {
	var name string
	if json.Unmarshal(o.Matcher.Options, &name) != nil {
		return ""
	}
	switch o.Matcher.ID {
	case "byName":
		// A legend with labels in it can become any name.
		if !have.column(name) && !slices.ContainsFunc(slices.Collect(maps.Keys(have)), braces.MatchString) {
			return "an override is for " + name
		}
	case "byFrameRefID":
		return ""
	case "byRegexp":
		pattern, err := regexp.Compile(strings.Trim(name, "/"))
		if err != nil {
			return "an override's pattern: " + err.Error()
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(have)), func(column string) bool { return braces.MatchString(column) || pattern.MatchString(column) }) {
			return "an override is for " + name
		}
	}
	return ""
}

func TestDashboardColumns(t *testing.T) {
	c := whole(t)
	for _, d := range dashboards(t) {
		report(t, c.columnFaults(d))
	}
	const organize = "panels/2/transformations/0/options/"
	findsFaults(t, literal(t).columnFaults, []change{
		{organize + "renameByName", map[string]any{"wam": "WAN"}, `panel 3 "Which WANs are down?": organize speaks of the column "wam"`},
		{organize + "excludeByName", map[string]any{"Value #A": true}, `the column "Value #A"`},
		{organize + "renameByName", map[string]any{}, "an override is for WAN; there is only"},
		{"panels/2/transformations/0", map[string]any{"id": "joinByField", "options": map[string]any{"byField": "peer"}}, `the column "peer"`},
		{"panels/2/targets/0/expr", "sum by (instance) (peplink_wan_up)", `the column "wan"`},
	})
}
