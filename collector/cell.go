package collector

import (
	"context"
	"sync"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A cell is one call that can be made of one router, as all polls of that router share
// it: the call in flight, which others may join; the last good answer with its age; and
// the router's refusal, so that it is not asked in vain.
type cell[T any] struct {
	call     string // what it is remembered by
	refusals *memory

	mu     sync.Mutex
	flight *flight[T]
	kept   *peplink.Answer[T]
	keptAt moment
}

func newCell[T any](call string, refusals *memory) *cell[T] {
	return &cell[T]{call: call, refusals: refusals}
}

// answer is what a call brought. It may be incomplete where the call also failed.
type answer[T any] struct {
	*peplink.Answer[T]
	kept   bool          // not asked for this poll
	age    time.Duration // of a kept answer
	joined bool          // another poll had begun the call
}

// flight is a call under way.
type flight[T any] struct {
	cancel   context.CancelFunc
	waiters  int
	progress chan struct{} // closed, and replaced, whenever one of its requests has ended
	done     chan struct{} // closed when answer and err are set
	answer   *peplink.Answer[T]
	err      error
}

// ask returns a kept answer that is younger than maxAge, or joins the call in flight, or
// makes the call. It returns when ctx ends; the call itself goes on as long as somebody
// waits for it.
func (c *cell[T]) ask(ctx context.Context, maxAge time.Duration, call func(context.Context) (*peplink.Answer[T], error)) (answer[T], error) {
	if ctx.Err() != nil {
		return answer[T]{}, timeoutError(c.call)
	}
	if err := c.refusals.of(c.call); err != nil {
		return answer[T]{}, err
	}
	c.mu.Lock()
	now := c.refusals.moment()
	age := now.at.Sub(c.keptAt.at)
	if c.kept != nil && c.keptAt.session == now.session && age < maxAge {
		kept := answer[T]{Answer: c.kept, kept: true, age: age}
		c.mu.Unlock()
		return kept, nil
	}
	f := c.flight
	joined := f != nil
	if !joined {
		f = c.launch(ctx, call)
	}
	f.waiters++
	c.mu.Unlock()
	return c.wait(ctx, f, joined)
}

// launch begins a call; c.mu is held. Values of ctx go with it, so that its requests are
// counted where it began.
func (c *cell[T]) launch(ctx context.Context, call func(context.Context) (*peplink.Answer[T], error)) *flight[T] {
	observed := peplink.Exchanges(ctx)
	f := &flight[T]{progress: make(chan struct{}), done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		ctx = peplink.WithTimeLeft(ctx, deadline)
	}
	ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	ctx = peplink.WithExchanges(ctx, func(exchange peplink.Exchange) {
		observed(exchange)
		c.mu.Lock()
		defer c.mu.Unlock()
		close(f.progress)
		f.progress = make(chan struct{})
	})
	c.flight = f
	go func() {
		defer f.cancel()
		f.answer, f.err = call(ctx)
		c.land(f)
	}()
	return f
}

// land keeps what is worth it.
func (c *cell[T]) land(f *flight[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flight == f {
		c.flight = nil
	}
	switch {
	case f.err == nil:
		c.kept, c.keptAt = f.answer, c.refusals.moment()
	case isRefusal(f.err) && f.answer == nil: // else a part of it is worth asking for
		c.refusals.remember(c.call, f.err)
	}
	close(f.done)
}

// wait waits for a flight until it ends, until ctx does, or until one request of it has
// taken half of the time left: an endpoint that hangs must not starve those after it. The
// last one to wait ends the flight, and so learns what it had read.
func (c *cell[T]) wait(ctx context.Context, f *flight[T], joined bool) (answer[T], error) {
	for {
		share, cancel := fairShare(ctx)
		select {
		case <-f.done:
		case <-c.progress(f):
			cancel()
			continue
		case <-share.Done():
		}
		cancel()
		if c.leave(f) {
			<-f.done
		}
		select {
		case <-f.done:
			return answer[T]{Answer: f.answer, joined: joined}, f.err
		default:
			return answer[T]{joined: joined}, timeoutError(c.call)
		}
	}
}

func (c *cell[T]) progress(f *flight[T]) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return f.progress
}

// leave cancels the call when nobody waits for it any more, and reports whether it did.
// Whoever comes then does not join a call that is about to fail.
func (c *cell[T]) leave(f *flight[T]) (last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.waiters--
	if f.waiters > 0 {
		return false
	}
	f.cancel()
	if c.flight == f {
		c.flight = nil
	}
	return true
}

// fairShare is a context that ends when half of the time left has passed.
func fairShare(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

func timeoutError(call string) error {
	return &peplink.Error{Endpoint: call, Reason: peplink.ReasonTimeout, Detail: "no answer in time", Err: context.DeadlineExceeded}
}
