package peplink

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Each row is one grant for a session that ended early: when, and how long no other grant may follow.
func TestRegrants(t *testing.T) {
	type regrant struct{ at, spacing time.Duration }
	const minute = time.Minute
	for name, test := range map[string][]regrant{
		"one":                 {{0, minute}},
		"two":                 {{0, minute}, {minute, minute}},
		"three in an hour":    {{0, minute}, {30 * minute, minute}, {59 * minute, minute}},
		"more":                {{0, minute}, {1 * minute, minute}, {2 * minute, minute}, {3 * minute, 2 * minute}, {5 * minute, 4 * minute}, {9 * minute, 8 * minute}, {17 * minute, 15 * minute}, {32 * minute, 15 * minute}},
		"never three an hour": {{0, minute}, {30 * minute, minute}, {60 * minute, minute}, {90 * minute, minute}, {120 * minute, minute}},
		"an hour of peace":    {{0, minute}, {1 * minute, minute}, {2 * minute, minute}, {3 * minute, 2 * minute}, {63 * minute, minute}, {64 * minute, minute}, {65 * minute, minute}, {66 * minute, 2 * minute}},
		"nearly an hour":      {{0, minute}, {1 * minute, minute}, {2 * minute, minute}, {62*minute - 1, 2 * minute}},
	} {
		t.Run(name, func(t *testing.T) {
			var regrants regrants
			if regrants.tooSoon(peplinktest.ReferenceTime()) {
				t.Fatal("too soon before any grant")
			}
			for i, regrant := range test {
				now := peplinktest.ReferenceTime().Add(regrant.at)
				if regrants.tooSoon(now) {
					t.Errorf("grant %d: too soon", i)
				}
				regrants.add(now)
				if !regrants.tooSoon(now.Add(regrant.spacing-1)) || regrants.tooSoon(now.Add(regrant.spacing)) {
					t.Errorf("grant %d: the next is not spaced by %v", i, regrant.spacing)
				}
			}
		})
	}
}

func TestContended(t *testing.T) {
	start := peplinktest.ReferenceTime()
	var regrants regrants
	for i, want := range []bool{false, false, true, true} {
		regrants.add(start.Add(time.Duration(i) * 10 * time.Minute))
		if got := regrants.contended(start.Add(time.Duration(i) * 10 * time.Minute)); got != want {
			t.Errorf("grant %d: many %v, want %v", i, got, want)
		}
	}
	last := start.Add(30 * time.Minute)
	if !regrants.contended(last.Add(time.Hour-1)) || regrants.contended(last.Add(time.Hour)) {
		t.Error("they are not many for an hour after the last")
	}
}
