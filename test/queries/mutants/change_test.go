package mutants

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"
)

func TestChanges(t *testing.T) {
	for _, test := range []struct {
		name       string
		expr       string
		threshold  bool
		continuous bool
		want       []change
	}{
		{name: "nothing to break", expr: `sum by (job) (rate(a[5m]))`},

		{name: "less", expr: `a < b`, want: []change{{`invert a < b`, `a >= b`}}},
		{name: "less or equal", expr: `a <= b`, want: []change{{`invert a <= b`, `a > b`}}},
		{name: "greater", expr: `a > b`, want: []change{{`invert a > b`, `a <= b`}}},
		{name: "greater or equal", expr: `a >= b`, want: []change{{`invert a >= b`, `a < b`}}},
		{name: "equal", expr: `a == b`, want: []change{{`invert a == b`, `a != b`}}},
		{name: "not equal", expr: `a != b`, want: []change{{`invert a != b`, `a == b`}}},
		{
			name: "bool and matching stay", expr: `a < bool on (x) group_left (y) b`,
			want: []change{{`invert a < bool on (x) group_left (y) b`, `a >= bool on (x) group_left (y) b`}},
		},
		{
			name: "in a function, an aggregation, brackets and a subquery",
			expr: `max_over_time(count(-(a < b))[1h:1m])`,
			want: []change{{`invert a < b`, `max_over_time(count(-(a >= b))[1h:1m])`}},
		},

		{name: "and", expr: `a and on (x) b`, want: []change{{`drop and on (x) b`, `a`}}},
		{name: "unless", expr: `a unless b`, want: []change{{`drop unless b`, `a`}}},
		{
			name: "guards in a row", expr: `a and b unless c`,
			want: []change{{`drop unless c`, `(a and b)`}, {`drop and b`, `a unless c`}},
		},
		{
			name: "a guard of a guard", expr: `a and (b unless c)`,
			want: []change{{`drop and (b unless c)`, `a`}, {`drop unless c`, `a and (b)`}},
		},
		{name: "or", expr: `a or b`, want: []change{{`drop or b`, `a`}, {`drop a or`, `b`}}},
		{
			name: "an alternative stays whole", expr: `a or (b or c) and d`,
			want: []change{
				{`drop or (b or c) and d`, `a`},
				{`drop a or`, `((b or c) and d)`},
				{`drop and d`, `a or (b or c)`},
				{`drop or c`, `a or (b) and d`},
				{`drop b or`, `a or (c) and d`},
			},
		},

		{
			name: "a threshold", expr: `a > 0.95`,
			want: []change{
				{`invert a > 0.95`, `a <= 0.95`},
				{`x1.1 of 0.95 in a > 0.95`, `a > 1.045`},
				{`x0.9 of 0.95 in a > 0.95`, `a > 0.855`},
			},
		},
		{
			name: "a threshold below 0", expr: `-110 > a`,
			want: []change{
				{`invert -110 > a`, `-110 <= a`},
				{`x1.1 of -110 in -110 > a`, `-121 > a`},
				{`x0.9 of -110 in -110 > a`, `-99 > a`},
			},
		},
		{
			name: "a count", expr: `a > 6`,
			want: []change{{`invert a > 6`, `a <= 6`}, {`+1 of 6 in a > 6`, `a > 7`}, {`-1 of 6 in a > 6`, `a > 5`}},
		},
		{
			name: "nothing", expr: `a < 0`,
			want: []change{{`invert a < 0`, `a >= 0`}, {`+1 of 0 in a < 0`, `a < 1`}, {`-1 of 0 in a < 0`, `a < -1`}},
		},
		{
			name: "a product is one threshold", expr: `time() - a > 3 * (86400 - 1)`,
			want: []change{
				{`invert time() - a > 3 * (86400 - 1)`, `time() - a <= 3 * (86400 - 1)`},
				{`x1.1 of 3 * (86400 - 1) in time() - a > 3 * (86400 - 1)`, `time() - a > 285116.7`},
				{`x0.9 of 3 * (86400 - 1) in time() - a > 3 * (86400 - 1)`, `time() - a > 233277.3`},
			},
		},
		{
			name: "a share of something", expr: `a < 0.5 * (b offset 1w)`,
			want: []change{
				{`invert a < 0.5 * (b offset 1w)`, `a >= 0.5 * (b offset 1w)`},
				{`x1.1 of 0.5 in a < 0.5 * (b offset 1w)`, `a < 0.55 * (b offset 1w)`},
				{`x0.9 of 0.5 in a < 0.5 * (b offset 1w)`, `a < 0.45 * (b offset 1w)`},
			},
		},
		{name: "a flag has no threshold", expr: `a == 1`, want: []change{{`invert a == 1`, `a != 1`}}},
		{name: "nor the lack of it", expr: `a != bool 0`, want: []change{{`invert a != bool 0`, `a == bool 0`}}},
		{
			name: "a number of a function is none", expr: `clamp_min(a, 5) > quantile(0.9, b)`,
			want: []change{{`invert clamp_min(a, 5) > quantile(0.9, b)`, `clamp_min(a, 5) <= quantile(0.9, b)`}},
		},
		{name: "a number outside a comparison is none", expr: `a * 8`},

		{
			name: "a named threshold", expr: `-110`, threshold: true,
			want: []change{{`x1.1 of -110`, `-121`}, {`x0.9 of -110`, `-99`}},
		},
		{
			name: "a named threshold as a vector", expr: `vector(14 * 86400)`, threshold: true,
			want: []change{{`x1.1 of 14 * 86400`, `vector(1330560)`}, {`x0.9 of 14 * 86400`, `vector(1088640)`}},
		},
		{
			name: "a named count", expr: `1`, threshold: true,
			want: []change{{`+1 of 1`, `2`}, {`-1 of 1`, `0`}},
		},
		{
			name: "a named ratio", expr: `1`, threshold: true, continuous: true,
			want: []change{{`x1.1 of 1`, `1.1`}, {`x0.9 of 1`, `0.9`}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := changes(test.expr, test.threshold, test.continuous)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(change{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.expr, diff)
			}
			for _, c := range got {
				again, err := parse(c.expr)
				if err != nil {
					t.Errorf("%s: %v", c.what, err)
				} else if again.String() != c.expr {
					t.Errorf("%s: %s is read as %s", c.what, c.expr, again)
				}
			}
		})
	}
}

// What cannot be parsed has no mutants, and that must not pass for a rule that needs none.
func TestChangesOfNonsense(t *testing.T) {
	if got, err := changes(`a >`, false, false); err == nil {
		t.Errorf("no error, but %v", got)
	}
}

// The places are walked by hand: none that the parser's own walk knows may be missed.
func TestPlacesAreAllPlaces(t *testing.T) {
	root, err := parse(`topk(5, a) + quantile_over_time(0.5, (-(b))[1h:1m]) * on (x) group_left () (rate(c[5m] offset 1h) or scalar(d) * vector(2))`)
	if err != nil {
		t.Fatal(err)
	}
	known := map[parser.Node]bool{}
	parser.Inspect(root, func(node parser.Node, path []parser.Node) error {
		// The selector in a range is no expression of its own.
		if len(path) > 0 {
			if _, within := path[len(path)-1].(*parser.MatrixSelector); within {
				return nil
			}
		}
		if node != nil {
			known[node] = true
		}
		return nil
	})
	for place := range places(&root) {
		if !known[*place] {
			t.Errorf("%s is a place, but no part", *place)
		}
		delete(known, *place)
	}
	for node := range known {
		t.Errorf("%s is a part, but no place", node)
	}
}
