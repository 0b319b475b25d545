package mutants

import (
	"maps"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// series is what a rule makes: of one metric, and for alerts of one alertname.
type series struct{ metric, alert string }

// makes are the series of a rule.
func (r *rule) makes() series {
	if r.Alert != "" {
		return series{metric: "ALERTS", alert: r.Alert}
	}
	return series{metric: r.Record}
}

// influence knows which rules ask for the series of which.
type influence struct {
	made map[series]bool
	asks map[series]map[series]bool // each with what its rules ask for, directly
}

func influenceOf(file *rulesFile) (*influence, error) {
	in := &influence{made: map[series]bool{}, asks: map[series]map[series]bool{}}
	for r := range file.rules() {
		in.made[r.makes()] = true
		in.asks[r.makes()] = map[series]bool{}
	}
	for r := range file.rules() {
		asked, err := in.asked(r.Expr)
		if err != nil {
			return nil, err
		}
		maps.Copy(in.asks[r.makes()], asked)
		for other := range in.made {
			if other.alert == "" && r.mentions(other.metric) {
				in.asks[r.makes()][other] = true
			}
		}
	}
	return in, nil
}

// asked is which of the rules' series an expression selects itself.
func (in *influence) asked(expr string) (map[series]bool, error) {
	root, err := parse(expr)
	if err != nil {
		return nil, err
	}
	asked := map[series]bool{}
	parser.Inspect(root, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			for made := range in.made {
				if selects(selector.LabelMatchers, made) {
					asked[made] = true
				}
			}
		}
		return nil
	})
	return asked, nil
}

// selects goes by the names alone: a selector that asks for other labels may be thought to select what it does not,
// which costs time and nothing else.
func selects(matchers []*labels.Matcher, made series) bool {
	for _, m := range matchers {
		switch m.Name {
		case model.MetricNameLabel:
			state := made.alert != "" && m.Matches("ALERTS_FOR_STATE")
			if !m.Matches(made.metric) && !state {
				return false
			}
		case labels.AlertName:
			if made.alert != "" && !m.Matches(made.alert) {
				return false
			}
		}
	}
	return true
}

// needs is what is given and all that is asked for to make it.
func (in *influence) needs(wanted map[series]bool) map[series]bool {
	all := maps.Clone(wanted)
	open := slices.Collect(maps.Keys(wanted))
	for len(open) > 0 {
		next := open[len(open)-1]
		open = open[:len(open)-1]
		for asked := range in.asks[next] {
			if !all[asked] {
				all[asked] = true
				open = append(open, asked)
			}
		}
	}
	return all
}

// reaches is all that may be different when the rules for one series are.
func (in *influence) reaches(from series) map[series]bool {
	reached := map[series]bool{from: true}
	for grown := true; grown; {
		grown = false
		for made, asks := range in.asks {
			for asked := range asks {
				if reached[asked] && !reached[made] {
					reached[made], grown = true, true
				}
			}
		}
	}
	return reached
}
