package collector_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/prometheus/common/model"
)

// family returns the values of a metric by the value of one label, and fails where two
// series have the same.
func family(t *testing.T, samples model.Vector, name, label string) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for _, s := range samples {
		if string(s.Metric[model.MetricNameLabel]) != name {
			continue
		}
		key := string(s.Metric[model.LabelName(label)])
		if _, twice := values[key]; twice {
			t.Errorf("%s has two series with %s=%q", name, label, key)
		}
		values[key] = float64(s.Value)
	}
	return values
}

// states returns the state that is 1 of each WAN. It fails where another number of states
// than one is, or a state is neither 0 nor 1.
func states(t *testing.T, samples model.Vector, name string) map[string]string {
	t.Helper()
	current := map[string]string{}
	sets := map[string]bool{}
	for _, s := range samples {
		if string(s.Metric[model.MetricNameLabel]) != name {
			continue
		}
		id, state := string(s.Metric["wan_id"]), string(s.Metric["state"])
		sets[id] = true
		switch before, found := current[id]; {
		case s.Value == 1 && found:
			t.Errorf("%s of %s: both %s and %s are 1", name, id, before, state)
		case s.Value == 1:
			current[id] = state
		case s.Value != 0:
			t.Errorf("%s of %s: %s is %v", name, id, state, s.Value)
		}
	}
	for id := range sets {
		if _, found := current[id]; !found {
			t.Errorf("%s of %s: none is 1", name, id)
		}
	}
	return current
}

// labelled returns one label of a metric's series, by WAN.
func labelled(samples model.Vector, name, label string) map[string]string {
	values := map[string]string{}
	for _, s := range samples {
		if string(s.Metric[model.MetricNameLabel]) == name {
			values[string(s.Metric["wan_id"])] = string(s.Metric[model.LabelName(label)])
		}
	}
	return values
}

// lines writes the series of some metrics as an exposition does, sorted.
func lines(samples model.Vector, names ...string) []string {
	var written []string
	for _, s := range samples {
		if slices.Contains(names, string(s.Metric[model.MetricNameLabel])) {
			written = append(written, fmt.Sprintf("%v %v", s.Metric, s.Value))
		}
	}
	slices.Sort(written)
	return written
}

// unreadable is how many fields of an endpoint's answer could not be read.
func unreadable(t *testing.T, samples model.Vector, name string) float64 {
	t.Helper()
	count, ok := family(t, samples, "peplink_scrape_unreadable_fields", "collector")[name]
	if !ok {
		t.Errorf("collector %s failed", name)
	}
	return count
}
