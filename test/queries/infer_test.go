//go:build !withoutprometheus

package queries_test

import (
	"fmt"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// infer parses an expression, follows its labels from the metrics to the result, and finds what cannot be: metrics
// that nobody exports, and labels that the series at that place do not have.
func (c *catalogue) infer(expr string) (labelSet, []string) {
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return nil, []string{"does not parse: " + err.Error()}
	}
	f := &following{catalogue: c}
	have := f.expr(parsed)
	return have, f.faults
}

// following walks one expression.
type following struct {
	*catalogue
	faults []string
}

func (f *following) fault(format string, values ...any) {
	f.faults = append(f.faults, fmt.Sprintf(format, values...))
}

// need says that labels are used where only some exist.
func (f *following) need(names []string, have labelSet, where string) {
	for _, name := range names {
		if !have[name] && name != model.MetricNameLabel {
			f.fault("%s: no label %q there, only: %s", where, name, have)
		}
	}
}

func (f *following) expr(e parser.Expr) labelSet {
	switch e := e.(type) {
	case *parser.VectorSelector:
		return f.selector(e)
	case *parser.MatrixSelector:
		return f.expr(e.VectorSelector)
	case *parser.SubqueryExpr:
		return f.expr(e.Expr)
	case *parser.ParenExpr:
		return f.expr(e.Expr)
	case *parser.UnaryExpr:
		return f.expr(e.Expr)
	case *parser.AggregateExpr:
		return f.aggregate(e)
	case *parser.BinaryExpr:
		return f.binary(e)
	case *parser.Call:
		return f.call(e)
	}
	return nil // numbers and strings
}

func (f *following) aggregate(e *parser.AggregateExpr) labelSet {
	inner := f.expr(e.Expr)
	if e.Param != nil {
		f.expr(e.Param)
	}
	where := e.Op.String() + " by"
	if e.Without {
		where = e.Op.String() + " without"
	}
	f.need(e.Grouping, inner, where)
	switch {
	case e.Op == parser.TOPK || e.Op == parser.BOTTOMK:
		return inner
	case e.Without:
		inner = inner.without(e.Grouping...)
	default:
		inner = labelsOf(e.Grouping...)
	}
	if name, ok := e.Param.(*parser.StringLiteral); ok && e.Op == parser.COUNT_VALUES {
		inner = inner.with(name.Val)
	}
	return inner
}

func (f *following) binary(e *parser.BinaryExpr) labelSet {
	left, right := f.expr(e.LHS), f.expr(e.RHS)
	if e.VectorMatching == nil || e.LHS.Type() != parser.ValueTypeVector || e.RHS.Type() != parser.ValueTypeVector {
		if e.LHS.Type() == parser.ValueTypeVector {
			return left
		}
		return right
	}
	f.matching(e, left, right)
	if e.Op == parser.LOR {
		return left.union(right)
	}
	matching := e.VectorMatching
	switch matching.Card {
	case parser.CardManyToOne:
		f.need(matching.Include, right, e.Op.String()+" group_left")
		return left.with(matching.Include...)
	case parser.CardOneToMany:
		f.need(matching.Include, left, e.Op.String()+" group_right")
		return right.with(matching.Include...)
	case parser.CardManyToMany: // and, unless
		return left
	}
	if matching.On {
		return labelsOf(matching.MatchingLabels...)
	}
	return left.without(matching.MatchingLabels...)
}

// matching looks at what two sides are compared by. With on() each label must be on both. Otherwise every label of
// one side must be on the other too, or no series would find its partner.
func (f *following) matching(e *parser.BinaryExpr, left, right labelSet) {
	matching := e.VectorMatching
	op := e.Op.String()
	if matching.On {
		f.need(matching.MatchingLabels, left, op+" on, left side")
		f.need(matching.MatchingLabels, right, op+" on, right side")
		return
	}
	f.need(matching.MatchingLabels, left.union(right), op+" ignoring")
	if e.Op == parser.LOR {
		return // sides that differ add up
	}
	l, r := left.without(matching.MatchingLabels...), right.without(matching.MatchingLabels...)
	if l.String() != r.String() {
		f.fault("%s: the sides never match, for one has %s and the other %s", op, l, r)
	}
}

func (f *following) call(e *parser.Call) labelSet {
	var inner labelSet
	for _, argument := range e.Args {
		have := f.expr(argument)
		if kind := argument.Type(); kind == parser.ValueTypeVector || kind == parser.ValueTypeMatrix {
			inner = have
		}
	}
	text := func(i int) string {
		if literal, ok := e.Args[i].(*parser.StringLiteral); ok {
			return literal.Val
		}
		return ""
	}
	switch e.Func.Name {
	case "label_replace":
		if source := text(3); source != "" {
			f.need([]string{source}, inner, "label_replace")
		}
		if text(2) == "" {
			return inner.without(text(1))
		}
		return inner.with(text(1))
	case "label_join":
		for i := 3; i < len(e.Args); i++ {
			f.need([]string{text(i)}, inner, "label_join")
		}
		return inner.with(text(1))
	case "histogram_quantile":
		f.need([]string{"le"}, inner, "histogram_quantile")
		return inner.without("le")
	case "absent", "absent_over_time":
		return labelsOf(equalMatchers(e.Args[0])...)
	case "vector":
		return labelsOf()
	case "sort_by_label", "sort_by_label_desc":
		for i := 1; i < len(e.Args); i++ {
			f.need([]string{text(i)}, inner, e.Func.Name)
		}
	}
	if e.Func.ReturnType == parser.ValueTypeScalar {
		return nil
	}
	if inner == nil {
		inner = labelsOf() // hour() and the like, of no vector
	}
	return inner
}

// equalMatchers are the labels that absent() can know.
func equalMatchers(e parser.Expr) []string {
	var names []string
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		for _, matcher := range selector.LabelMatchers {
			if matcher.Type.String() == "=" && matcher.Name != model.MetricNameLabel {
				names = append(names, matcher.Name)
			}
		}
		return nil
	})
	slices.Sort(names)
	return names
}
