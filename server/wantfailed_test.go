package server_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wantFailed checks that exactly these collectors failed, for these reasons, and that the
// others brought what they did while all was well: where they failed then, the same failure.
func (e exposition) wantFailed(t *testing.T, healthy exposition, failed map[string]string) {
	t.Helper()
	poll, isUp := exposition{}, false
	for name, section := range sections() {
		if name == "" {
			continue
		}
		reason, isFailed := failed[name]
		want, told := healthy.by(section), healthy.failureOf(name)
		if isFailed {
			want, told = exposition{}, exposition{failsFor(name, reason): 1}
		}
		maps.Copy(poll, told)
		poll[succeeds(name)] = oneIf(len(told) == 0)
		isUp = isUp || len(told) == 0
		if diff := cmp.Diff(want, e.by(section)); diff != "" {
			t.Errorf("%s (-while all is well +now):\n%s", name, diff)
		}
	}
	e.is(t, "peplink_up", oneIf(isUp))
	e.want(t, poll, "peplink_scrape_error", "peplink_scrape_collector_success")
	// What a poll tells of itself is complete too.
	if missing := healthy.steadyPoll().without(e); len(missing) > 0 && isUp {
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
