package main

import "testing"

func TestSpread(t *testing.T) {
	five := spread{5, 1, 4, 2, 3}
	for name, test := range map[string]struct{ got, want float64 }{
		"median of five": {five.median(), 3},
		"median of four": {spread{4, 1, 3, 2}.median(), 2.5},
		"p99 of five":    {five.quantile(.99), 5},
		"p50 of five":    {five.quantile(.5), 3},
		"p20 of five":    {five.quantile(.2), 1},
		"p0 of five":     {five.quantile(0), 1},
	} {
		if test.got != test.want {
			t.Errorf("%s is %v, want %v", name, test.got, test.want)
		}
	}
	if got := five.over(spread{1, 1, 2, 2, 3}).show(1); got != "1.0 (1.0–5.0)" {
		t.Errorf("ratios of rounds: %s", got)
	}
	if got := five.minus(spread{5, 0, 0}).show(0); got != "1 (0–4)" {
		t.Errorf("differences of rounds: %s", got)
	}
	if one, none := (spread{2}).show(2), (spread{}).show(2); one != "2.00" || none != "–" {
		t.Errorf("one shows as %s, none as %s", one, none)
	}
}
