package queries_test

import (
	"slices"
	"strings"
	"testing"
)

// toRouter is how a link to a router's dashboard begins, and what it ends with.
const (
	toRouter  = "/d/peplink-router/peplink-router?"
	asRouter  = "&var-instance=${__value.raw}"
	ofSeries  = "&var-instance=${__field.labels.instance}"
	keepsTime = "${__url_time_range}"
)

// routerFaults finds routers that no click leads to: each router in a table opens its dashboard, and so does each bar that
// is a router's.
func routerFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		switch {
		case p.Type == "table":
			if slices.Contains(p.named(), "Router") && !leads(p.of("Router"), asRouter) {
				faults = append(faults, d.told(p, "no click on a router opens it"))
			}
		case p.Type == "bargauge" && slices.ContainsFunc(p.Targets, func(t target) bool { return strings.Contains(t.LegendFormat, "{{instance}}") }):
			if !leads(p.all()[0], ofSeries) {
				faults = append(faults, d.told(p, "no click on a router's bar opens it"))
			}
		}
	}
	return faults
}

func leads(s shown, end string) bool {
	for _, l := range s.Links {
		if strings.HasPrefix(l.URL, "/d/peplink-router") && strings.HasSuffix(l.URL, strings.TrimPrefix(end, "&")) {
			return true
		}
	}
	return false
}

// timeFaults finds links of ours that forget what the reader has chosen.
func timeFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		for _, part := range p.all() {
			for _, l := range part.Links {
				if strings.HasPrefix(l.URL, "/d/") && (!strings.Contains(l.URL, keepsTime) || !strings.Contains(l.URL, "${datasource:queryparam}")) {
					faults = append(faults, d.told(p, "the link %s forgets the time or the datasource", l.URL))
				}
			}
		}
	}
	return faults
}

func TestRoutersAreOneClickAway(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, routerFaults(d))
		report(t, timeFaults(d))
	}
	const link = "panels/4/fieldConfig/overrides/1/properties/0"
	bar := map[string]any{"id": 2, "type": "bargauge", "title": "Bars", "targets": []any{map[string]any{"legendFormat": "{{instance}}"}}}
	findsFaults(t, routerFaults, []change{
		{link, map[string]any{"id": "unit", "value": "string"}, `panel 5 "How does each router fare?": no click on a router opens it`},
		{link + "/value/0/url", "/d/peplink-fleet?var-instance=${__value.raw}", "no click on a router opens it"},
		{link + "/value/0/url", toRouter, "no click on a router opens it"},
		{"panels/1", bar, "no click on a router's bar opens it"},
	})
	findsFaults(t, timeFaults, []change{
		{link + "/value/0/url", toRouter + "var-instance=x", "forgets the time"},
	})
}

// annotationFaults finds annotations of alerts that are drawn before anybody asks for them: hundreds of routers paint every
// graph in one colour, and hang the browser. Of one router, those that wake people may be.
func annotationFaults(d dashboard) []string {
	var faults []string
	for _, a := range d.Annotations.List {
		if a.BuiltIn == 1 || !a.Enable || d.file == "router.json" && strings.Contains(a.Expr, `severity="critical"`) {
			continue
		}
		faults = append(faults, d.file+": annotation "+a.Name+" is drawn into every graph from the start")
	}
	return faults
}

func TestAnnotationsDoNotDrown(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, annotationFaults(d))
	}
	findsFaults(t, annotationFaults, []change{
		{"annotations/list/1/enable", true, "fleet.json: annotation critical is drawn into every graph"},
	})
}

// zeroFaults finds numbers of what is well that are green when they are 0.
func zeroFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		if p.Type != "stat" {
			continue
		}
		for _, query := range p.Targets {
			if !isAny(query.LegendFormat, "up", "connected", "active") {
				continue
			}
			has := p.of(query.LegendFormat)
			fixed := has.Color != nil && has.Color.Mode == "fixed" && has.Color.FixedColor == "green"
			steps := has.Color != nil && has.Color.Mode == "thresholds" && has.Thresholds != nil && has.Thresholds.Steps[0].Color == "green"
			if fixed || steps {
				faults = append(faults, d.told(p, "%s 0 is green", query.LegendFormat))
			}
		}
	}
	return faults
}

func TestZeroUpIsNotGreen(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, zeroFaults(d))
	}
	const defaults = "panels/5/fieldConfig/defaults/"
	findsFaults(t, zeroFaults, []change{
		{defaults + "thresholds/steps/0/color", "green", `panel 6 "How many routers are up?": Up 0 is green`},
		{defaults + "color", map[string]any{"mode": "fixed", "fixedColor": "green"}, "Up 0 is green"},
	})
}
