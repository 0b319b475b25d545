package peplink

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync"
	"time"
)

// Carriers drop idle flows silently: a connection that was not used for a while may be
// dead without a sign of it. A request on one is given up early and made once more.
const (
	staleAfter    = 20 * time.Second // of idleness
	stalePatience = 3 * time.Second  // for the first byte of an answer
)

// errStale is the cause with which a request on a dead connection is given up.
var errStale = errors.New("no answer on a connection that was idle")

type timeLeftKey struct{}

// WithTimeLeft returns a context that tells requests until when their answers are waited
// for, without ending them then: others may wait longer.
func WithTimeLeft(ctx context.Context, deadline time.Time) context.Context {
	return context.WithValue(ctx, timeLeftKey{}, deadline)
}

func timeLeft(ctx context.Context) (time.Duration, bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline, ok = ctx.Value(timeLeftKey{}).(time.Time)
	}
	return time.Until(deadline), ok
}

// watchStale returns a context that ends with the cause [errStale] when a connection that
// was idle for longer than after brings no first byte in time.
func watchStale(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	patience := stalePatience
	if left, ok := timeLeft(ctx); ok {
		patience = min(patience, left/3)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var mu sync.Mutex
	var timer *time.Timer
	stop := func() {
		mu.Lock()
		defer mu.Unlock()
		if timer != nil {
			timer.Stop()
		}
	}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) {
			if !got.Reused || got.IdleTime <= after {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			timer = time.AfterFunc(patience, func() { cancel(errStale) })
		},
		GotFirstResponseByte: stop,
	})
	return ctx, func() {
		stop()
		cancel(nil)
	}
}
