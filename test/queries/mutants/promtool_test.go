//go:build promtool

package mutants

import (
	"flag"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	sample = flag.Int("mutants.sample", 0, "how many mutants to try at most; 0 tries all")
	seed   = flag.String("mutants.seed", "0", "which sample: a revision, say")
	match  = flag.String("mutants.match", "", "try only the mutants whose name matches this regular expression")
)

// TestRules is what the rules must pass as they are, with all their tests.
func TestRules(t *testing.T) {
	promtool := promtoolPath(t)
	checked, err := exec.CommandContext(t.Context(), promtool, "check", "rules", filepath.Join(*folder, rulesName)).CombinedOutput()
	if err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, checked)
	}
	rules, suites := read(t)
	var tests, alerts, queries int
	for _, s := range suites {
		tests += len(s.Tests)
		for _, test := range s.Tests {
			alerts += len(test.Alerts)
			queries += len(test.Queries)
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), promtool, "test", "rules", s.name)
			command.Dir = *folder
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("promtool test rules: %v\n%s", err, output)
			}
		})
	}
	count := map[bool]int{}
	for r := range rules.rules() {
		count[r.Alert != ""]++
	}
	t.Logf("%d alerts, %d recording rules; %d files, %d tests, %d checks of alerts, %d of queries",
		count[true], count[false], len(suites), tests, alerts, queries)
}

// TestMutants breaks the rules, one small step at a time: their tests must notice each.
func TestMutants(t *testing.T) {
	rules, suites := read(t)
	all, err := mutantsOf(rules)
	if err != nil {
		t.Fatal(err)
	}
	some, which := sampled(all, *sample, *seed)
	if *match != "" {
		pattern := regexp.MustCompile(*match)
		some = slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return !pattern.MatchString(m.name) })
		which = "those that match " + *match
	}
	t.Log(which)

	start := time.Now()
	trial := trial{
		rules: rules, suites: suites,
		promtool: promtool{path: promtoolPath(t), folder: t.TempDir()},
		workers:  runtime.GOMAXPROCS(0),
	}
	outcomes, err := trial.run(t.Context(), some)
	if err != nil {
		t.Fatal(err)
	}
	killed, survived := 0, 0
	for _, o := range outcomes {
		switch {
		case o.err != nil:
		case o.killedBy != "":
			killed++
		default:
			survived++
		}
	}
	allowed := readAllowed(t)
	t.Logf("%d mutants made, %d tried, %d killed, %d survived (%d allowed), %d without a verdict; %s",
		len(all), len(some), killed, survived, len(allowed), len(some)-killed-survived, time.Since(start).Round(time.Second))
	for _, complaint := range complaints(all, outcomes, allowed) {
		t.Error(complaint)
	}
}

// TestPromtoolIsUnderstood asks the promtool that is installed for each kind of verdict: its words are all there is.
func TestPromtoolIsUnderstood(t *testing.T) {
	p := promtool{path: promtoolPath(t), folder: t.TempDir()}
	const suiteText = `
rule_files: [peplink.rules.yml]
tests:
  - interval: 1m
    input_series:
      - {series: 'a{x="1"}', values: 1x9}
      - {series: 'b{y="1"}', values: 1x9}
      - {series: 'b{y="2"}', values: 1x9}
    alert_rule_test:
      - {alertname: A, eval_time: 5m, exp_alerts: [{exp_labels: {x: "1"}}]}
    promql_expr_test:
      - {expr: 'sum without (__name__) (r * on () b)', eval_time: 5m, exp_samples: [{labels: '{}', value: 1}]}
`
	const sound = `{groups: [{name: g, rules: [{alert: A, expr: a == 1}, {record: r, expr: 'sum(b{y="1"})'}]}]}`
	query := strings.NewReplacer(`r * on () b`, `r * on () b{y="1"}`, `sum without (__name__)`, `sum`)
	for _, test := range []struct {
		name   string
		rules  string
		suite  string
		passed bool
		fault  bool
	}{
		{name: "sound", rules: sound, suite: query.Replace(suiteText), passed: true},
		{name: "an alert does not fire", rules: strings.Replace(sound, "a == 1", "a == 2", 1), suite: query.Replace(suiteText)},
		{name: "a query answers otherwise", rules: strings.Replace(sound, `"1"`, `"3"`, 1), suite: query.Replace(suiteText)},
		{name: "a query fails", rules: strings.Replace(sound, "sum(b", "(b", 1), suite: strings.ReplaceAll(suiteText, "r * on () b", "r * on () group_left () b")},
		{name: "a rule fails", rules: strings.Replace(sound, "a == 1", "a == on () b", 1), suite: query.Replace(suiteText)},
		{name: "a test is not read", rules: sound, suite: query.Replace(suiteText) + "nonsense: 1\n", fault: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parseSuite("a.test.yml", []byte(test.suite))
			if err != nil {
				t.Fatal(err)
			}
			passed, said, err := p.test(t.Context(), rulesOf(t, test.rules), s)
			if passed != test.passed || (err != nil) != test.fault {
				t.Errorf("passed %v with error %v, want %v and an error %v:\n%s", passed, err, test.passed, test.fault, said)
			}
		})
	}
	t.Run("a rule is not read", func(t *testing.T) {
		s, err := parseSuite("a.test.yml", []byte(query.Replace(suiteText)))
		if err != nil {
			t.Fatal(err)
		}
		rules := rulesOf(t, sound)
		rules.Groups[0].Rules[0].Expr = "a =="
		if passed, said, err := p.test(t.Context(), rules, s); passed || err == nil {
			t.Errorf("passed %v with error %v:\n%s", passed, err, said)
		}
	})
}

// promtoolPath is in PATH, or the test fails: a test that skips itself proves nothing.
func promtoolPath(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Fatalf("%v\nInstall it: on Debian, apt-get install prometheus.", err)
	}
	return path
}
