// Package mutants breaks the alerting and recording rules one small step at a time, and asks whether their tests notice.
//
// A rule test that passes says that the rule does what the test expects. It does not say that the test would notice a
// comparison turned round, a guard left out or a threshold moved. Here each of these is done, and promtool must object.
package mutants

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"
)

// change is one way to break one expression.
type change struct {
	what string // what was done to which part, in words that stay the same while the part does
	expr string // the whole expression afterwards
}

// inverses holds the opposite of each comparison: what the one lets through the other does not.
var inverses = map[parser.ItemType]parser.ItemType{
	parser.LSS: parser.GTE, parser.GTE: parser.LSS,
	parser.GTR: parser.LTE, parser.LTE: parser.GTR,
	parser.EQLC: parser.NEQ, parser.NEQ: parser.EQLC,
}

// changes lists every way to break an expression: comparisons inverted, guards and alternatives dropped, thresholds
// moved. Continuous says that the values compared are no counts, even where the threshold is a small whole number.
func changes(expr string, threshold, continuous bool) ([]change, error) {
	root, err := parse(expr)
	if err != nil {
		return nil, err
	}
	var found []change
	// with notes the expression as it reads with another part in the place, and puts the old part back.
	with := func(place *parser.Expr, part parser.Expr, what string) {
		old := *place
		*place = part
		found = append(found, change{what: what, expr: root.String()})
		*place = old
	}
	if threshold {
		for place := range constants(&root) {
			for _, m := range moves(*place, continuous) {
				with(place, m.to, m.how+" of "+(*place).String())
			}
		}
	}
	for place := range places(&root) {
		node, ok := (*place).(*parser.BinaryExpr)
		if !ok {
			continue
		}
		switch {
		case node.Op.IsComparisonOperator():
			inverse := *node
			inverse.Op = inverses[node.Op]
			with(place, &inverse, "invert "+node.String())
			for constant := range thresholds(node) {
				for _, m := range moves(*constant, continuous) {
					with(constant, m.to, fmt.Sprintf("%s of %s in %s", m.how, *constant, node))
				}
			}
		case node.Op == parser.LAND, node.Op == parser.LUNLESS:
			with(place, enclosed(node.LHS), "drop "+node.ShortString()+" "+node.RHS.String())
		case node.Op == parser.LOR:
			with(place, enclosed(node.LHS), "drop "+node.ShortString()+" "+node.RHS.String())
			with(place, enclosed(node.RHS), "drop "+node.LHS.String()+" "+node.ShortString())
		}
	}
	return found, nil
}

// parse reads an expression with what every Prometheus understands: nothing experimental.
func parse(expr string) (parser.Expr, error) {
	root, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return nil, fmt.Errorf("parsing %q: %w", expr, err)
	}
	return root, nil
}

// enclosed keeps an operation whole when it moves to a place where another one would take part of it.
func enclosed(part parser.Expr) parser.Expr {
	if _, ok := part.(*parser.BinaryExpr); ok {
		return &parser.ParenExpr{Expr: part}
	}
	return part
}
