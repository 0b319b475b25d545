package fleet

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Bounds of ending sessions at the routers: it is a courtesy to the routers, for which an ending
// exporter does not wait long.
const (
	revokeTime    = 2 * time.Second
	revokesAtOnce = 64
)

// Retire ends the sessions of routers that are not polled any more, as far as that
// takes no new connection, and closes their connections.
func Retire(ctx context.Context, routers []*Router) {
	ctx, cancel := context.WithTimeout(ctx, revokeTime)
	defer cancel()
	var group errgroup.Group
	group.SetLimit(revokesAtOnce)
	for _, router := range routers {
		group.Go(func() error {
			_ = router.client.EndSession(ctx) // a courtesy
			router.client.Close()
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
}

// users counts the requests that use a fleet, so that it is known when a replaced one is
// used no more. The zero value is ready.
type users struct {
	mu       sync.Mutex
	count    int
	replaced bool
	gone     chan struct{} // made when the fleet is replaced; closed when nobody uses it
}

// Enter notes that a request uses the fleet. It reports false where the fleet has been
// replaced: the request is to use the new one.
func (f *Fleet) Enter() bool {
	f.users.mu.Lock()
	defer f.users.mu.Unlock()
	if f.users.replaced {
		return false
	}
	f.users.count++
	return true
}

// Leave notes that a request that had entered uses the fleet no more.
func (f *Fleet) Leave() {
	f.users.mu.Lock()
	defer f.users.mu.Unlock()
	f.users.count--
	if f.users.replaced && f.users.count == 0 {
		close(f.users.gone)
	}
}

// Replace lets no request enter any more, and returns a channel that is closed when the
// last one has left. It is called once.
func (f *Fleet) Replace() <-chan struct{} {
	f.users.mu.Lock()
	defer f.users.mu.Unlock()
	f.users.replaced = true
	f.users.gone = make(chan struct{})
	if f.users.count == 0 {
		close(f.users.gone)
	}
	return f.users.gone
}
