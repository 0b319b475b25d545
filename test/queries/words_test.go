package queries_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// wordFaults: a panel asks a question, and tells what it shows, in which unit.
func wordFaults(d dashboard) []string {
	var faults []string
	titles := map[string]bool{}
	for _, p := range d.panels() {
		if !strings.HasSuffix(p.Title, "?") || titles[p.Title] {
			faults = append(faults, d.told(p, "the title is no question, or another panel's too"))
		}
		titles[p.Title] = true
		if len(strings.Fields(p.Description)) < 5 || !strings.HasSuffix(strings.TrimSpace(p.Description), ".") {
			faults = append(faults, d.told(p, "the description %q says nothing", p.Description))
		}
		if p.FieldConfig.Defaults.Unit == "" && !overrides(p, "unit") {
			faults = append(faults, d.told(p, "no unit"))
		}
		recorded := slices.ContainsFunc(p.Targets, func(t target) bool { return strings.Contains(t.Expr, "peplink:") })
		if recorded && !strings.Contains(p.Description, "recording rule") {
			faults = append(faults, d.told(p, "the description does not say that it needs the recording rules"))
		}
		for _, link := range p.FieldConfig.Defaults.Links {
			faults = append(faults, linkFaults(d, p, link.URL)...)
		}
		for _, o := range p.FieldConfig.Overrides {
			faults = append(faults, overrideLinkFaults(d, p, o)...)
		}
	}
	return faults
}

func overrides(p panel, property string) bool {
	return slices.ContainsFunc(p.FieldConfig.Overrides, func(o override) bool {
		for _, has := range o.Properties {
			if has.ID == property {
				return true
			}
		}
		return false
	})
}

func overrideLinkFaults(d dashboard, p panel, o override) []string {
	var faults []string
	for _, property := range o.Properties {
		var links []struct {
			URL string `json:"url"`
		}
		if property.ID != "links" || json.Unmarshal(property.Value, &links) != nil {
			continue
		}
		for _, link := range links {
			faults = append(faults, linkFaults(d, p, link.URL)...)
		}
	}
	return faults
}

// linkFaults: a link to a host works in one Grafana only, and one by a uid leads to a dashboard that is here.
func linkFaults(d dashboard, p panel, url string) []string {
	uid, found := strings.CutPrefix(url, "/d/")
	uid, _, _ = strings.Cut(uid, "?")
	uid, _, _ = strings.Cut(uid, "/")
	name, named := strings.CutPrefix(uid, uidOf(""))
	if found && (!named || titles[name+".json"] == "") || strings.Contains(url, "://") {
		return []string{d.told(p, "the link %s leads to one Grafana only", url)}
	}
	return nil
}

func TestDashboardWords(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, wordFaults(d))
	}
	links := []any{map[string]any{"url": "/d/abcdef/router?var-instance=x"}}
	findsFaults(t, wordFaults, []change{
		{"panels/1/title", "Lost packets", `panel 2 "Lost packets": the title is no question`},
		{"panels/2/title", "Which links lose packets?", "another panel's too"},
		{"panels/1/description", "Losses", "says nothing"},
		{"panels/1/fieldConfig/defaults/unit", nil, "no unit"},
		{"panels/1/targets/0/expr", "peplink:used:ratio", "needs the recording rules"},
		{"panels/1/fieldConfig/defaults/links", links, "leads to one Grafana only"},
		{"panels/2/fieldConfig/overrides/0/properties/0", map[string]any{"id": "links", "value": links}, "leads to one Grafana only"},
	})
}
