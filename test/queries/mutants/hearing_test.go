package mutants

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const chain = `
groups:
  - name: all
    rules:
      - {record: "peplink:threshold:a", expr: 1}
      - {record: "peplink:threshold:told", expr: 1}
      - {record: "peplink:base", expr: up}
      - {record: "peplink:next", expr: 'peplink:base > scalar(peplink:threshold:a)'}
      - {alert: First, expr: peplink:next == 0, annotations: {summary: '{{ query "peplink:threshold:told" }}'}}
      - {alert: Second, expr: up == 0}
      - {alert: Muted, expr: 'up == 0 unless ALERTS{alertname="Second"}'}
      - {alert: AnyPending, expr: count(ALERTS_FOR_STATE)}
      - {alert: ByPattern, expr: 'count({__name__=~"peplink:b.*"})'}
`

func TestInfluence(t *testing.T) {
	in, err := influenceOf(rulesOf(t, chain))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		of      series
		reaches []string
	}{
		{series{metric: "peplink:threshold:a"}, []string{"AnyPending", "First", "peplink:next", "peplink:threshold:a"}},
		{series{metric: "peplink:threshold:told"}, []string{"AnyPending", "First", "peplink:threshold:told"}},
		{series{metric: "peplink:base"}, []string{"AnyPending", "ByPattern", "First", "peplink:base", "peplink:next"}},
		{series{"ALERTS", "Second"}, []string{"AnyPending", "Muted", "Second"}},
		{series{"ALERTS", "First"}, []string{"AnyPending", "First"}},
	} {
		if diff := cmp.Diff(test.reaches, names(in.reaches(test.of))); diff != "" {
			t.Errorf("what %v reaches (-want +got):\n%s", test.of, diff)
		}
	}
	for _, test := range []struct {
		of    series
		needs []string
	}{
		{series{"ALERTS", "First"}, []string{"First", "peplink:base", "peplink:next", "peplink:threshold:a", "peplink:threshold:told"}},
		{series{"ALERTS", "Muted"}, []string{"Muted", "Second"}},
		{series{metric: "peplink:base"}, []string{"peplink:base"}},
	} {
		if diff := cmp.Diff(test.needs, names(in.needs(map[series]bool{test.of: true}))); diff != "" {
			t.Errorf("what %v needs (-want +got):\n%s", test.of, diff)
		}
	}
}

func names(set map[series]bool) []string {
	var all []string
	for s := range maps.Keys(set) {
		if s.alert != "" {
			all = append(all, s.alert)
		} else {
			all = append(all, s.metric)
		}
	}
	slices.Sort(all)
	return all
}

const tests = `
rule_files: [peplink.rules.yml]
evaluation_interval: 1m
group_eval_order: [all]
tests:
  - name: a week
    input_series: [{series: up, values: 1x10}]
    alert_rule_test:
      - {alertname: First, eval_time: 1w, exp_alerts: []}
  - name: short
    alert_rule_test:
      - {alertname: First, eval_time: 5m, exp_alerts: []}
      - {alertname: Second, eval_time: 3h, exp_alerts: []}
  - name: of others
    alert_rule_test:
      - {alertname: Second, eval_time: 5m, exp_alerts: []}
    promql_expr_test:
      - {expr: up, eval_time: 5m, exp_samples: []}
  - name: a query
    promql_expr_test:
      - {expr: sum(peplink:next), eval_time: 10m, exp_samples: []}
      - {expr: peplink:base, eval_time: 1d, exp_samples: []}
`

// A mutant of a threshold is put before the checks it can touch, in two runs: the short tests, then the week.
func TestHearings(t *testing.T) {
	rules := rulesOf(t, chain)
	in, err := influenceOf(rules)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parseSuite("a.test.yml", []byte(tests))
	if err != nil {
		t.Fatal(err)
	}
	trial := trial{rules: rules, suites: []*suite{s}}
	got, err := trial.hearings(t.Context(), in, series{metric: "peplink:threshold:a"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("%d hearings, want 2: %+v", len(got), got)
	}
	first, second := got[0], got[1]
	if diff := cmp.Diff([]string{"short", "a query"}, titles(t, first.suite)); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a week"}, titles(t, second.suite)); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
	if first.steps != 6+11 || second.steps != 7*24*60+1 {
		t.Errorf("%d and %d steps", first.steps, second.steps)
	}
	if alerts := first.suite.Tests[0].Alerts; len(alerts) != 1 || alerts[0].Alert != "First" {
		t.Errorf("checks of alerts: %+v", alerts)
	}
	if queries := first.suite.Tests[1].Queries; len(queries) != 1 || queries[0].Expr != "sum(peplink:next)" {
		t.Errorf("checks of queries: %+v", queries)
	}
	want := []string{"First", "peplink:base", "peplink:next", "peplink:threshold:a", "peplink:threshold:told"}
	if diff := cmp.Diff(want, names(first.needed)); diff != "" {
		t.Errorf("rules of the first (-want +got):\n%s", diff)
	}
	if len(s.Tests) != 4 || len(s.Tests[1].Alerts) != 2 {
		t.Errorf("the suite itself was trimmed: %+v", s)
	}
	if len(decoded[[]any](t, first.suite.Rest["group_eval_order"])) != 1 || len(decoded[[]any](t, second.suite.Tests[0].Rest["input_series"])) != 1 {
		t.Error("lost what is not its business")
	}
}

func titles(t *testing.T, s *suite) []string {
	t.Helper()
	var all []string
	for _, test := range s.Tests {
		all = append(all, decoded[string](t, test.Rest["name"]))
	}
	return all
}
