package mutants

import (
	"context"
	"errors"
	"os/exec"
	"testing"
)

// Only a check that came out otherwise, or a rule that the test's data break, speaks against a mutant. A file that
// promtool cannot read, a program that is stuck or missing is a fault of this test: it must not pass for a kill.
func TestVerdict(t *testing.T) {
	failed := exec.CommandContext(t.Context(), "go", "no-such-command").Run()
	if exit := new(exec.ExitError); !errors.As(failed, &exit) {
		t.Fatalf("no exit status: %v", failed)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, test := range []struct {
		name    string
		ctx     context.Context
		output  string
		failure error
		passed  bool
		fault   bool
	}{
		{name: "success", output: "Unit Testing:  a.test.yml\n  SUCCESS\n", passed: true},
		{
			name: "an alert is missing", failure: failed,
			output: "  FAILED:\n    name: flap,\n    alertname: Flap, time: 10m, \n        exp:[\n            0:\n], \n        got:[]\n",
		},
		{
			name: "a query answers otherwise", failure: failed,
			output: "  FAILED:\n    expr: \"peplink:probe_up\", time: 1m,\n        exp: {__name__=\"x\"} 1E+00\n        got: nil\n",
		},
		{
			name: "a query fails", failure: failed,
			output: "  FAILED:\n    expr: \"a * b\", time: 1m, err: found duplicate series for the match group {}\n",
		},
		{
			name: "a rule fails on the data", failure: failed,
			output: "  FAILED:\n    rule: Two, time: 0s, err: found duplicate series for the match group {}\n",
		},
		{
			name: "a rule is not read", failure: failed, fault: true,
			output: "  FAILED:\npeplink.rules.yml: 16:15: group \"g\", rule 3, \"Two\": could not parse expression: 1:12: parse error\n",
		},
		{
			name: "a test is not read", failure: failed, fault: true,
			output: "  FAILED:\nyaml: unmarshal errors:\n  line 2: field evaluation_intervl not found in type main.unitTestFile\n",
		},
		{name: "no output", failure: failed, fault: true},
		{name: "no promtool", failure: exec.ErrNotFound, fault: true},
		{name: "stuck", ctx: ended, failure: failed, output: "        exp:[]\n", fault: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx := test.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			passed, err := verdict(ctx, []byte(test.output), test.failure)
			if passed != test.passed || (err != nil) != test.fault {
				t.Errorf("passed %v with error %v, want %v and an error %v", passed, err, test.passed, test.fault)
			}
		})
	}
}
