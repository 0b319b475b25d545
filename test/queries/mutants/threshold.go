package mutants

import (
	"iter"
	"math"
	"strconv"

	"github.com/prometheus/prometheus/promql/parser"
)

// thresholds yields the constants of a comparison. In `a < 0.5 * b` it is the 0.5: what a function or an aggregation
// is given is no threshold of the comparison. Nor is the 0 or 1 that a flag is compared with.
func thresholds(comparison *parser.BinaryExpr) iter.Seq[*parser.Expr] {
	return func(yield func(*parser.Expr) bool) {
		equality := comparison.Op == parser.EQLC || comparison.Op == parser.NEQ
		for _, operand := range parts(comparison) {
			for place := range constants(operand) {
				value, _ := constant(*place)
				if equality && (value == 0 || value == 1) {
					continue
				}
				if !yield(place) {
					return
				}
			}
		}
	}
}

// constants yields the largest parts of a calculation that are constant. `3 * 86400` is one constant and not two:
// to move either of its numbers is to move the product.
func constants(place *parser.Expr) iter.Seq[*parser.Expr] {
	return func(yield func(*parser.Expr) bool) { calculate(place, yield) }
}

func calculate(place *parser.Expr, yield func(*parser.Expr) bool) bool {
	if _, ok := constant(*place); ok {
		return yield(place)
	}
	switch node := (*place).(type) {
	case *parser.ParenExpr, *parser.UnaryExpr:
	case *parser.BinaryExpr:
		if !arithmetic(node.Op) {
			return true
		}
	case *parser.Call:
		if node.Func.Name != "vector" {
			return true
		}
	default:
		return true
	}
	for _, part := range parts(*place) {
		if !calculate(part, yield) {
			return false
		}
	}
	return true
}

func arithmetic(op parser.ItemType) bool {
	switch op {
	case parser.ADD, parser.SUB, parser.MUL, parser.DIV, parser.MOD, parser.POW:
		return true
	}
	return false
}

// constant is the value of an expression that is made of numbers alone.
func constant(node parser.Expr) (float64, bool) {
	switch node := node.(type) {
	case *parser.NumberLiteral:
		return node.Val, true
	case *parser.ParenExpr:
		return constant(node.Expr)
	case *parser.UnaryExpr:
		value, ok := constant(node.Expr)
		if node.Op == parser.SUB {
			value = -value
		}
		return value, ok
	case *parser.BinaryExpr:
		if !arithmetic(node.Op) {
			return 0, false
		}
		left, ok := constant(node.LHS)
		right, also := constant(node.RHS)
		return calculated(node.Op, left, right), ok && also
	}
	return 0, false
}

func calculated(op parser.ItemType, left, right float64) float64 {
	switch op {
	case parser.ADD:
		return left + right
	case parser.SUB:
		return left - right
	case parser.MUL:
		return left * right
	case parser.DIV:
		return left / right
	case parser.MOD:
		return math.Mod(left, right)
	default:
		return math.Pow(left, right)
	}
}

// move is a threshold put elsewhere.
type move struct {
	how string
	to  parser.Expr
}

// moves puts a threshold a tenth further from 0 and a tenth nearer. Small whole numbers are moved by one: what is
// compared with them is mostly counted, and no count lies between 6 and 6.6. A threshold of 0 has no tenth.
func moves(node parser.Expr, continuous bool) []move {
	value, _ := constant(node)
	whole := value == math.Trunc(value) && math.Abs(value) < 10
	if value == 0 || whole && !continuous {
		return []move{{"+1", number(value + 1)}, {"-1", number(value - 1)}}
	}
	return []move{{"x1.1", number(value * 1.1)}, {"x0.9", number(value * 0.9)}}
}

// number is a literal without the last digits, in which 0.95 * 1.1 is not 1.045.
func number(value float64) parser.Expr {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 12, 64), 64)
	if err != nil {
		rounded = value
	}
	return &parser.NumberLiteral{Val: rounded}
}
