package mutants

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var folder = flag.String("mutants.folder", "../../../deploy/prometheus", "where the rules, their tests and mutants.allow are")

// TestSuitesOrderGroups: promtool evaluates the groups that a test file does not put in order in any order, another one
// each time. An alert would see a recording rule of now, or of one step before.
func TestSuitesOrderGroups(t *testing.T) {
	rules, suites := read(t)
	var groups []string
	for _, g := range rules.Groups {
		groups = append(groups, g.Name)
	}
	for _, s := range suites {
		if diff := cmp.Diff(groups, decoded[[]string](t, s.Rest["group_eval_order"])); diff != "" {
			t.Errorf("%s: group_eval_order (-the rules +the test):\n%s", s.name, diff)
		}
		if diff := cmp.Diff([]string{rulesName}, decoded[[]string](t, s.Rest["rule_files"])); diff != "" {
			t.Errorf("%s: rule_files (-want +got):\n%s", s.name, diff)
		}
	}
}

// TestEveryAlertIsExpected: a test names each alert where it fires and where it does not. Whether it looks closely is
// for the mutants to say.
func TestEveryAlertIsExpected(t *testing.T) {
	rules, suites := read(t)
	expected := map[string]map[bool]int{}
	always := map[string]bool{}
	for r := range rules.rules() {
		if r.Alert != "" {
			expected[r.Alert] = map[bool]int{}
			always[r.Alert] = r.Expr == "vector(1)"
		}
	}
	for _, s := range suites {
		for _, test := range s.Tests {
			for _, check := range test.Alerts {
				if expected[check.Alert] == nil {
					t.Errorf("%s: a check of %s: there is no such alert", s.name, check.Alert)
					continue
				}
				alerts := decoded[[]any](t, check.Rest["exp_alerts"])
				expected[check.Alert][len(alerts) > 0]++
			}
		}
	}
	for _, alert := range slices.Sorted(maps.Keys(expected)) {
		count := expected[alert]
		if count[true] == 0 || count[false] == 0 && !always[alert] {
			t.Errorf("%s: expected to fire %d times and not to fire %d times", alert, count[true], count[false])
		}
	}
}

// TestEveryAlertFiresAtBothPaces: routers are scraped every 15 s or every 2 min, and what holds with many samples may not
// with few.
func TestEveryAlertFiresAtBothPaces(t *testing.T) {
	rules, suites := read(t)
	fires := map[string]map[string]bool{}
	for _, s := range suites {
		for _, test := range s.Tests {
			pace := decoded[string](t, test.Rest["interval"])
			for _, check := range test.Alerts {
				if len(decoded[[]any](t, check.Rest["exp_alerts"])) == 0 {
					continue
				}
				if fires[check.Alert] == nil {
					fires[check.Alert] = map[string]bool{}
				}
				fires[check.Alert][pace] = true
			}
		}
	}
	for r := range rules.rules() {
		for _, pace := range []string{"15s", "2m"} {
			if r.Alert != "" && !fires[r.Alert][pace] {
				t.Errorf("%s: no test lets it fire at an interval of %s", r.Alert, pace)
			}
		}
	}
}

// TestAllowedMutantsExist finds what is wrong with the list without trying a mutant.
func TestAllowedMutantsExist(t *testing.T) {
	rules, _ := read(t)
	all, err := mutantsOf(rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, complaint := range complaints(all, nil, readAllowed(t)) {
		t.Error(complaint)
	}
}

// decoded is what stands there; where nothing stands, nothing.
func decoded[T any](t *testing.T, v verbatim) (value T) {
	t.Helper()
	if v.node.IsZero() {
		return value
	}
	if err := v.node.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func read(t *testing.T) (*rulesFile, []*suite) {
	t.Helper()
	rules, err := readRules(filepath.Join(*folder, rulesName))
	if err != nil {
		t.Fatal(err)
	}
	suites, err := readSuites(*folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(suites) == 0 {
		t.Fatalf("no rule tests in %s", *folder)
	}
	return rules, suites
}

func readAllowed(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(*folder, "mutants.allow"))
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := parseAllowed(string(text))
	if err != nil {
		t.Fatalf("mutants.allow: %v", err)
	}
	return allowed
}
