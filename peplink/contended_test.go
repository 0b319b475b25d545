package peplink_test

import (
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Of two programs that use one API client of a router that ends older tokens, each spaces
// its grants, and says that there is another.
func TestTwoProgramsWithOneClient(t *testing.T) {
	b := newBench(t, setup{})
	b.SetGrantEndsOlderTokens(true)
	ours, other := b.client, newClient(t, b.options)
	var granted, contended, failed []int // in minutes
	for minute := range 50 {
		before := ours.Status().Session.Grants
		if err := b.wans(); err != nil {
			failure := failureFor(t, err, wan, peplink.ReasonAuth)
			if says := strings.Contains(failure.Error(), "another program"); says != ours.Status().Session.Contended {
				t.Errorf("minute %d: %q, contended %v", minute, failure, !says)
			}
			failed = append(failed, minute)
		}
		if ours.Status().Session.Grants > before {
			granted = append(granted, minute)
		}
		if ours.Status().Session.Contended {
			contended = append(contended, minute)
		}
		_, _ = other.WANConnections(t.Context())
		b.Clock().Advance(time.Minute)
	}
	wantEqual(t, "minutes with a grant", []int{0, 1, 2, 3, 4, 6, 10, 18, 33, 48}, granted)
	if len(failed)+len(granted) != 50 {
		t.Errorf("failed in minutes %v, want whenever there was no grant", failed)
	}
	if len(contended) != 47 || contended[0] != 3 {
		t.Errorf("contended in minutes %v, want from the third loss on", contended)
	}

	other.Close()
	b.Clock().Advance(13 * time.Minute) // an hour and more since the other was last seen to interfere
	for range 60 {
		ok(t, b.wans())
		b.Clock().Advance(time.Minute)
	}
	if ours.Status().Session.Contended {
		t.Error("contended after an hour of peace")
	}
	grants := ours.Status().Session.Grants
	for range 2 { // which are spaced by a minute again
		b.RevokeTokens()
		ok(t, b.wans())
		b.Clock().Advance(time.Minute)
	}
	if got := ours.Status().Session; got.Grants != grants+2 || got.Contended {
		t.Errorf("%d grants more, contended %v", got.Grants-grants, got.Contended)
	}
}
