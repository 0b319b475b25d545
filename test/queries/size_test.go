//go:build !withoutprometheus

package queries_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// The lengths that stand for $__rate_interval and $__range where an expression is looked at, and that nobody writes.
const (
	rateInterval = "4m59s"
	timeRange    = "23h59m59s"
)

var windowed = []string{"rate", "irate", "increase", "delta", "idelta", "deriv", "resets", "changes"}

// sizeFaults finds graphs whose window does not grow with their time range, and those that draw a line for every
// router there is.
func (c *catalogue) sizeFaults(d dashboard) []string {
	var faults []string
	for _, p := range d.panels() {
		for _, target := range p.Targets {
			if !target.Range {
				continue
			}
			marked := regexp.MustCompile(`\$\{?__rate_interval\}?`).ReplaceAllString(target.Expr, rateInterval)
			marked = regexp.MustCompile(`\$\{?__range\}?\b`).ReplaceAllString(marked, timeRange)
			text, _ := d.filled(marked)
			parsed, err := parser.NewParser(parser.Options{}).ParseExpr(text)
			if err != nil {
				continue // told elsewhere
			}
			for _, window := range fixedWindows(parsed) {
				faults = append(faults, d.told(p, "%s: %s over a fixed window, want [$__rate_interval]\nin %s", target.RefID, window, target.Expr))
			}
			if labels, _ := c.infer(text); grows(d, labels) && ofRouters(parsed) && !bounded(parsed) {
				faults = append(faults, d.told(p, "%s: a line for each of %s, and no topk\nin %s", target.RefID, labels, target.Expr))
			}
		}
	}
	return faults
}

func fixedWindows(e parser.Expr) []string {
	var found []string
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		call, ok := node.(*parser.Call)
		if !ok || !slices.Contains(windowed, call.Func.Name) {
			return nil
		}
		if matrix, ok := call.Args[0].(*parser.MatrixSelector); ok && matrix.Range.String() != rateInterval && !ranks(matrix) {
			found = append(found, call.Func.Name)
		}
		return nil
	})
	return found
}

// ranks: what is looked at once, at the end, over all that the graph shows, chooses its lines and draws none.
func ranks(matrix *parser.MatrixSelector) bool {
	selector, ok := matrix.VectorSelector.(*parser.VectorSelector)
	return ok && selector.StartOrEnd == parser.END && matrix.Range.String() == timeRange
}

// grows: with the fleet, or with what one router has many of.
func grows(d dashboard, labels labelSet) bool {
	if labels["peer_id"] || labels["peer"] {
		return true
	}
	return d.file != "router.json" && (labels["instance"] || labels["site"] || labels["wan_id"])
}

// ofRouters: exporters are few, and their series have the label instance too.
func ofRouters(e parser.Expr) bool {
	found := false
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			own := strings.HasPrefix(selector.Name, "peplink_exporter_") || strings.HasPrefix(selector.Name, "go_") || strings.HasPrefix(selector.Name, "process_")
			found = found || !own
		}
		return nil
	})
	return found
}

func bounded(e parser.Expr) bool {
	found := false
	parser.Inspect(e, func(node parser.Node, _ []parser.Node) error {
		if aggregate, ok := node.(*parser.AggregateExpr); ok {
			found = found || aggregate.Op == parser.TOPK || aggregate.Op == parser.BOTTOMK
		}
		return nil
	})
	return found
}

func TestDashboardSizes(t *testing.T) {
	c := whole(t)
	for _, d := range dashboards(t) {
		report(t, c.sizeFaults(d))
	}
	const expr = "panels/1/targets/0/expr"
	findsFaults(t, literal(t).sizeFaults, []change{
		{expr, `topk(5, rate(peplink_session_grants_total[5m]))`, "A: rate over a fixed window"},
		{expr, `sum(increase(peplink_session_grants_total[1h]))`, "A: increase over a fixed window"},
		{expr, `sum(increase(peplink_session_grants_total[$__range]))`, "A: increase over a fixed window"},
		{expr, `sum(increase(peplink_session_grants_total[1h] @ end()))`, "A: increase over a fixed window"},
		{expr, `peplink_wan_up{job=~"$job"}`, "A: a line for each of availability, instance"},
		{expr, `max by (site) (peplink_up)`, "A: a line for each of site"},
	})
}
