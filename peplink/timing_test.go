package peplink_test

import (
	"context"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// A request that waits for a place is made when there is one, and not before.
func TestWaitingForAPlace(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	b.SetFault(allowance, peplinktest.Fault{Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	hanging := make(chan error, 1)
	go func() {
		_, err := b.client.Allowances(ctx)
		hanging <- err
	}()
	b.waitFor(allowance, 1)

	waiting, leave := context.WithCancel(t.Context())
	waited := make(chan error, 1)
	go func() {
		_, err := b.client.WANConnections(waiting)
		waited <- err
	}()
	leave()
	wantReason(t, <-waited, wan, peplink.ReasonTimeout)
	b.wantCount(wan, 1) // it was never asked

	cancel()
	wantReason(t, <-hanging, allowance, peplink.ReasonTimeout)
	ok(t, b.wans()) // the place is free again
}

func TestConcurrentRequests(t *testing.T) {
	for _, places := range []int{0, 1, 3} {
		b := newBench(t, setup{options: func(o *peplink.Options) { o.MaxConcurrentRequests = places }})
		ok(t, b.wans())
		b.ClearRequests()
		want := max(places, 1)
		b.SetFault(wan, peplinktest.Fault{Hang: true})
		answers := make(chan []error, 1)
		go func() { answers <- atOnce(20, b.wans) }()
		b.waitFor(wan, want)
		b.ClearFault(wan)
		for _, err := range <-answers {
			ok(t, err)
		}
		if got := b.MostInFlight(); got != want {
			t.Errorf("%d configured: %d requests at once, want %d", places, got, want)
		}
		b.wantCount(wan, 20)
	}
}

// A deadline that has passed is a timeout, whatever the transport calls it.
func TestDeadlinePassed(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	ctx, cancel := context.WithTimeout(t.Context(), -time.Second)
	defer cancel()
	_, err := b.client.WANConnections(ctx)
	wantReason(t, err, wan, peplink.ReasonTimeout)
	b.wantCount(wan, 1)
}
