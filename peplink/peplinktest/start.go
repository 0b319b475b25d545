package peplinktest

import (
	"context"
	"sync"
	"testing"
	"time"
)

// Served is a simulated router on a socket of its own, for one test. Its
// methods fail the test where the Router's return an error.
type Served struct {
	*Router
	// URL is where it can be reached, without a slash at the end.
	URL string
	// Server is the socket.
	Server *Server

	t    testing.TB
	stop func()
}

// patience is how long a test waits for what only a fault makes late.
const patience = time.Minute

// Start serves a router of one of the Models until the test ends: its clock
// frozen at ReferenceTime and over plain HTTP, unless options say otherwise.
func Start(t testing.TB, model string, opts ...Option) *Served {
	t.Helper()
	o := newOptions(append([]Option{WithClock(NewClock(ReferenceTime()))}, opts...))
	router, err := newRouter(model, o)
	if err != nil {
		t.Fatal(err)
	}
	server, err := router.Serve(context.WithoutCancel(t.Context()), "127.0.0.1:0", o.certificate)
	if err != nil {
		t.Fatal(err)
	}
	s := &Served{Router: router, URL: server.URL, Server: server, t: t}
	s.stop = sync.OnceFunc(func() {
		router.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// Stop makes the router's port a closed one, and cuts every connection.
func (s *Served) Stop() { s.stop() }

// WaitFor returns once Count(endpoint) is n or more.
func (s *Served) WaitFor(endpoint string, n int) {
	s.t.Helper()
	s.wait(func(ctx context.Context) error { return s.Router.WaitFor(ctx, endpoint, n) })
}

// WaitIdle returns once no request is in flight.
func (s *Served) WaitIdle() {
	s.t.Helper()
	s.wait(s.Router.WaitIdle)
}

// WaitOpen returns once exactly n connections are open.
func (s *Served) WaitOpen(n int) {
	s.t.Helper()
	s.wait(func(ctx context.Context) error { return s.Connections().WaitOpen(ctx, n) })
}

func (s *Served) wait(event func(context.Context) error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	s.must(event(ctx))
}

// Change puts a value at a JSON pointer (RFC 6901) of an endpoint's document,
// as Router.Change does.
func (s *Served) Change(endpoint, path string, value any) {
	s.t.Helper()
	s.must(s.Router.Change(endpoint, path, value))
}

// Remove takes out what stands at a JSON pointer of an endpoint's document.
func (s *Served) Remove(endpoint, path string) {
	s.t.Helper()
	s.must(s.Router.Remove(endpoint, path))
}

// Restore undoes changes in an endpoint's document, as Router.Restore does.
func (s *Served) Restore(endpoint string, paths ...string) {
	s.t.Helper()
	s.must(s.Router.Restore(endpoint, paths...))
}

// Value is what stands at a JSON pointer of an endpoint's document now.
func (s *Served) Value(endpoint, path string) any {
	s.t.Helper()
	value, err := s.Router.Value(endpoint, path)
	s.must(err)
	return value
}

func (s *Served) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
