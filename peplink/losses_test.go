package peplink

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Each row is one session lost early: when, and how long no other grant may follow.
func TestLosses(t *testing.T) {
	type loss struct{ at, spacing time.Duration }
	const minute = time.Minute
	for name, test := range map[string][]loss{
		"one":                 {{0, minute}},
		"two":                 {{0, minute}, {minute, minute}},
		"three in an hour":    {{0, minute}, {30 * minute, minute}, {59 * minute, minute}},
		"more":                {{0, minute}, {1 * minute, minute}, {2 * minute, minute}, {3 * minute, 2 * minute}, {5 * minute, 4 * minute}, {9 * minute, 8 * minute}, {17 * minute, 15 * minute}, {32 * minute, 15 * minute}},
		"never three an hour": {{0, minute}, {30 * minute, minute}, {60 * minute, minute}, {90 * minute, minute}, {120 * minute, minute}},
		"an hour of peace":    {{0, minute}, {1 * minute, minute}, {2 * minute, minute}, {3 * minute, 2 * minute}, {63 * minute, minute}, {64 * minute, minute}, {65 * minute, minute}, {66 * minute, 2 * minute}},
		"nearly an hour":      {{0, minute}, {1 * minute, minute}, {2 * minute, minute}, {62*minute - 1, 2 * minute}},
	} {
		t.Run(name, func(t *testing.T) {
			var losses losses
			if losses.tooSoon(peplinktest.ReferenceTime()) {
				t.Fatal("too soon before any loss")
			}
			for i, loss := range test {
				now := peplinktest.ReferenceTime().Add(loss.at)
				if losses.tooSoon(now) {
					t.Errorf("loss %d: too soon", i)
				}
				losses.add(now)
				if !losses.tooSoon(now.Add(loss.spacing-1)) || losses.tooSoon(now.Add(loss.spacing)) {
					t.Errorf("loss %d: the next is not spaced by %v", i, loss.spacing)
				}
			}
		})
	}
}

func TestLossesAreMany(t *testing.T) {
	start := peplinktest.ReferenceTime()
	var losses losses
	for i, want := range []bool{false, false, true, true} {
		losses.add(start.Add(time.Duration(i) * 10 * time.Minute))
		if got := losses.areMany(start.Add(time.Duration(i) * 10 * time.Minute)); got != want {
			t.Errorf("loss %d: many %v, want %v", i, got, want)
		}
	}
	last := start.Add(30 * time.Minute)
	if !losses.areMany(last.Add(time.Hour-1)) || losses.areMany(last.Add(time.Hour)) {
		t.Error("they are not many for an hour after the last")
	}
}
