package mutants

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// allowedShare is how many of all mutants may survive at most.
const allowedShare = 0.05

// parseAllowed reads the list of mutants that may survive: one a line, its name, a tab, and why no data tell it from
// the sound rule. Empty lines and lines that begin with # say nothing.
func parseAllowed(text string) (map[string]string, error) {
	allowed := map[string]string{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, proof, _ := strings.Cut(line, "\t")
		name, proof = strings.TrimSpace(name), strings.TrimSpace(proof)
		if _, twice := allowed[name]; twice {
			return nil, fmt.Errorf("line %d: %s: listed twice", number, name)
		}
		if proof == "" {
			return nil, fmt.Errorf("line %d: %s: no proof after a tab", number, name)
		}
		allowed[name] = proof
	}
	return allowed, nil
}

// complaints compares the outcomes with the list, both ways. The list is held against all mutants, also where only a
// sample of them was judged.
func complaints(all []mutant, outcomes []outcome, allowed map[string]string) []string {
	var found []string
	complain := func(format string, values ...any) {
		// A suite that fails without any mutant gives the same reason for many.
		if text := fmt.Sprintf(format, values...); !slices.Contains(found, text) {
			found = append(found, text)
		}
	}

	if share := float64(len(allowed)) / float64(max(len(all), 1)); share > allowedShare {
		complain("%d of %d mutants are allowed to survive: more than %g %%", len(allowed), len(all), 100*allowedShare)
	}
	made := map[string]bool{}
	for _, m := range all {
		made[m.name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(allowed)) {
		if !made[name] {
			complain("allowed, but there is no such mutant: %s", name)
		}
	}
	for _, o := range outcomes {
		_, listed := allowed[o.mutant.name]
		switch {
		case o.err != nil:
			complain("no verdict: %v", o.err)
		case o.killedBy == "" && !listed:
			complain("survived: %s", o.mutant.name)
		case o.killedBy != "" && listed:
			complain("allowed, but killed by %s: %s", o.killedBy, o.mutant.name)
		}
	}
	return found
}
