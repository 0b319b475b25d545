package queries_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
)

// ofNull is the text that a mapping shows for null.
func (m mapping) ofNull() (string, bool) {
	var match string
	var result struct{ Text string }
	if m.Type != "special" || json.Unmarshal(m.Options["match"], &match) != nil || match != "null" {
		return "", false
	}
	return result.Text, json.Unmarshal(m.Options["result"], &result) == nil
}

// legendOf is the legend that Grafana 9.4 draws under a timeline with these values; nil is a gap. In the colour mode
// thresholds it merges values by the steps, and knows no mapping any more; in other modes each text is shown once, also
// that of a gap.
func (s shown) legendOf(values []*float64) []string {
	var texts []string
	if s.Color != nil && s.Color.Mode == "thresholds" && s.Thresholds != nil {
		steps := s.Thresholds.Steps
		for i, step := range steps {
			switch {
			case i == 0 && len(steps) > 1:
				texts = append(texts, "< "+formatted(*steps[1].Value))
			case step.Value == nil:
				texts = append(texts, "-∞+")
			default:
				texts = append(texts, formatted(*step.Value)+"+")
			}
		}
		return texts
	}
	for _, value := range values {
		text := ""
		switch {
		case value != nil:
			text = s.shows(*value)
		case s.NoValue != nil:
			text = *s.NoValue
		}
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

func (s shown) shows(value float64) string {
	for _, m := range s.Mappings {
		if text, _, ok := m.text(formatted(value)); ok {
			return text
		}
	}
	return formatted(value)
}

func formatted(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }

func TestLegendsOfTimelines(t *testing.T) {
	one, two := 1.0, 2.0
	decode := func(text string) (s shown) {
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	const mapped = `"mappings": [{"type": "value", "options": {"1": {"text": "Up"}, "2": {"text": "Down"}}}]`
	for text, want := range map[string][]string{
		`{"color": {"mode": "thresholds"}, "thresholds": {"steps": [{"value": null}]}, ` + mapped + `}`:               {"-∞+"},
		`{"color": {"mode": "thresholds"}, "thresholds": {"steps": [{"value": null}, {"value": 2}]}, ` + mapped + `}`: {"< 2", "2+"},
		`{"color": {"mode": "fixed"}, "thresholds": {"steps": [{"value": null}]}, ` + mapped + `}`:                    {"Up", "Down"},
		`{"color": {"mode": "fixed"}, "noValue": "no WAN", ` + mapped + `}`:                                           {"Up", "no WAN", "Down"},
		`{"color": {"mode": "fixed"}}`: {"1", "2"},
	} {
		if got := decode(text).legendOf([]*float64{&one, nil, &two}); !slices.Equal(got, want) {
			t.Errorf("legend of %s: %q, want %q", text, got, want)
		}
	}
}

// timelineFaults finds timelines whose legend is not what their mappings say.
func timelineFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Type != "state-timeline" {
			continue
		}
		has := p.all()[0]
		values := []*float64{nil}
		var want []string
		for _, m := range has.Mappings {
			for key := range m.Options {
				value, err := strconv.ParseFloat(key, 64)
				text, colour, ok := m.text(key)
				if err != nil || !ok {
					continue
				}
				values = append(values, &value)
				want = append(want, text)
				if colour == "" {
					faults = append(faults, d.told(p, "%q has no colour", text))
				}
			}
		}
		slices.Sort(want)
		got := has.legendOf(values)
		slices.Sort(got)
		if want = slices.Compact(want); !slices.Equal(got, want) {
			faults = append(faults, d.told(p, "its legend is %q, and its mappings say %q", got, want))
		}
		if len(want) == 0 {
			faults = append(faults, d.told(p, "no value has a word"))
		}
	}
	return faults
}

func TestTimelinesShowTheirStates(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, timelineFaults(d))
	}
	findsFaults(t, timelineFaults, []change{
		{"panels/3/fieldConfig/defaults/color/mode", "thresholds", `panel 4 "When were WANs down?": its legend is ["-∞+"]`},
		{"panels/3/fieldConfig/defaults/noValue", "no WAN", `its legend is ["Down" "Up" "no WAN"]`},
		{"panels/3/fieldConfig/defaults/mappings", []any{}, "no value has a word"},
		{"panels/3/fieldConfig/defaults/mappings/0/options/1/color", nil, `"Up" has no colour`},
	})
}
