package peplinktest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
)

// Connections counts the TCP connections made to a router, those of refused
// TLS handshakes included.
type Connections struct {
	mu       sync.Mutex
	accepted int
	open     map[net.Conn]bool
	changed  chan struct{} // closed and replaced with every change
}

func newConnections() *Connections {
	return &Connections{open: make(map[net.Conn]bool), changed: make(chan struct{})}
}

// Connections are those to all sockets of the router made by Serve and ServeTLS.
func (r *Router) Connections() *Connections { return r.connections }

// Track is the ConnState of an http.Server. Serve uses it; a test with a server
// of its own can too.
func (c *Connections) Track(connection net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.accepted++
		c.open[connection] = true
	case http.StateClosed, http.StateHijacked:
		delete(c.open, connection)
	default:
		return
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

// Accepted is how many connections were ever made.
func (c *Connections) Accepted() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.accepted
}

// Open is how many connections are open now, idle ones included. The router
// learns of a connection's end a little after its client.
func (c *Connections) Open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

// cut closes those that are open, whatever they carry.
func (c *Connections) cut() {
	c.mu.Lock()
	open := slices.Collect(maps.Keys(c.open))
	c.mu.Unlock()
	for _, connection := range open { // not under the lock: closing is told to Track
		_ = connection.Close()
	}
}

// WaitOpen returns once exactly n connections are open.
func (c *Connections) WaitOpen(ctx context.Context, n int) error {
	for {
		c.mu.Lock()
		open, changed := len(c.open), c.changed
		c.mu.Unlock()
		if open == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d open connections, have %d: %w", n, open, context.Cause(ctx))
		}
	}
}
