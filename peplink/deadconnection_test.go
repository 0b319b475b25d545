package peplink_test

import (
	"context"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const always = -1 // suspects every connection that was used before

// wedged is a router, and a client whose connection to it has fallen silent.
func wedged(t *testing.T, suspectAfter time.Duration, options ...func(*peplink.Options)) *bench {
	t.Helper()
	b := newBench(t, setup{options: func(o *peplink.Options) {
		for _, change := range options {
			change(o)
		}
	}})
	b.client.Suspect(suspectAfter)
	ok(t, b.wans())
	b.ClearRequests()
	b.WedgeConnections()
	return b
}

// A request on a connection that was idle for long, and has fallen silent, is made once
// more on a new one. Both count.
func TestDeadConnection(t *testing.T) {
	t.Parallel() // it takes its time
	var reasons []peplink.Reason
	b := wedged(t, always, func(o *peplink.Options) {
		o.Observe = func(_ context.Context, e peplink.Exchange) { reasons = append(reasons, e.Reason) }
	})
	reasons = nil
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	_, err := b.client.WANConnections(ctx)
	ok(t, err)
	wantEqual(t, "exchanges", []peplink.Reason{peplink.ReasonTimeout, ""}, reasons)
	waiting, stop := context.WithTimeout(t.Context(), ample)
	defer stop()
	requests := b.Requests()
	if len(requests) != 2 || requests[0].RemoteAddr == requests[1].RemoteAddr {
		t.Errorf("%d requests, want two on connections of their own", len(requests))
	}
	if err := b.Connections().WaitOpen(waiting, 1); err != nil { // the silent one is closed
		t.Error(err)
	}
	if got := b.Connections().Accepted(); got != 2 {
		t.Errorf("%d connections, want two", got)
	}
}

// How long it is waited for is told where nothing ends the request, as when others wait
// longer.
func TestDeadConnectionWithoutDeadline(t *testing.T) {
	t.Parallel() // it takes its time
	b := wedged(t, always)
	ctx := peplink.WithTimeLeft(t.Context(), time.Now().Add(600*time.Millisecond))
	_, err := b.client.WANConnections(ctx)
	ok(t, err)
	b.wantCount(wan, 2)
}

// A connection that was in use just now is waited for: the router may be slow.
func TestBusyConnectionIsNotDead(t *testing.T) {
	t.Parallel() // it takes its time
	b := wedged(t, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := b.client.WANConnections(ctx); peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Errorf("%v, want a timeout", err)
	}
	b.wantCount(wan, 1)
}

// A new connection that brings no answer says nothing of dead ones.
func TestNewConnectionIsNotDead(t *testing.T) {
	t.Parallel() // it takes its time
	b := newBench(t, setup{})
	b.client.Suspect(always)
	b.SetFault(allowance, peplinktest.Fault{Cut: true})
	wantReason(t, b.allowances(), allowance, peplink.ReasonHTTP) // after which pooled connections are dropped
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := b.client.WANConnections(ctx); peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Errorf("%v, want a timeout", err)
	}
	b.wantCount(wan, 1)
	if got := b.Connections().Accepted(); got != 2 {
		t.Errorf("%d connections, want two", got)
	}
}

// The repetition is not repeated, though it hangs too.
func TestDeadConnectionIsReplacedOnce(t *testing.T) {
	t.Parallel() // it takes its time
	b := wedged(t, always)
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := b.client.WANConnections(ctx); peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Errorf("%v, want a timeout", err)
	}
	b.wantCount(wan, 2)
}

// An answer whose beginning has come is waited for.
func TestSlowAnswerIsNotDead(t *testing.T) {
	t.Parallel() // it takes its time
	b := newBench(t, setup{})
	b.client.Suspect(always)
	ok(t, b.wans())
	b.ClearRequests()
	b.SetFault(wan, peplinktest.Fault{HangAfterHeaders: true})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if _, err := b.client.WANConnections(ctx); peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Errorf("%v, want a timeout", err)
	}
	b.wantCount(wan, 1)
}

// What changes something at the router, if only its event log, is not repeated.
func TestPostOnDeadConnection(t *testing.T) {
	t.Parallel() // it takes its time
	b := wedged(t, always)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := b.client.EndSession(ctx); peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Errorf("%v, want a timeout", err)
	}
	b.wantCount(revoke, 1)

	b = wedged(t, always)
	b.Clock().Set(b.client.Status().Session.Expiry) // so that a grant comes first
	ctx = peplink.WithTimeLeft(t.Context(), time.Now().Add(600*time.Millisecond))
	if _, err := b.client.WANConnections(ctx); peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Errorf("%v, want a timeout", err)
	}
	b.wantCount(grant, 1)
}
