package peplink

import (
	"testing"
	"time"
)

func TestMargin(t *testing.T) {
	granted := time.Date(2026, time.March, 14, 9, 26, 53, 0, time.UTC)
	const day = 24 * time.Hour
	for _, test := range []struct{ life, wantLife, wantMargin time.Duration }{
		{2 * day, 2 * day, 288 * time.Minute},                    // a tenth
		{100 * time.Minute, 100 * time.Minute, 10 * time.Minute}, // both the same
		{time.Hour, time.Hour, 10 * time.Minute},                 // ten minutes at least
		{20 * time.Minute, 20 * time.Minute, 10 * time.Minute},   // half the life
		{10 * time.Minute, 10 * time.Minute, 5 * time.Minute},    // half the life at most
		{time.Minute, time.Minute, 30 * time.Second},
		{0, time.Hour, 10 * time.Minute},
		{-time.Second, time.Hour, 10 * time.Minute},
		{366 * day, 366 * day, 366 * day / 10},
		{366*day + 1, time.Hour, 10 * time.Minute},
		{1<<63 - 1, time.Hour, 10 * time.Minute},
	} {
		latest := newCredential("t", granted, test.life, 0)
		if got := latest.expiry.Sub(granted); got != test.wantLife {
			t.Errorf("life %v is taken as %v, want %v", test.life, got, test.wantLife)
		}
		if got := latest.expiry.Sub(latest.refreshDue); got != test.wantMargin {
			t.Errorf("life %v: margin %v, want %v", test.life, got, test.wantMargin)
		}
		// The jitter brings it forward, by a tenth of the margin at most.
		earliest := newCredential("t", granted, test.life, 0.999999)
		jitter := latest.refreshDue.Sub(earliest.refreshDue)
		if jitter <= 0 || jitter > test.wantMargin/10 || !earliest.expiry.Equal(latest.expiry) {
			t.Errorf("life %v: jitter %v, want more than none and at most %v", test.life, jitter, test.wantMargin/10)
		}
		if !earliest.refreshDue.After(granted) {
			t.Errorf("life %v: a refresh is due at %v, not after the grant", test.life, earliest.refreshDue.Sub(granted))
		}
	}
}

// What has once been granted for so long is renewed that much ahead, with some chance in it.
func TestJitterDiffers(t *testing.T) {
	due := map[time.Time]bool{}
	for _, chance := range []float64{0, 0.25, 0.5, 0.75} {
		due[newCredential("t", time.Unix(0, 0), time.Hour, chance).refreshDue] = true
	}
	if len(due) != 4 {
		t.Errorf("four chances give %d times", len(due))
	}
}
