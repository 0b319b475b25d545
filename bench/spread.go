package main

import (
	"fmt"
	"math"
	"slices"
)

// spread is one quantity measured several times.
type spread []float64

// median is the middle of them, or halfway between the two in the middle.
func (s spread) median() float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// quantile is the smallest of them that so many of all do not exceed.
func (s spread) quantile(q float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[max(int(math.Ceil(q*float64(len(sorted))))-1, 0)]
}

// over divides round by round, so that what slowed a whole round down does not count.
func (s spread) over(other spread) spread {
	ratios := make(spread, min(len(s), len(other)))
	for i := range ratios {
		ratios[i] = s[i] / other[i]
	}
	return ratios
}

// minus subtracts round by round.
func (s spread) minus(other spread) spread {
	differences := make(spread, min(len(s), len(other)))
	for i := range differences {
		differences[i] = s[i] - other[i]
	}
	return differences
}

// show writes the median with the least and the most: "1.23 (1.10–1.40)".
func (s spread) show(digits int) string {
	switch len(s) {
	case 0:
		return "–"
	case 1:
		return fmt.Sprintf("%.*f", digits, s[0])
	}
	return fmt.Sprintf("%.*f (%.*f–%.*f)", digits, s.median(), digits, slices.Min(s), digits, slices.Max(s))
}
