//go:build e2e

package e2e

import (
	"os"
	"strconv"
	"testing"

	"gopkg.in/yaml.v3"
)

// ruleQueries are what Prometheus asks itself each time that it evaluates the rules. (Constants are no questions.)
func ruleQueries(t *testing.T) []dashboardQuery {
	t.Helper()
	text, err := os.ReadFile(alertRules)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []struct {
				Alert  string `yaml:"alert"`
				Record string `yaml:"record"`
				Expr   string `yaml:"expr"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	var all []dashboardQuery
	for _, group := range parsed.Groups {
		for _, rule := range group.Rules {
			if _, err := strconv.ParseFloat(rule.Expr, 64); err == nil {
				continue // a threshold
			}
			all = append(all, dashboardQuery{dashboard: group.Name, panel: rule.Alert + rule.Record, expr: rule.Expr, instant: true})
		}
	}
	if len(all) == 0 {
		t.Fatalf("no rule in %s", alertRules)
	}
	return all
}
