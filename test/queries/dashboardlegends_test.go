package queries_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// dashFaults finds dashed lines whose legend does not say so: in a list of names a dash cannot be seen.
func dashFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		for _, o := range p.FieldConfig.Overrides {
			dashed, name := false, string(o.Matcher.Options)
			for _, property := range o.Properties {
				var style struct{ Fill string }
				switch property.ID {
				case "custom.lineStyle":
					dashed = json.Unmarshal(property.Value, &style) == nil && style.Fill == "dash"
				case "displayName":
					name = string(property.Value)
				}
			}
			if dashed && !strings.Contains(name, "(dashed") && !strings.Contains(name, `\\(dashed`) {
				faults = append(faults, d.told(p, "the line %s is dashed, and its legend does not say so", name))
			}
		}
	}
	return faults
}

func TestDashesAreTold(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, dashFaults(d))
	}
	dash := func(id, name string) map[string]any {
		return map[string]any{"matcher": map[string]any{"id": "byName", "options": name}, "properties": []any{
			map[string]any{"id": "custom.lineStyle", "value": map[string]any{"fill": "dash", "dash": []any{10, 10}}},
			map[string]any{"id": id, "value": name},
		}}
	}
	findsFaults(t, dashFaults, []change{
		{"panels/1/fieldConfig/overrides/0", dash("unit", "Limit"), `the line "Limit" is dashed`},
		{"panels/1/fieldConfig/overrides/0", dash("displayName", "Most"), `the line "Most" is dashed`},
	})
}
