package server

import (
	"context"
	"math"
	"sync"

	"golang.org/x/sync/semaphore"
)

// places are for the probes that may run at once; who waits for one is served in turn.
// A reload that makes the fleet larger makes more of them. There never are fewer again:
// they cost nothing, and a fleet that shrinks needs them no less.
type places struct {
	places *semaphore.Weighted

	mu    sync.Mutex
	count int
}

// newPlaces makes none yet.
func newPlaces() *places {
	const most = math.MaxInt64 // a semaphore has a fixed size; the places not there yet are taken
	p := &places{places: semaphore.NewWeighted(most)}
	p.places.TryAcquire(most)
	return p
}

// growTo makes as many places as that, where there are fewer.
func (p *places) growTo(count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if count > p.count {
		p.places.Release(int64(count - p.count))
		p.count = count
	}
}

// take waits for a place until ctx ends, and reports whether there was one.
func (p *places) take(ctx context.Context) bool { return p.places.Acquire(ctx, 1) == nil }

// free gives a place back.
func (p *places) free() { p.places.Release(1) }
