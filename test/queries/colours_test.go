package queries_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// colours are all that the dashboards use, and what each means everywhere.
var colours = map[string]string{
	"green":       "up, good",
	"yellow":      "standby, warning, partial",
	"orange":      "connecting, degraded",
	"red":         "down, failing, exceeded",
	"blue":        "information, neutral counts",
	"purple":      "limit, projection",
	"#8e8e8e":     "disabled, unknown, scheduled off, as LAN",
	"text":        "neutral text",
	"transparent": "nothing to say",
}

// meant are the colours of words that value mappings and series show.
var meant = map[string]string{
	"up": "green", "connected": "green", "active": "green", "yes": "", "no": "",
	"standby": "yellow", "partial": "yellow",
	"connecting": "orange",
	"down":       "red", "no cable": "red", "disconnected": "red", "not connected": "red", "failure": "red",
	"disabled": "#8e8e8e", "scheduled off": "#8e8e8e", "as lan": "#8e8e8e", "unknown": "#8e8e8e", "no device": "#8e8e8e",
	"limit": "purple", "projected": "purple", "projection": "purple",
}

// modes of colour take a colour from the list, from thresholds, or tell series apart by Grafana's palette, where the
// colours mean nothing.
var colourModes = []string{"fixed", "shades", "thresholds", "palette-classic"}

// coloured is a colour, with the word that it is shown with, if any.
type coloured struct{ colour, word string }

// coloursIn collects the colours of a part of a panel: of thresholds, mappings and fixed ones.
func coloursIn(tree any, word string) (found []coloured, modes []string) {
	switch node := tree.(type) {
	case []any:
		for _, part := range node {
			more, also := coloursIn(part, word)
			found, modes = append(found, more...), append(modes, also...)
		}
	case map[string]any:
		if text, ok := node["text"].(string); ok {
			word = text
		}
		for _, key := range slices.Sorted(maps.Keys(node)) {
			text, isText := node[key].(string)
			switch {
			case isText && (key == "color" || key == "fixedColor"):
				found = append(found, coloured{text, word})
			case isText && key == "mode" && node["steps"] == nil && isColour(node):
				modes = append(modes, text)
			default:
				more, also := coloursIn(node[key], word)
				found, modes = append(found, more...), append(modes, also...)
			}
		}
	}
	return found, modes
}

// isColour tells the mode of a colour from the modes of tooltips, stacks and thresholds.
func isColour(node map[string]any) bool {
	_, fixed := node["fixedColor"]
	mode, _ := node["mode"].(string)
	return fixed || strings.HasPrefix(mode, "palette") || strings.HasPrefix(mode, "continuous") || mode == "thresholds"
}

// colourFaults finds colours that are not on the list, and words shown in the colour of something else.
func colourFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		for _, part := range p.colourful() {
			found, modes := coloursIn(part.tree, part.word)
			for _, c := range found {
				if colours[c.colour] == "" {
					faults = append(faults, d.told(p, "the colour %q is none of %v", c.colour, slices.Sorted(maps.Keys(colours))))
				}
				if want := meant[plainWord(c.word)]; want != "" && want != c.colour {
					faults = append(faults, d.told(p, "%q is %s, and %s everywhere else", c.word, c.colour, want))
				}
			}
			for _, mode := range modes {
				if !slices.Contains(colourModes, mode) {
					faults = append(faults, d.told(p, "colour mode %q, want one of %v", mode, colourModes))
				}
			}
		}
	}
	for _, a := range d.Annotations.List {
		severities := map[string]string{"critical": "red", "warning": "orange", "info": "blue"}
		for severity, want := range severities {
			if strings.Contains(a.Expr, `severity="`+severity+`"`) && a.IconColor != want {
				faults = append(faults, fmt.Sprintf("%s, annotation %s: %s, want %s", d.file, a.Name, a.IconColor, want))
			}
		}
	}
	return faults
}

func plainWord(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", " ") }

// part is a part of a panel that may have colours, with the series that it is for.
type part struct {
	tree any
	word string
}

func (p panel) colourful() []part {
	parts := []part{{decoded(p.rawDefaults()), ""}}
	for _, o := range p.FieldConfig.Overrides {
		var name string
		_ = json.Unmarshal(o.Matcher.Options, &name) // not by name: for no one series
		for _, property := range o.Properties {
			word := ""
			if property.ID == "color" {
				word = name
			}
			parts = append(parts, part{decoded(property.Value), word})
		}
	}
	return parts
}

func decoded(text json.RawMessage) any {
	var tree any
	if len(text) > 0 && json.Unmarshal(text, &tree) != nil {
		return nil
	}
	return tree
}

func TestDashboardColours(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, colourFaults(d))
	}
	const defaults = "panels/2/fieldConfig/defaults/"
	override := map[string]any{"matcher": map[string]any{"id": "byName", "options": "Standby"}, "properties": []any{
		map[string]any{"id": "color", "value": map[string]any{"mode": "fixed", "fixedColor": "green"}},
	}}
	findsFaults(t, colourFaults, []change{
		{"panels/1/fieldConfig/defaults/thresholds/steps/1/color", "dark-red", `panel 2 "Which links lose packets?": the colour "dark-red" is none of`},
		{"panels/1/fieldConfig/defaults/color/mode", "continuous-GrYlRd", `colour mode "continuous-GrYlRd"`},
		{defaults + "mappings/0/options/0/color", "blue", `"down" is blue, and red everywhere else`},
		{defaults + "mappings/0/options/0/color", "#ff0000", `the colour "#ff0000"`},
		{"panels/2/fieldConfig/overrides/0", override, `"Standby" is green, and yellow everywhere else`},
		{"annotations/list/1/iconColor", "orange", "annotation critical: orange, want red"},
	})
}
