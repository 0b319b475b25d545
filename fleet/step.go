package fleet

import (
	"context"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func newStep[T any](
	p *poll, name string, c *call[T],
	ask func(context.Context) (*peplink.Answer[T], error),
	collect func(*T, *collector.View, *collector.Families),
) *step[T] {
	return &step[T]{poll: p, name: name, call: c, ask: ask, collect: collect}
}

// step is one call that a poll needs, and what becomes of it. Only the poll's own goroutine
// changes it.
type step[T any] struct {
	poll *poll
	name string // of the collector that it is for
	call *call[T]
	ask  func(context.Context) (*peplink.Answer[T], error)
	// after is asked first, because ask depends on its answer; nil for none.
	after   stepper
	collect func(*T, *collector.View, *collector.Families)

	run      *run[T]
	joined   bool // another poll had begun the run
	kept     bool // the run ended before this poll
	over     bool
	answer   *peplink.Answer[T]
	err      error
	duration time.Duration
}

func (s *step[T]) collector() string { return s.name }

func (s *step[T]) ended() bool { return s.over }

// lacks tells why there is no answer; nil where there is one.
func (s *step[T]) lacks() error {
	if s.answer != nil {
		return nil
	}
	return s.err
}

// isReady reports whether the step can be asked.
func (s *step[T]) isReady() bool { return s.after == nil || s.after.ended() }

// find reports whether the step needs no slot at the router, because its answer is kept, in
// flight, or not to be had.
func (s *step[T]) find() bool {
	if s.after != nil {
		if err := s.after.lacks(); err != nil {
			s.fail(err)
			return true
		}
	}
	s.run, s.joined = s.call.find(s.poll.router.state, s.maxAge())
	s.kept = s.run != nil && !s.joined
	return s.run != nil
}

// maxAge is how old an answer from an earlier poll may be.
func (s *step[T]) maxAge() time.Duration { return s.poll.router.Target.MinIntervalOf(s.name) }

// begin makes the call, in a slot of the router that the poll has taken.
func (s *step[T]) begin(ctx context.Context) {
	s.run = s.call.begin(ctx, s.poll, s.maxAge() > 0, s.ask)
}

// isAnswered reports whether the run has ended, as wait may be about to tell.
func (s *step[T]) isAnswered() bool {
	select {
	case <-s.run.done:
		return true
	default:
		return false
	}
}

// wait waits for the answer. The function that it returns takes it over.
func (s *step[T]) wait(ctx context.Context) (end func()) {
	began := time.Now()
	answer, err := s.call.wait(ctx, s.run, s.poll)
	took := time.Since(began)
	return func() { s.over, s.answer, s.err, s.duration = true, answer, err, took }
}

// fail ends a step that is not asked.
func (s *step[T]) fail(err error) { s.over, s.err = true, err }

// timeOut ends a step for which there was no time.
func (s *step[T]) timeOut() { s.fail(timeoutError(s.call.endpoint, "not asked in time")) }

// isStarved reports whether the step failed for lack of time that this router takes to
// answer.
func (s *step[T]) isStarved() bool {
	return s.err != nil && peplink.ReasonOf(s.err) == peplink.ReasonTimeout && s.duration < s.poll.pace()
}

// outcome tells what became of the collector.
func (s *step[T]) outcome() collector.Outcome {
	o := collector.Outcome{Collector: s.name, Err: s.err, Duration: s.duration}
	if s.after != nil && o.Err == nil { // what it came after may have been read in part
		o.Err = s.after.outcome().Err
	}
	if s.answer != nil {
		o.Read, o.Unreadable = true, s.answer.Unreadable
	}
	if s.kept && s.err == nil {
		o.Age = s.poll.now.Sub(s.run.at)
	}
	return o
}

// isKept reports whether the answer was not asked for in this poll.
func (s *step[T]) isKept() bool { return s.kept && s.err == nil }

// isJoined reports whether another poll had begun the call.
func (s *step[T]) isJoined() bool { return s.joined }

// fill adds the samples of the answer.
func (s *step[T]) fill(view *collector.View, into *collector.Families) {
	if s.answer != nil {
		s.collect(&s.answer.Value, view, into)
	}
}
