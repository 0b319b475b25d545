package fleet

import (
	"context"
	"slices"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// fillTime is what filling in the samples may take where the poll has no time left.
const fillTime = 100 * time.Millisecond

// Result is what one poll brought: the metric families, and what it tells of itself.
type Result struct {
	*collector.Families
	collector.Scrape
	// Shared is how many calls another poll had begun already.
	Shared int
	// Exchanges are the requests that were made for this poll, as they ended.
	Exchanges []peplink.Exchange
	// Changed tells that a collector failed for the first time, for another reason than the
	// time before, or not any more.
	Changed bool
	// Contended tells that, since this poll, another program seems to use the same
	// credentials.
	Contended bool
}

// timeoutKey is that of a context's value.
type timeoutKey struct{}

// WithTimeout returns a context under which a poll says that it was allowed to take so
// long. The context's own deadline may be sooner, for what is still to be done then.
func WithTimeout(ctx context.Context, timeout time.Duration) context.Context {
	return context.WithValue(ctx, timeoutKey{}, timeout)
}

// timeoutOf is how long a poll is allowed to take.
func timeoutOf(ctx context.Context) time.Duration {
	if told, ok := ctx.Value(timeoutKey{}).(time.Duration); ok {
		return told
	}
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0
	}
	return time.Until(deadline).Round(time.Millisecond)
}

// Poll asks the router for what the collectors need, and turns the answers into metric
// families. It returns when all have been asked, ctx ends, or the target's timeout has
// passed; what failed costs its own series only. A poll that reads nothing has a result
// too. Collectors that do not exist are ignored.
func (r *Router) Poll(ctx context.Context, collectors []string) *Result {
	ctx, cancel := context.WithTimeout(ctx, r.Target.Timeout)
	defer cancel()
	p := &poll{router: r, began: time.Now(), now: r.now()}
	p.steps = r.starvedFirst(needed(p.allSteps(), collectors))
	p.needsLinks = slices.ContainsFunc(p.steps, func(s stepper) bool { return s.collector() == "pepvpn_link" })
	timeout := timeoutOf(ctx)
	p.ask(ctx)
	return p.result(ctx, timeout, collectors)
}

// firstAsked are asked first, whatever others lack.
var firstAsked = []string{"wan", "allowance", "pepvpn"}

// starvedFirst puts collectors that got no time in the last poll before others that did.
// The three of firstAsked keep their places: what they read matters most, or is needed by
// others.
func (r *Router) starvedFirst(steps []stepper) []stepper {
	r.mu.Lock()
	defer r.mu.Unlock()
	rest := steps
	for len(rest) > 0 && slices.Contains(firstAsked, rest[0].collector()) {
		rest = rest[1:]
	}
	slices.SortStableFunc(rest, func(a, b stepper) int {
		switch sa, sb := r.starved[a.collector()], r.starved[b.collector()]; {
		case sa && !sb:
			return -1
		case sb && !sa:
			return 1
		}
		return 0
	})
	return steps
}

func (p *poll) result(ctx context.Context, timeout time.Duration, collectors []string) *Result {
	filling := time.Now()
	r := &Result{Families: &collector.Families{Stop: func() bool { return ctx.Err() != nil && time.Since(filling) > fillTime }}}
	view := &collector.View{
		Expose:   collector.Expose(p.router.Target.Expose),
		TimeZone: p.router.Target.TimeZone,
		Now:      p.now,
		WANs:     p.router.knownWANs(),
	}
	asked := slices.DeleteFunc(append(slices.Clone(p.steps), p.remoteLinks), func(s stepper) bool { return !slices.Contains(collectors, s.collector()) })
	for _, s := range asked {
		s.fill(view, r.Families)
		outcome := s.outcome()
		outcome.Unreadable += r.Dropped()
		r.Outcomes = append(r.Outcomes, outcome)
		if s.isJoined() {
			r.Shared++
		}
	}
	r.Stop = nil
	r.Status = p.router.client.Status()
	r.Up, r.LastSuccess = p.judge(asked, r.Status)
	r.Exchanges = p.exchanges()
	r.Requests = len(r.Exchanges)
	r.Duration, r.Timeout = time.Since(p.began), timeout
	r.TargetSerialNumber = p.router.Target.SerialNumber
	if answer := p.system.answer; answer != nil {
		r.SerialNumber = answer.Value.Device.OrZero().SerialNumber.String()
	}
	collector.CollectScrape(&r.Scrape, r.Families)
	p.remember(r)
	return r
}

// judge tells whether the router is up, and when it last was. An answer fetched for this
// poll shows it, unless the router gives it to anybody. Kept answers show what they
// showed when they were fetched.
func (p *poll) judge(asked []stepper, status peplink.Status) (up bool, lastSuccess time.Time) {
	r := p.router
	r.mu.Lock()
	defer r.mu.Unlock()
	onlyOpen, onlyKept := true, true // of what was asked for this poll
	for _, s := range asked {
		if s.isKept() {
			continue
		}
		open, succeeded := collector.IsOpen(s.collector()), s.outcome().Err == nil
		onlyKept = false
		onlyOpen = onlyOpen && open && succeeded
		up = up || succeeded && !open
	}
	switch {
	case len(asked) == 0:
	case onlyKept:
		up = slices.ContainsFunc(asked, func(s stepper) bool { return r.wasUp[s.collector()] })
	case onlyOpen:
		up = !status.Session.Refused
	}
	for _, s := range asked {
		if !s.isKept() {
			r.wasUp[s.collector()] = up
		}
	}
	if up {
		r.lastSuccess = p.now
	}
	return up, r.lastSuccess
}

// remember keeps what later polls need to know of this one, and tells what it found that
// the one before had not. Of two polls at once, the one that began later may end first.
func (p *poll) remember(result *Result) {
	r := p.router
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil || !p.now.Before(r.last.Began) {
		r.last = p.summary(result, r.last)
	}
	result.Contended = result.Status.Session.Contended && !r.contended
	r.contended = result.Status.Session.Contended
	for i := range result.Outcomes {
		o := &result.Outcomes[i]
		cause := peplink.CauseOf(o.Err)
		result.Changed = result.Changed || r.causes[o.Collector] != cause
		r.causes[o.Collector] = cause
	}
	r.starved = map[string]bool{}
	for _, s := range p.steps {
		if s.isStarved() {
			r.starved[s.collector()] = true
		}
	}
}
