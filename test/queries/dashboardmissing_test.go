package queries_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// scriptNumber is what JavaScript makes of a text with a plus before it, as far as a text for people can be one. Grafana
// does so with noValue on graphs and timelines, and draws the number where nothing is known; NaN leaves a gap.
func scriptNumber(text string) float64 {
	const blanks = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
	text = strings.Trim(text, blanks)
	if text == "" {
		return 0
	}
	if strings.Contains(text, "_") || strings.EqualFold(text, "inf") || strings.EqualFold(strings.TrimLeft(text, "+-"), "inf") {
		return math.NaN()
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return number
}

func TestTextsAsNumbers(t *testing.T) {
	for text, want := range map[string]float64{"": 0, " ": 0, "\ufeff": 0, "0": 0, " 12 ": 12, "-1.5": -1.5, "1e3": 1000} {
		if got := scriptNumber(text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"\u200b", "not known", "1 of 2", "no modem", "inf", "1_000"} {
		if got := scriptNumber(text); !math.IsNaN(got) {
			t.Errorf("%q is %v, want NaN", text, got)
		}
	}
}

// missingFaults finds graphs and timelines that draw a number where nothing is known, and those that would write the
// text for an empty panel into the legend at each gap.
func missingFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Type != "timeseries" && p.Type != "state-timeline" {
			continue
		}
		for _, part := range p.all() {
			if part.NoValue == nil {
				continue
			}
			if number := scriptNumber(*part.NoValue); !math.IsNaN(number) {
				faults = append(faults, d.told(p, "noValue %q draws %v where nothing is known", *part.NoValue, number))
			}
			if p.Type == "state-timeline" {
				faults = append(faults, d.told(p, "noValue %q stands in the legend of a timeline", *part.NoValue))
			}
		}
		if last := p.of("").NoValue; p.Type == "timeseries" && (last == nil || *last != invisible) {
			faults = append(faults, d.told(p, "legend and tooltip show a text where nothing is known"))
		}
	}
	return faults
}

// invisible is a text without width that is no number.
const invisible = "\u200b"

func TestMissingIsNotDrawn(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, missingFaults(d))
	}
	overrides := func(text string) []any {
		return []any{map[string]any{
			"matcher":    map[string]any{"id": "byRegexp", "options": "/.*/"},
			"properties": []any{map[string]any{"id": "noValue", "value": text}},
		}}
	}
	findsFaults(t, missingFaults, []change{
		{"panels/1/fieldConfig/overrides", overrides(""), `panel 2 "Which links lose packets?": noValue "" draws 0`},
		{"panels/1/fieldConfig/defaults/noValue", "0", `noValue "0" draws 0`},
		{"panels/1/fieldConfig/overrides", overrides("none known"), "show a text where nothing is known"},
		{"panels/3/fieldConfig/defaults/noValue", "no links", `noValue "no links" stands in the legend`},
	})
}

// claimFaults finds texts that would say of a dead exporter or router that all is well. What is shown where there is no
// answer at all must leave open why.
func claimFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		for i, part := range p.all() {
			if part.NoValue != nil && *part.NoValue != "" && *part.NoValue != invisible && !leavesOpen(*part.NoValue) {
				faults = append(faults, d.told(p, "noValue %q claims what nobody knows", *part.NoValue))
			}
			if i == 0 && part.NoValue == nil && p.Type != "state-timeline" {
				faults = append(faults, d.told(p, "no word for when nothing is known"))
			}
			for _, m := range part.Mappings {
				if text, ok := m.ofNull(); ok && !leavesOpen(text) {
					faults = append(faults, d.told(p, "%q for null claims what nobody knows", text))
				}
			}
		}
	}
	return faults
}

func leavesOpen(text string) bool {
	return strings.Contains(text, "known") || text == "not told" || text == "not probed"
}

func TestNothingKnownIsNoHealth(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, claimFaults(d))
	}
	null := []any{map[string]any{"type": "special", "options": map[string]any{"match": "null", "result": map[string]any{"text": "all is well"}}}}
	findsFaults(t, claimFaults, []change{
		{"panels/1/fieldConfig/defaults/noValue", "none in trouble", `noValue "none in trouble" claims`},
		{"panels/1/fieldConfig/defaults/noValue", "never", `noValue "never" claims`},
		{"panels/2/fieldConfig/defaults/noValue", nil, "no word for when nothing is known"},
		{"panels/1/fieldConfig/defaults/mappings", null, `"all is well" for null claims`},
	})
}
