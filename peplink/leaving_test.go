package peplink_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// The one who began a grant may leave: those who wait for it get its token.
func TestLeavingDoesNotEndGrant(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	leaver, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := b.client.WANConnections(leaver)
		left <- err
	}()
	b.waitFor(grant, 1)
	stayed := make(chan error, 1)
	go func() { stayed <- b.wans() }()

	leave()
	if failure := failureFor(t, <-left, grant, peplink.ReasonTimeout); !errors.Is(failure, context.Canceled) {
		t.Errorf("%v does not hold the context's error", failure)
	}
	b.ClearFault(grant)
	ok(t, <-stayed)
	b.wantCount(grant, 1)
	b.wantCount(wan, 1)
}

// Nobody waits any more, and the token still serves the next call.
func TestGrantOutlivesItsCallers(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	leaver, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := b.client.WANConnections(leaver)
		left <- err
	}()
	b.waitFor(grant, 1)
	leave()
	wantReason(t, <-left, grant, peplink.ReasonTimeout)
	b.ClearFault(grant)
	b.hasGrants(1)
	ok(t, b.wans())
	b.wantCount(grant, 1)
}

func TestHangingGrantEnds(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.GrantTimeout = 50 * time.Millisecond }})
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	wantReason(t, b.wans(), grant, peplink.ReasonTimeout)
	b.ClearFault(grant)
	ok(t, b.wans())
}

// That no goroutine is left is seen when all tests have ended.
func TestCloseEndsGrant(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.GrantTimeout = ample }})
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	asked := make(chan error, 1)
	go func() { asked <- b.wans() }()
	b.waitFor(grant, 1)
	b.client.Close()
	wantReason(t, <-asked, grant, peplink.ReasonTimeout)
	if err := b.WaitIdle(t.Context()); err != nil {
		t.Error(err)
	}
	b.client.Close() // again, to no harm
}

func TestCloseEndsRefresh(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.GrantTimeout = ample }})
	ok(t, b.wans())
	b.Clock().Set(b.client.Status().Session.RefreshDue)
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	ok(t, b.wans())
	b.waitFor(grant, 2)
	b.client.Close()
	if err := b.WaitIdle(t.Context()); err != nil {
		t.Error(err)
	}
}

// A caller that has left already asks nothing, with a session or without.
func TestLeftBefore(t *testing.T) {
	b := newBench(t, setup{})
	left, leave := context.WithCancel(t.Context())
	leave()
	_, err := b.client.WANConnections(left)
	wantReason(t, err, grant, peplink.ReasonTimeout)
	ok(t, b.wans())
	_, err = b.client.WANConnections(left)
	wantReason(t, err, wan, peplink.ReasonTimeout)
	b.wantCount(wan, 1)
}

// Whoever asks for something while a client is closed gets an answer, and begins no grant
// that Close would not wait for.
func TestCloseAmidCalls(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(grant, peplinktest.Fault{Cut: true})
	answers := make(chan []error, 1)
	go func() {
		answers <- atOnce(20, func() error {
			for { // each begins a grant of its own, or joins one, until there are none any more
				if err := b.wans(); peplink.ReasonOf(err) != peplink.ReasonHTTP {
					return err
				}
			}
		})
	}()
	b.waitFor(grant, 5)
	b.client.Close()
	arrived := b.Count(grant)
	for _, err := range <-answers {
		wantReason(t, err, grant, peplink.ReasonTimeout)
	}
	b.wantCount(grant, arrived)
}

// A grant that hangs ends when nobody waits for it any more.
func TestHangingGrantEndsWithItsCallers(t *testing.T) {
	for name, waiting := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 50*time.Millisecond)
		},
		"time left": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return peplink.WithTimeLeft(ctx, time.Now().Add(50*time.Millisecond)), func() {}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{options: func(o *peplink.Options) { o.GrantTimeout = 2 * ample }})
			b.SetFault(grant, peplinktest.Fault{Hang: true})
			ctx, cancel := waiting(t.Context())
			defer cancel()
			_, err := b.client.WANConnections(ctx)
			wantReason(t, err, grant, peplink.ReasonTimeout)
			patience, stop := context.WithTimeout(t.Context(), ample)
			defer stop()
			ok(t, b.WaitIdle(patience))
			b.ClearFault(grant)
			ok(t, b.wans())
			b.wantCount(grant, 2)
		})
	}
}

// Whoever waits longer keeps it alive.
func TestHangingGrantIsExtended(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.GrantTimeout = ample }})
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := b.client.WANConnections(ctx)
		first <- err
	}()
	b.waitFor(grant, 1)
	go func() { second <- b.wans() }()
	wantReason(t, <-first, grant, peplink.ReasonTimeout)
	b.ClearFault(grant)
	ok(t, <-second)
	b.wantCount(grant, 1)
}
