package main

import (
	"context"
	"sync"
	"time"
)

// scrape is one probe of a fleet, as Prometheus met it.
type scrape struct {
	target int
	began  time.Time
	took   time.Duration
	failed bool // no answer, or the router was not up
	partly bool // a collector failed
}

// schedule probes each target once an interval, spread evenly over it, as Prometheus
// does with its targets. Probes that are late do not hold up others.
type schedule struct {
	client   *client
	targets  []string
	interval time.Duration
	patience time.Duration // for one probe
	atRound  func() error  // called when a round begins, and once after the last

	mu      sync.Mutex
	scrapes []scrape
	running sync.WaitGroup
}

// run makes that many rounds and waits for the last answers.
func (s *schedule) run(ctx context.Context, rounds int) error {
	start := time.Now()
	apart := s.interval / time.Duration(len(s.targets))
	timer := time.NewTimer(0)
	defer timer.Stop()
	defer s.running.Wait()
	for round := range rounds {
		if err := wait(ctx, timer, start.Add(time.Duration(round)*s.interval)); err != nil {
			return err
		}
		if err := s.atRound(); err != nil {
			return err
		}
		for i := range s.targets {
			if err := wait(ctx, timer, start.Add(time.Duration(round)*s.interval+time.Duration(i)*apart)); err != nil {
				return err
			}
			s.running.Go(func() { s.probe(ctx, i) })
		}
	}
	s.running.Wait()
	return s.atRound()
}

func wait(ctx context.Context, timer *time.Timer, until time.Time) error {
	timer.Reset(time.Until(until))
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once probes every target once, a few at a time.
func (s *schedule) once(ctx context.Context) {
	next := make(chan int)
	for range 16 {
		s.running.Go(func() {
			for i := range next {
				s.probe(ctx, i)
			}
		})
	}
	for i := range s.targets {
		next <- i
	}
	close(next)
	s.running.Wait()
}

func (s *schedule) probe(ctx context.Context, target int) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	one := scrape{target: target, failed: true}
	a, err := s.client.probe(ctx, s.targets[target])
	one.began, one.took = a.began, a.took
	if text, unzipped := a.plainText(); err == nil && unzipped == nil {
		one.failed, one.partly = !text.isUp(), !text.isWhole()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scrapes = append(s.scrapes, one)
}

// overRouters is how much longer each probe took than the router needed to answer, in
// milliseconds, and how long that was.
func overRouters(scrapes []scrape, log []request) (over, own spread) {
	ofRouter := map[int][]request{}
	for _, one := range log {
		ofRouter[one.Router] = append(ofRouter[one.Router], one)
	}
	for _, s := range scrapes {
		var spent time.Duration
		for _, one := range ofRouter[s.target] {
			if !one.At.Before(s.began) && one.At.Before(s.began.Add(s.took)) {
				spent += one.Took
			}
		}
		over = append(over, (s.took-spent).Seconds()*1000)
		own = append(own, spent.Seconds()*1000)
	}
	return over, own
}
