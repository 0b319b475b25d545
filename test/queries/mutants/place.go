package mutants

import (
	"iter"

	"github.com/prometheus/prometheus/promql/parser"
)

// places yields where in an expression another one may be put: the whole, and each part of it, from the outside in.
// The parser's own walk yields the parts but not where they stand.
func places(whole *parser.Expr) iter.Seq[*parser.Expr] {
	return func(yield func(*parser.Expr) bool) { visit(whole, yield) }
}

func visit(place *parser.Expr, yield func(*parser.Expr) bool) bool {
	if !yield(place) {
		return false
	}
	for _, part := range parts(*place) {
		if !visit(part, yield) {
			return false
		}
	}
	return true
}

// parts are the places right below an expression.
func parts(node parser.Expr) []*parser.Expr {
	switch node := node.(type) {
	case *parser.AggregateExpr:
		if node.Param == nil {
			return []*parser.Expr{&node.Expr}
		}
		return []*parser.Expr{&node.Param, &node.Expr}
	case *parser.BinaryExpr:
		return []*parser.Expr{&node.LHS, &node.RHS}
	case *parser.Call:
		var arguments []*parser.Expr
		for i := range node.Args {
			arguments = append(arguments, &node.Args[i])
		}
		return arguments
	case *parser.ParenExpr:
		return []*parser.Expr{&node.Expr}
	case *parser.SubqueryExpr:
		return []*parser.Expr{&node.Expr}
	case *parser.UnaryExpr:
		return []*parser.Expr{&node.Expr}
	}
	return nil
}
