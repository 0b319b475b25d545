package peplink_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// From the time when a refresh is due, calls go on with the old token while one grant runs
// beside them, however long that takes.
func TestRefreshAhead(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	before := b.client.Status().Session

	b.Clock().Set(before.RefreshDue.Add(-time.Second))
	ok(t, b.wans())
	b.wantCount(grant, 1) // not yet due

	b.Clock().Set(before.RefreshDue)
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	for range 5 {
		ok(t, b.wans())
	}
	ok(t, b.allowances())
	b.waitFor(grant, 2)
	b.wantCount(grant, 2)
	if got := b.client.Status().Session; got != before {
		t.Errorf("session %+v while the grant hangs, want %+v", got, before)
	}

	b.ClearFault(grant)
	b.hasGrants(2)
	ok(t, b.wans())
	b.wantCount(grant, 2)
	b.wantTokens(wan, 1, 1, 1, 1, 1, 1, 1, 2)
	after := b.client.Status().Session
	if life := after.Expiry.Sub(b.Clock().Now()); life != peplinktest.DefaultTokenLife || !after.RefreshDue.After(before.Expiry) {
		t.Errorf("new session %+v, want one that lives %v", after, peplinktest.DefaultTokenLife)
	}
}

// A router that ends the old token with a new grant costs nothing but a repetition.
func TestRefreshEndsOldToken(t *testing.T) {
	b := newBench(t, setup{})
	b.SetGrantEndsOlderTokens(true)
	ok(t, b.wans())
	b.Clock().Set(b.client.Status().Session.RefreshDue)
	for range 10 {
		ok(t, b.wans())
	}
	b.hasGrants(2)
	ok(t, b.wans())
	b.wantCount(grant, 2)
}

func TestRefreshFails(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithTokenLife(time.Hour)}})
	ok(t, b.wans())
	first := b.client.Status().Session
	b.Clock().Set(first.RefreshDue)
	b.SetFault(grant, peplinktest.Fault{Cut: true})
	ok(t, b.wans())
	b.waitFor(grant, 2)
	b.hasFailures(1)
	ok(t, b.wans()) // the token is good until it expires
	b.waitFor(grant, 3)
	b.hasFailures(2)
	b.ClearFault(grant)
	b.Clock().Set(first.Expiry)
	ok(t, b.wans())
	b.wantTokens(wan, 1, 1, 1, 4) // two were granted in answers that were cut
}

// wantTokens checks which token each request to an endpoint bore, by their number.
func (b *bench) wantTokens(endpoint string, want ...int) {
	b.t.Helper()
	var got []int
	for _, request := range b.Requests() {
		if request.Endpoint == endpoint {
			got = append(got, request.TokenNumber)
		}
	}
	wantEqual(b.t, "tokens", want, got)
}
