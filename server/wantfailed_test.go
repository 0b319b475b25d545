package server_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// wantFailed checks that exactly these collectors failed, for these reasons, and that the
// others brought what they did while all was well.
func (e exposition) wantFailed(t *testing.T, healthy exposition, failed map[string]string) {
	t.Helper()
	e.is(t, "peplink_up", oneIf(len(failed) < len(collector.Names())))
	poll := exposition{}
	for name, section := range sections() {
		if name == "" {
			continue
		}
		got, want := e.by(section), healthy.by(section)
		if len(want) == 0 {
			t.Fatalf("%s brings nothing even while all is well", name)
		}
		reason, isFailed := failed[name]
		if isFailed {
			poll[fmt.Sprintf(`peplink_scrape_error{collector=%q, reason=%q}`, name, reason)] = 1
			want = exposition{}
		}
		poll[fmt.Sprintf(`peplink_scrape_collector_success{collector=%q}`, name)] = oneIf(!isFailed)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-while all is well +now):\n%s", name, diff)
		}
	}
	e.want(t, poll, "peplink_scrape_error", "peplink_scrape_collector_success")
	// What a poll tells of itself is complete too.
	if missing := healthy.steadyPoll().without(e); len(missing) > 0 && len(failed) < len(collector.Names()) {
		t.Errorf("the poll does not tell %v", missing)
	}
}

// steadyPoll are the series that a poll shows whatever its collectors bring.
func (e exposition) steadyPoll() exposition {
	steady := e.by(sections()[""])
	for _, prefix := range []string{"peplink_scrape_error", "peplink_scrape_collector_data_age", "peplink_scrape_unreadable"} {
		for series := range steady.of(prefix) {
			delete(steady, series)
		}
	}
	return steady
}

// without lists the series that another exposition lacks.
func (e exposition) without(other exposition) (lacking []string) {
	for _, series := range slices.Sorted(maps.Keys(e)) {
		if _, ok := other[series]; !ok {
			lacking = append(lacking, series)
		}
	}
	return lacking
}
