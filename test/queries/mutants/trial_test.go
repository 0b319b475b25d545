//go:build promtool

package mutants

import (
	"strings"
	"testing"
)

// TestTrial puts three mutants of a small rule before promtool: one that a test notices, one that none notices, and,
// with a test that fails without any mutant, one of which nothing can be said.
func TestTrial(t *testing.T) {
	rules := rulesOf(t, `
groups:
  - name: g
    rules:
      - {record: "peplink:threshold:a", expr: 10}
      - {alert: A, expr: 'a > scalar(peplink:threshold:a)'}
      - {alert: Other, expr: absent(a)}
`)
	const text = `
rule_files: [peplink.rules.yml]
tests:
  - interval: 1m
    input_series: [{series: a, values: 12x9}]
    alert_rule_test:
      - {alertname: A, eval_time: 5m, exp_alerts: [{}]}
`
	all, err := mutantsOf(rules)
	if err != nil {
		t.Fatal(err)
	}
	judged := func(suiteText string) map[string]outcome {
		s, err := parseSuite("a.test.yml", []byte(suiteText))
		if err != nil {
			t.Fatal(err)
		}
		trial := trial{rules: rules, suites: []*suite{s}, promtool: promtool{path: promtoolPath(t), folder: t.TempDir()}, workers: 2}
		outcomes, err := trial.run(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		if len(outcomes) != len(all) {
			t.Fatalf("%d outcomes of %d mutants", len(outcomes), len(all))
		}
		named := map[string]outcome{}
		for _, o := range outcomes {
			named[o.mutant.name] = o
		}
		return named
	}

	sound := judged(text)
	if o := sound["A: invert a > scalar(peplink:threshold:a)"]; o.killedBy != "a.test.yml" || o.err != nil {
		t.Errorf("what a test notices: %+v", o)
	}
	if o := sound["peplink:threshold:a: x1.1 of 10"]; o.killedBy != "" || o.err != nil {
		t.Errorf("what no test notices: %+v", o)
	}
	unsound := judged(strings.Replace(text, "12x9", "8x9", 1))
	o := unsound["peplink:threshold:a: x1.1 of 10"]
	if o.killedBy != "" || o.err == nil || !strings.Contains(o.err.Error(), "a.test.yml fails with sound rules") {
		t.Errorf("where a test fails anyway: %+v", o)
	}
}
