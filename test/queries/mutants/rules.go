package mutants

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// rulesName is how the rule tests call the file of rules beside them.
const rulesName = "peplink.rules.yml"

// rulesFile is a file of rules. What is not looked at here is kept as it was read.
type rulesFile struct {
	Groups []group `yaml:"groups"`
}

type group struct {
	Name  string              `yaml:"name"`
	Rules []rule              `yaml:"rules"`
	Rest  map[string]verbatim `yaml:",inline"`
}

type rule struct {
	Record string              `yaml:"record,omitempty"`
	Alert  string              `yaml:"alert,omitempty"`
	Expr   string              `yaml:"expr"`
	Labels map[string]string   `yaml:"labels,omitempty"`
	Rest   map[string]verbatim `yaml:",inline"`
}

// readRules reads a file of rules, each with its expression as the parser prints it: an expression that is merely
// printed anew must not count as changed.
func readRules(path string) (*rulesFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading rules: %w", err)
	}
	return parseRules(text)
}

func parseRules(text []byte) (*rulesFile, error) {
	var file rulesFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("reading rules: %w", err)
	}
	for r := range file.rules() {
		if (r.Record == "") == (r.Alert == "") {
			return nil, fmt.Errorf("reading rules: a rule with record %q and alert %q: one of them is wanted", r.Record, r.Alert)
		}
		expr, err := parse(r.Expr)
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.name(), err)
		}
		r.Expr = expr.String()
	}
	return &file, nil
}

// rules yields every rule of the file in its order.
func (f *rulesFile) rules() func(yield func(*rule) bool) {
	return func(yield func(*rule) bool) {
		for g := range f.Groups {
			for r := range f.Groups[g].Rules {
				if !yield(&f.Groups[g].Rules[r]) {
					return
				}
			}
		}
	}
}

// only is the file with the rules for the given series, in their groups and order, and without groups that have none.
func (f *rulesFile) only(wanted map[series]bool) *rulesFile {
	var less rulesFile
	for _, g := range f.Groups {
		g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r rule) bool { return !wanted[r.makes()] })
		if len(g.Rules) > 0 {
			less.Groups = append(less.Groups, g)
		}
	}
	return &less
}

// name is what the rule records or alerts.
func (r *rule) name() string { return r.Record + r.Alert }

// isThreshold says that the rule is there to name a number.
func (r *rule) isThreshold() bool { return strings.HasPrefix(r.Record, "peplink:threshold:") }

// isContinuous says that the rule's values are no counts, so that a threshold of 1 may be moved by less than 1.
func (r *rule) isContinuous() bool { return strings.HasSuffix(r.Record, "_ratio") }

// labelled is the name with the labels that tell rules of one name apart.
func (r *rule) labelled() string {
	var pairs []string
	for _, label := range slices.Sorted(maps.Keys(r.Labels)) {
		pairs = append(pairs, fmt.Sprintf("%s=%q", label, r.Labels[label]))
	}
	return r.name() + "{" + strings.Join(pairs, ",") + "}"
}

// mentions says that the rule's labels, annotations or anything else beside its expression speak of the name:
// annotations may hold queries.
func (r *rule) mentions(name string) bool {
	text, err := yaml.Marshal(struct{ Labels, Rest any }{r.Labels, r.Rest})
	return err != nil || strings.Contains(string(text), name)
}
