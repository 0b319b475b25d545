package mutants

import "fmt"

// mutant is the rules with one of them broken.
type mutant struct {
	name string // rule and change, unique in the file and independent of lines
	rule *rule  // as it is unbroken
	expr string // what the rule has instead
}

// mutantsOf makes every mutant of a file of rules, in the order of the file.
func mutantsOf(file *rulesFile) ([]mutant, error) {
	namesakes := map[string]int{}
	for r := range file.rules() {
		namesakes[r.name()]++
	}
	var all []mutant
	seen := map[string]int{}
	for r := range file.rules() {
		ways, err := changes(r.Expr, r.isThreshold(), r.isContinuous())
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", r.name(), err)
		}
		title := r.name()
		if namesakes[title] > 1 {
			title = r.labelled()
		}
		for _, way := range ways {
			name := title + ": " + way.what
			seen[name]++
			if n := seen[name]; n > 1 {
				name = fmt.Sprintf("%s #%d", name, n)
			}
			all = append(all, mutant{name: name, rule: r, expr: way.expr})
		}
	}
	return all, nil
}

// apply is the file with the mutant's rule instead of the sound one.
func (m mutant) apply(file *rulesFile) *rulesFile {
	var broken rulesFile
	for _, g := range file.Groups {
		rules := make([]rule, 0, len(g.Rules))
		for i := range g.Rules {
			r := g.Rules[i]
			if &g.Rules[i] == m.rule {
				r.Expr = m.expr
			}
			rules = append(rules, r)
		}
		g.Rules = rules
		broken.Groups = append(broken.Groups, g)
	}
	return &broken
}
