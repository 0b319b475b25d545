package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// refusalTime is how long it is remembered that a router refuses a call: it is not asked
// in vain at every scrape.
const refusalTime = time.Hour

// A call is one call of a router, as all polls of the router share it: the run in flight,
// which others join, and the last answer or refusal that is worth keeping.
type call[T any] struct {
	endpoint string

	mu       sync.Mutex
	inFlight *run[T] // nil for none
	last     *run[T] // nil for none
}

// run is one time that a call is made. answer and err are set when done is closed; the
// answer may be incomplete where there is an error too.
type run[T any] struct {
	cancel   context.CancelFunc
	waiters  int
	keep     bool          // the answer may be of use to later polls
	progress chan struct{} // closed, and replaced, whenever one of its requests has ended
	done     chan struct{}
	answer   *peplink.Answer[T]
	err      error
	at       time.Time // when it ended
	session  uint64    // in which it was made
}

// find returns what costs the router nothing: the last answer where it is younger than
// maxAge, a refusal, or the run in flight, which joined tells. It returns nil where the
// call has to be made.
func (c *call[T]) find(s *state, maxAge time.Duration) (found *run[T], joined bool) {
	now, session := s.now(), s.client.Status().Session.Number
	c.mu.Lock()
	defer c.mu.Unlock()
	last := c.last
	if last != nil && last.session != session { // its account may have other rights by now
		c.last, last = nil, nil
	}
	switch {
	case last != nil && last.err == nil && now.Sub(last.at) < maxAge:
		return last, false
	case last != nil && last.err != nil && now.Sub(last.at) < refusalTime:
		return last, false
	case c.inFlight != nil:
		c.inFlight.waiters++
		c.inFlight.keep = c.inFlight.keep || maxAge > 0
		return c.inFlight, true
	}
	return nil, false
}

// begin makes the call. The caller has a slot at the router, which is freed when the run
// ends. The run goes on as long as anybody waits for it, whoever began it.
func (c *call[T]) begin(ctx context.Context, p *poll, keep bool, ask func(context.Context) (*peplink.Answer[T], error)) *run[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.inFlight; r != nil { // another poll was quicker
		<-p.router.slots
		r.waiters++
		r.keep = r.keep || keep
		return r
	}
	r := &run[T]{waiters: 1, keep: keep, progress: make(chan struct{}), done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		ctx = peplink.WithTimeLeft(ctx, deadline)
	}
	ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // end calls it
	ctx = withObserver(ctx, func(exchange peplink.Exchange) {
		p.observe(exchange)
		c.requestEnded(r)
	})
	c.inFlight = r
	p.router.tellBegun()
	go func() {
		answer, err := ask(ctx)
		c.end(r, answer, err, p.router.state)
	}()
	return r
}

// requestEnded tells those who wait that one of the run's requests has ended.
func (c *call[T]) requestEnded(r *run[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(r.progress)
	r.progress = make(chan struct{})
}

// end keeps of a run what is worth it, and frees its slot.
func (c *call[T]) end(r *run[T], answer *peplink.Answer[T], err error, s *state) {
	session := s.client.Status().Session.Number
	c.mu.Lock()
	defer c.mu.Unlock()
	r.cancel()
	r.cancel = nil // or what is kept would hold the poll that began it
	r.answer, r.err, r.at, r.session = answer, err, s.now(), session
	if c.inFlight == r {
		c.inFlight = nil
	}
	// A refusal that comes with an answer is of a part of it only.
	if err == nil && r.keep || isRefusal(err) && answer == nil {
		c.last = r
	}
	close(r.done)
	<-s.slots
}

// isRefusal reports whether a router will go on to answer like this.
func isRefusal(err error) bool {
	if err == nil {
		return false
	}
	switch peplink.ReasonOf(err) {
	case peplink.ReasonForbidden, peplink.ReasonUnsupported:
		return true
	}
	return false
}

// wait waits for a run until it ends, until ctx does, or until one request of it has taken
// its share of the poll's time. The last one to wait ends the run, and so learns what it
// had read.
func (c *call[T]) wait(ctx context.Context, r *run[T], p *poll) (*peplink.Answer[T], error) {
	for c.waitForRequest(ctx, r, p) {
	}
	if c.leave(r) {
		<-r.done
	}
	select {
	case <-r.done:
		return r.answer, r.err
	default:
		return nil, timeoutError(c.endpoint, "no answer in time")
	}
}

// waitForRequest waits for one request of a run, and reports whether to wait for another.
func (c *call[T]) waitForRequest(ctx context.Context, r *run[T], p *poll) (again bool) {
	share, stop := p.share(ctx)
	defer stop()
	select {
	case <-r.done:
		return false
	case <-c.progressOf(r):
		return true
	case <-ctx.Done():
		return false
	case <-share:
	}
	if p.othersCanUse(ctx) {
		return false
	}
	select {
	case <-r.done:
	case <-ctx.Done():
	}
	return false
}

// join waits for the run in flight, if there is one, until it or ctx ends.
func (c *call[T]) join(ctx context.Context) {
	c.mu.Lock()
	r := c.inFlight
	if r == nil {
		c.mu.Unlock()
		return
	}
	r.waiters++
	c.mu.Unlock()
	select {
	case <-r.done:
	case <-ctx.Done():
	}
	c.leave(r)
}

func (c *call[T]) progressOf(r *run[T]) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return r.progress
}

// leave ends the run when nobody waits for it any more, and reports whether it did.
// Whoever comes then does not join a run that is about to fail.
func (c *call[T]) leave(r *run[T]) (last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.waiters--
	if r.waiters > 0 || c.inFlight != r {
		return false
	}
	r.cancel()
	c.inFlight = nil
	return true
}

// forgetRefusal ends what is remembered of a refusal.
func (c *call[T]) forgetRefusal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil && c.last.err != nil {
		c.last = nil
	}
}

func timeoutError(endpoint, detail string) error {
	return &peplink.Error{Endpoint: endpoint, Reason: peplink.ReasonTimeout, Detail: detail, Err: context.DeadlineExceeded}
}
