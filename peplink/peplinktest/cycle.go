package peplinktest

import (
	"math"
	"time"
)

// fill is the usage of an allowance: it grows, and begins again at 0 with each
// cycle. It survives a reboot, as a real router's does. The object the usage is
// in says when a cycle starts.
func fill(rate func(seed uint64) float64) movement {
	return func(fixture string, parent *node, at instant) string {
		return changed(fixture, func(value float64) float64 {
			day, _, ok := number(sibling(parent, "start", at))
			if cycle := cycleStart(at.now, int(day)); ok && cycle.After(at.started) {
				return math.Floor(rate(at.seed) * seconds(cycle, at.now))
			}
			return math.Floor(value + rate(at.seed)*seconds(at.started, at.now))
		})
	}
}

// percent is usage of limit as the object it is in says both now: rounded, and
// never above 100 (API document, GET status.wan.connection.allowance).
func percent(fixture string, parent *node, at instant) string {
	usage, _, _ := number(sibling(parent, "usage", at))
	limit, _, _ := number(sibling(parent, "limit", at))
	return changed(fixture, func(float64) float64 {
		if limit <= 0 {
			return 0
		}
		return min(math.Round(100*usage/limit), 100)
	})
}

// cycleStart is the last start of an allowance cycle up to now: 00:00 UTC on a
// day of the month, or on the last day where the month is shorter or day is 0.
func cycleStart(now time.Time, day int) time.Time {
	now = now.UTC()
	inMonth := func(month time.Month) time.Time {
		last := time.Date(now.Year(), month+1, 0, 0, 0, 0, 0, time.UTC)
		if day < 1 || day > last.Day() {
			return last
		}
		return time.Date(now.Year(), month, day, 0, 0, 0, 0, time.UTC)
	}
	if start := inMonth(now.Month()); !start.After(now) {
		return start
	}
	return inMonth(now.Month() - 1)
}
