//go:build !withoutprometheus

package queries_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// TestUnusedMetrics tells which metrics no dashboard and no rule asks for. That is no fault; but what nobody asks for
// may be missing from a dashboard.
func TestUnusedMetrics(t *testing.T) {
	used := map[string]bool{}
	use := func(expr string) {
		parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
		if err != nil {
			return // told elsewhere
		}
		parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
			if selector, ok := node.(*parser.VectorSelector); ok {
				used[selector.Name] = true
			}
			return nil
		})
	}
	for _, r := range rules(t) {
		use(r.Expr)
	}
	for _, d := range dashboards(t) {
		for _, p := range d.panels() {
			for _, target := range p.Targets {
				text, _ := d.filled(target.Expr)
				use(text)
			}
		}
		for _, v := range d.Templating.List {
			if parts := labelValues.FindStringSubmatch(v.query()); parts != nil {
				use(parts[1])
			}
			inner, _ := strings.CutPrefix(strings.TrimSuffix(v.query(), ")"), "query_result(")
			use(inner)
		}
	}
	all := slices.Concat(slices.Sorted(maps.Keys(probed())), slices.Sorted(maps.Keys(ownMetrics(t))))
	all = slices.DeleteFunc(all, func(name string) bool { return !strings.HasPrefix(name, "peplink_") })
	unused := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return used[name] })
	t.Logf("%d of %d metrics are in no dashboard and no rule:\n%s", len(unused), len(all), strings.Join(unused, "\n"))
	if len(unused) == len(all) {
		t.Error("no metric is found to be used")
	}
}
