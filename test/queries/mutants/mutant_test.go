package mutants

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMutantsOf(t *testing.T) {
	file := rulesOf(t, `
groups:
  - name: thresholds
    rules:
      - {record: "peplink:threshold:peers", expr: 1}
      - {record: "peplink:threshold:loss_ratio", expr: 1}
  - name: alerts
    interval: 30s
    rules:
      - {record: "peplink:class", labels: {class: a}, expr: x == 0}
      - {record: "peplink:class", labels: {class: b}, expr: x == 0}
      - {alert: Twice, expr: (a and b) or (c and b), for: 5m}
`)
	all, err := mutantsOf(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`peplink:threshold:peers: +1 of 1`,
		`peplink:threshold:peers: -1 of 1`,
		`peplink:threshold:loss_ratio: x1.1 of 1`,
		`peplink:threshold:loss_ratio: x0.9 of 1`,
		`peplink:class{class="a"}: invert x == 0`,
		`peplink:class{class="b"}: invert x == 0`,
		`Twice: drop or (c and b)`,
		`Twice: drop (a and b) or`,
		`Twice: drop and b`,
		`Twice: drop and b #2`,
	}
	var got []string
	for _, m := range all {
		got = append(got, m.name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mutants (-want +got):\n%s", diff)
	}
}

// A mutant differs from the rules in one expression, and the rules that others are made of stay as they are.
func TestMutantChangesOneRule(t *testing.T) {
	file := rulesOf(t, `
groups:
  - name: one
    rules:
      - {alert: A, expr: a > b}
      - {alert: B, expr: a > b}
  - name: two
    limit: 5
    rules:
      - {alert: B, expr: a > b, for: 5m, labels: {severity: info}}
`)
	all, err := mutantsOf(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 {
		t.Fatalf("%d mutants, want one for each rule", len(all))
	}
	for i, m := range all {
		broken := m.apply(file)
		want := []string{"a > b", "a > b", "a > b"}
		if diff := cmp.Diff(want, exprs(file)); diff != "" {
			t.Errorf("%s: the sound rules (-want +got):\n%s", m.name, diff)
		}
		want[i] = "a <= b"
		if diff := cmp.Diff(want, exprs(broken)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", m.name, diff)
		}
		if decoded[int](t, broken.Groups[1].Rest["limit"]) != 5 || decoded[string](t, broken.Groups[1].Rules[0].Rest["for"]) != "5m" {
			t.Errorf("%s: lost what is not its business: %+v", m.name, broken)
		}
	}
}

func TestParseRulesRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no YAML":              "groups: [",
		"an expression broken": "groups: [{name: a, rules: [{alert: A, expr: a >}]}]",
		"neither":              "groups: [{name: a, rules: [{expr: a}]}]",
		"both":                 "groups: [{name: a, rules: [{alert: A, record: a, expr: a}]}]",
	} {
		if file, err := parseRules([]byte(text)); err == nil {
			t.Errorf("%s: no error, but %+v", name, file)
		}
	}
}

func rulesOf(t *testing.T, text string) *rulesFile {
	t.Helper()
	file, err := parseRules([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func exprs(file *rulesFile) []string {
	var all []string
	for r := range file.rules() {
		all = append(all, r.Expr)
	}
	return all
}
