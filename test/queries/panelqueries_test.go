//go:build !withoutprometheus

package queries_test

import (
	"regexp"
	"strings"
	"testing"
)

var (
	braces      = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)
	labelValues = regexp.MustCompile(`^label_values\((?:(.+),\s*)?(\w+)\)$`)
)

// faultsIn is what is wrong with an expression of a dashboard: where a variable does not exist, the rest is not
// looked at.
func (c *catalogue) faultsIn(d dashboard, expr string) (labelSet, []string) {
	text, faults := d.filled(expr)
	if len(faults) > 0 {
		return nil, faults
	}
	return c.infer(text)
}

// queryFaults finds what no metric answers in a dashboard's panels, variables and annotations.
func (c *catalogue) queryFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		for _, target := range p.Targets {
			labels, wrong := c.faultsIn(d, target.Expr)
			wrong = append(wrong, missing("legendFormat", target.LegendFormat, labels)...)
			for _, fault := range wrong {
				faults = append(faults, d.told(p, "%s: %s\nin %s", target.RefID, fault, target.Expr))
			}
		}
	}
	for _, v := range d.Templating.List {
		if v.Type != "query" {
			continue
		}
		for _, fault := range c.variableFaults(d, v) {
			faults = append(faults, d.file+", variable "+v.Name+": "+fault+"\nin "+v.query())
		}
	}
	for _, a := range d.Annotations.List {
		if a.BuiltIn == 1 {
			continue
		}
		labels, wrong := c.faultsIn(d, a.Expr)
		wrong = append(wrong, missing("titleFormat", a.TitleFormat, labels)...)
		wrong = append(wrong, missing("textFormat", a.TextFormat, labels)...)
		for key := range strings.SplitSeq(a.TagKeys, ",") {
			wrong = append(wrong, missing("tagKeys", "{{"+strings.TrimSpace(key)+"}}", labels)...)
		}
		for _, fault := range wrong {
			faults = append(faults, d.file+", annotation "+a.Name+": "+fault+"\nin "+a.Expr)
		}
	}
	return faults
}

func missing(where, text string, labels labelSet) []string {
	var faults []string
	for _, match := range braces.FindAllStringSubmatch(text, -1) {
		if labels != nil && !labels[match[1]] {
			faults = append(faults, where+" shows the label "+match[1]+", and there is only: "+labels.String())
		}
	}
	return faults
}

// variableFaults: a variable asks for the values of a label, or for the result of a query.
func (c *catalogue) variableFaults(d dashboard, v variable) []string {
	text := v.query()
	if inner, ok := strings.CutPrefix(text, "query_result("); ok {
		_, faults := c.faultsIn(d, strings.TrimSuffix(inner, ")"))
		return faults
	}
	parts := labelValues.FindStringSubmatch(text)
	if parts == nil || parts[1] == "" {
		return []string{"is neither label_values(SERIES, LABEL) nor query_result(QUERY)"}
	}
	labels, faults := c.faultsIn(d, parts[1])
	return append(faults, missing("label_values", "{{"+parts[2]+"}}", labels)...)
}

func TestDashboardQueries(t *testing.T) {
	c := whole(t)
	for _, d := range dashboards(t) {
		targets := 0
		for _, p := range d.panels() {
			targets += len(p.Targets)
		}
		t.Logf("%s: %d panels, %d queries", d.file, len(d.panels()), targets)
		report(t, c.queryFaults(d))
	}
}

func TestFaultyDashboardQueriesAreFound(t *testing.T) {
	c := literal(t)
	c.alerts["PeplinkWANDown"] = c.alerts["PeplinkWANDown"].with("severity")
	const expr = "panels/1/targets/0/expr"
	findsFaults(t, c.queryFaults, []change{
		{expr, "peplink_wan_upp", `panel 2 "Which links lose packets?": A: nobody exports or records peplink_wan_upp; is peplink_wan_up meant?` + "\nin peplink_wan_upp"},
		{expr, "peplink_up", "A: legendFormat shows the label peer, and there is only: "},
		{expr, `peplink_wan_up{job=~"$jobs"}`, "A: no variable jobs"},
		{expr, `sum by (peer_id) (peplink_wan_up{job=~"${job:regex}"})`, `A: sum by: no label "peer_id" there`},
		{expr, "rate(peplink_up[$__rate_interval]", "A: does not parse: "},
		{"templating/list/1/query/query", "label_values(peplink_up, jobs)", "variable job: label_values shows the label jobs"},
		{"templating/list/1/query/query", "label_values(job)", "variable job: is neither"},
		{"templating/list/2/query/query", `label_values(peplink_up{wan="$job"}, site)`, `variable site: peplink_up{wan=".+"}: no label "wan"`},
		{"annotations/list/1/expr", `ALERTS{severity="bad"}`, `annotation critical: severity of ALERTS is never "bad"`},
		{"annotations/list/1/textFormat", `{{rat}}`, `annotation critical: textFormat shows the label rat`},
	})
}
