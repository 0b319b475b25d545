package mutants

import (
	"fmt"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// suite is one file of rule tests. What is not looked at here is kept as it was read.
type suite struct {
	name     string
	Interval string              `yaml:"evaluation_interval,omitempty"`
	Tests    []suiteTest         `yaml:"tests"`
	Rest     map[string]verbatim `yaml:",inline"`
}

type suiteTest struct {
	Alerts  []alertCheck        `yaml:"alert_rule_test,omitempty"`
	Queries []queryCheck        `yaml:"promql_expr_test,omitempty"`
	Rest    map[string]verbatim `yaml:",inline"`
}

type alertCheck struct {
	Alert string              `yaml:"alertname"`
	Time  string              `yaml:"eval_time"`
	Rest  map[string]verbatim `yaml:",inline"`
}

type queryCheck struct {
	Expr string              `yaml:"expr"`
	Time string              `yaml:"eval_time"`
	Rest map[string]verbatim `yaml:",inline"`
}

// readSuites reads every *.test.yml of a folder.
func readSuites(folder string) ([]*suite, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.test.yml"))
	if err != nil {
		return nil, fmt.Errorf("looking for rule tests: %w", err)
	}
	var all []*suite
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading rule tests: %w", err)
		}
		s, err := parseSuite(filepath.Base(path), text)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func parseSuite(name string, text []byte) (*suite, error) {
	s := suite{name: name}
	if err := yaml.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("reading rule tests: %s: %w", name, err)
	}
	return &s, nil
}
