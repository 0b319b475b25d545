package peplinktest

import (
	"sync"
	"time"
)

// ReferenceTime is the instant the timestamps in the fixtures belong to. A
// router started with a clock frozen here answers its fixtures to the letter.
func ReferenceTime() time.Time {
	return time.Date(2026, time.March, 14, 9, 26, 53, 0, time.UTC)
}

// Clock is a router's clock. It dates answers and ends tokens; hangs and slow
// answers take real time. It is safe for concurrent use, and several routers
// may share one.
type Clock struct {
	mu      sync.Mutex
	running bool
	// frozen is the instant shown by a clock that does not run, ahead is how
	// far a running one is before the machine's.
	frozen time.Time
	ahead  time.Duration
}

// SystemClock runs with the machine's clock. Advance and Set make it run apart.
func SystemClock() *Clock {
	return &Clock{running: true}
}

// NewClock stands still at start until it is moved.
func NewClock(start time.Time) *Clock {
	return &Clock{frozen: start}
}

// Now is the router's time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running {
		return time.Now().Add(c.ahead).UTC()
	}
	return c.frozen.UTC()
}

// Advance moves the clock by d, also backwards.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = c.frozen.Add(d)
	c.ahead += d
}

// Set puts the clock to t. A frozen clock stays there, a running one runs on.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = t
	c.ahead = time.Until(t)
}
