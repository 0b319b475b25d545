package fleet

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// poll is one poll of a router: it asks what its collectors need, as the router has slots
// and as long as there is time, and turns the answers into metric families.
type poll struct {
	router *Router
	began  time.Time
	now    time.Time // by the exporter's clock
	steps  []stepper // in the order of asking
	wans   *step[peplink.WANConnections]
	pepvpn *step[peplink.PepVPN]
	system *step[peplink.SystemInfo]
	// needsLinks tells that a step asks for the tunnels to peers.
	needsLinks bool
	// remoteLinks shows more of an answer that is asked for in steps.
	remoteLinks stepper

	queued atomic.Int64 // steps that wait for a slot

	mu       sync.Mutex
	made     []peplink.Exchange // requests for this poll
	quickest time.Duration      // answer of the router so far; 0 for none
}

// stepper is a step of whatever type.
type stepper interface {
	collector() string
	isReady() bool
	find() bool
	begin(ctx context.Context)
	isAnswered() bool
	wait(ctx context.Context) (end func())
	ended() bool
	lacks() error
	fail(err error)
	timeOut()
	isStarved() bool
	isKept() bool
	isJoined() bool
	outcome() collector.Outcome
	fill(view *collector.View, into *collector.Families)
}

// observe notes a request that was made for this poll.
func (p *poll) observe(exchange peplink.Exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made = append(p.made, exchange)
	if exchange.Reason == "" && (p.quickest == 0 || exchange.Duration < p.quickest) {
		p.quickest = exchange.Duration
	}
}

// exchanges are the requests that have been made so far.
func (p *poll) exchanges() []peplink.Exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clip(p.made)
}

// pace is how long this router needs for an answer, as far as the poll has seen.
func (p *poll) pace() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.quickest
}

// share returns what tells that a request has had its share of the time: half of what is
// left, so that an endpoint that hangs does not starve those after it.
func (p *poll) share(ctx context.Context) (passed <-chan time.Time, stop func() bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return nil, func() bool { return false }
	}
	timer := time.NewTimer(time.Until(deadline) / 2)
	return timer.C, timer.Stop
}

// othersCanUse reports whether the time that is left is of use to steps that wait for a
// slot: not where the router needs longer than that for an answer.
func (p *poll) othersCanUse(ctx context.Context) bool {
	deadline, _ := ctx.Deadline()
	return p.queued.Load() > 0 && time.Until(deadline) >= p.pace()
}

// ended is a step whose run has been waited for.
type ended struct {
	step stepper
	end  func()
}

// ask makes the calls in order, each when the router has a slot for it; what needs no slot
// is not kept waiting. It returns when all have answered or ctx ends. When the router as a
// whole cannot be reached, those that are left share that fate at once: a dead router
// should not cost its time-out once for each, nor one that grants no session a grant each.
func (p *poll) ask(ctx context.Context) {
	queue := slices.Clone(p.steps)
	running := map[stepper]bool{}
	done := make(chan ended, len(queue))
	start := func(s stepper) {
		if !s.ended() {
			running[s] = true
			go func() { done <- ended{s, s.wait(ctx)} }()
		}
	}
	for {
		begun := p.router.begun() // before looking, so that none is missed
		queue = slices.DeleteFunc(queue, func(s stepper) bool {
			found := s.isReady() && s.find()
			if found {
				start(s)
			}
			return found
		})
		if ctx.Err() != nil {
			for _, s := range queue {
				s.timeOut()
			}
			queue = nil
		}
		p.queued.Store(int64(len(queue)))
		if len(queue)+len(running) == 0 {
			return
		}
		next := slices.IndexFunc(queue, stepper.isReady)
		if next < 0 {
			queue = p.take(<-done, running, queue)
			continue
		}
		select {
		case <-ctx.Done():
		case <-begun:
		case e := <-done:
			queue = p.take(e, running, queue)
		case p.router.slots <- struct{}{}:
			switch s := queue[next]; {
			case anyAnswered(running): // what it brought counts before another one begins
				<-p.router.slots
				queue = p.take(<-done, running, queue)
			case s.find(): // another poll was quicker
				<-p.router.slots
				start(s)
				queue = slices.Delete(queue, next, next+1)
			default:
				s.begin(ctx)
				start(s)
				queue = slices.Delete(queue, next, next+1)
			}
		}
	}
}

func anyAnswered(running map[stepper]bool) bool {
	for s := range running {
		if s.isAnswered() {
			return true
		}
	}
	return false
}

// take takes over what a step brought, and returns the steps that wait on: none where it
// concerns them all.
func (p *poll) take(e ended, running map[stepper]bool, queue []stepper) []stepper {
	delete(running, e.step)
	e.end()
	err := e.step.outcome().Err
	if err == nil || !peplink.ReasonOf(err).WholeTarget() && !peplink.WithoutSession(err) {
		return queue
	}
	for _, s := range queue {
		s.fail(err)
	}
	return nil
}
