package fleet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/fleet"
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

// values are the series of some metrics, as an exposition writes them, without the prefix
// of the names.
func values(t *testing.T, result *fleet.Result, names ...string) []string {
	t.Helper()
	full := make([]string, len(names))
	for i, name := range names {
		full[i] = "peplink_" + name
	}
	written := lines(parse(t, exposition(t, result)), full...)
	for i := range written {
		written[i] = strings.TrimPrefix(written[i], "peplink_")
	}
	return written
}

func wantValues(t *testing.T, result *fleet.Result, names []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, values(t, result, names...)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wantReasons checks which collectors failed, and why: "wan timeout". The others must
// have succeeded.
func wantReasons(t *testing.T, result *fleet.Result, want ...string) {
	t.Helper()
	got := []string{}
	for i := range result.Outcomes {
		if outcome := &result.Outcomes[i]; outcome.Err != nil {
			got = append(got, outcome.Collector+" "+string(outcome.Reason()))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

func wantUp(t *testing.T, result *fleet.Result, want bool) {
	t.Helper()
	if result.Up != want {
		t.Errorf("up %v, want %v", result.Up, want)
	}
}
