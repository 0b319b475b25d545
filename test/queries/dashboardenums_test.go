package queries_test

import (
	"slices"
	"strings"
	"testing"
)

// enums are the words that Grafana 9.4 knows, by where they stand in a panel; @grafana/schema of that version lists them.
// Any other word is taken without complaint, and means the default.
var enums = map[string][]string{
	"options/legend/displayMode":                         {"list", "table", "hidden"},
	"options/legend/placement":                           {"bottom", "right"},
	"options/tooltip/mode":                               {"single", "multi", "none"},
	"options/tooltip/sort":                               {"asc", "desc", "none"},
	"options/colorMode":                                  {"value", "background", "none"},
	"options/graphMode":                                  {"none", "line", "area"},
	"options/justifyMode":                                {"auto", "center"},
	"options/orientation":                                {"auto", "vertical", "horizontal"},
	"options/textMode":                                   {"auto", "value", "value_and_name", "name", "none"},
	"options/displayMode":                                {"basic", "lcd", "gradient"},
	"options/showValue":                                  {"auto", "never", "always"},
	"options/alignValue":                                 {"center", "left", "right"},
	"fieldConfig/defaults/thresholds/mode":               {"absolute", "percentage"},
	"fieldConfig/defaults/custom/align":                  {"auto", "left", "center", "right"},
	"fieldConfig/defaults/custom/axisPlacement":          {"auto", "top", "right", "bottom", "left", "hidden"},
	"fieldConfig/defaults/custom/displayMode":            cells,
	"fieldConfig/defaults/custom/drawStyle":              {"line", "bars", "points"},
	"fieldConfig/defaults/custom/gradientMode":           {"none", "opacity", "hue", "scheme"},
	"fieldConfig/defaults/custom/lineInterpolation":      {"linear", "smooth", "stepBefore", "stepAfter"},
	"fieldConfig/defaults/custom/scaleDistribution/type": {"linear", "log", "ordinal", "symlog"},
	"fieldConfig/defaults/custom/showPoints":             {"auto", "never", "always"},
	"fieldConfig/defaults/custom/stacking/mode":          {"none", "normal", "percent"},
	"fieldConfig/defaults/custom/thresholdsStyle/mode":   {"off", "line", "dashed", "area", "line+area", "dashed+area", "series"},
}

// cells are the ways to show a cell of a table.
var cells = []string{
	"auto", "color-text", "color-background", "color-background-solid", "gradient-gauge", "lcd-gauge", "json-view", "basic", "image",
}

// enumFaults finds words that Grafana does not know.
func enumFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		whole := map[string]any{"options": decoded(p.Options), "fieldConfig": map[string]any{"defaults": decoded(p.rawDefaults())}}
		for path, words := range enums {
			if word, ok := at(whole, path).(string); ok && !slices.Contains(words, word) {
				faults = append(faults, d.told(p, "%s is %q, want one of %v", path, word, words))
			}
		}
		for _, o := range p.FieldConfig.Overrides {
			for _, property := range o.Properties {
				words := enums["fieldConfig/defaults/"+strings.ReplaceAll(property.ID, ".", "/")]
				if word, ok := decoded(property.Value).(string); ok && words != nil && !slices.Contains(words, word) {
					faults = append(faults, d.told(p, "%s is %q, want one of %v", property.ID, word, words))
				}
			}
		}
	}
	return faults
}

// at is what stands at a path of keys; nil if there is nothing.
func at(tree any, path string) any {
	for key := range strings.SplitSeq(path, "/") {
		node, _ := tree.(map[string]any)
		tree = node[key]
	}
	return tree
}

func TestDashboardEnums(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, enumFaults(d))
	}
	override := map[string]any{"matcher": map[string]any{"id": "byName", "options": "State"}, "properties": []any{
		map[string]any{"id": "custom.displayMode", "value": "colour-text"},
	}}
	findsFaults(t, enumFaults, []change{
		{"panels/1/options/legend/placement", "left", `panel 2 "Which links lose packets?": options/legend/placement is "left"`},
		{"panels/5/options/textMode", "values", `options/textMode is "values"`},
		{"panels/2/fieldConfig/defaults/custom/displayMode", "colour", `custom/displayMode is "colour"`},
		{"panels/4/fieldConfig/overrides/0", override, `custom.displayMode is "colour-text"`},
	})
}
