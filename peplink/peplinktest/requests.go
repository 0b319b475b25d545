package peplinktest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// EveryEndpoint stands for all endpoints in faults and counts.
const EveryEndpoint = "*"

// TokenState is what the router thought of a request's accessToken.
type TokenState string

// The states of a token. A token anywhere but in the query is TokenNone.
const (
	TokenNone    TokenState = "none"
	TokenOK      TokenState = "ok"
	TokenRefused TokenState = "refused"
)

// Request is one request as the router saw and answered it.
type Request struct {
	Time   time.Time `json:"time"` // of arrival, by the router's clock
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Endpoint is "" for what is not below /api/.
	Endpoint string `json:"endpoint"`
	// Params is the query without accessToken and without malformed parts. The
	// values of a parameter that came several times are joined by "&".
	Params     map[string]string `json:"params,omitempty"`
	RemoteAddr string            `json:"remote_addr"`
	Token      TokenState        `json:"token"`
	// TokenNumber is the token's place in Tokens, from 1; 0 if it has none.
	TokenNumber int `json:"token_number,omitempty"`
	// Cookie is what the router thought of a session cookie of the right name,
	// "" without one. With a token it is refused, as it does not count.
	Cookie TokenState `json:"cookie,omitempty"`
	// CookieNumber is the cookie's place in Cookies, from 1; 0 if it has none.
	CookieNumber int `json:"cookie_number,omitempty"`
	// Status is the HTTP status answered, 0 while there is no answer.
	Status int `json:"status"`
	// Stat and Code are those of the envelope, where one was answered.
	Stat string `json:"stat,omitempty"`
	Code *int   `json:"code,omitempty"`
}

// requestLog keeps what arrived, and wakes those who wait for it.
type requestLog struct {
	mu           sync.Mutex
	kept         []*Request
	counts       map[string]int
	inFlight     int
	mostInFlight int
	connections  map[string]bool // remote address → wedged
	changed      chan struct{}   // closed and replaced with every change
}

// keptRequests is how many requests a router remembers at most.
const keptRequests = 10_000

func newRequestLog() *requestLog {
	return &requestLog{
		counts:      make(map[string]int),
		connections: make(map[string]bool),
		changed:     make(chan struct{}),
	}
}

// arrive notes a request. left must be called once it is answered, and may be
// called again.
func (l *requestLog) arrive(entry *Request) (wedged bool, left func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) >= keptRequests { // a demo runs for days
		l.kept = slices.Delete(l.kept, 0, keptRequests/10)
	}
	l.kept = append(l.kept, entry)
	l.counts[entry.Endpoint]++
	l.inFlight++
	l.mostInFlight = max(l.mostInFlight, l.inFlight)
	wedged = l.connections[entry.RemoteAddr]
	l.connections[entry.RemoteAddr] = wedged
	l.wake()
	return wedged, sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.inFlight--
		l.wake()
	})
}

func (l *requestLog) answered(entry *Request, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.Status, entry.Stat, entry.Code = a.status, a.stat, a.code
}

// wake is called with the lock held.
func (l *requestLog) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *requestLog) count(endpoint string) int {
	if endpoint != EveryEndpoint {
		return l.counts[endpoint]
	}
	all := 0
	for _, count := range l.counts {
		all += count
	}
	return all
}

// wait returns once reached says yes; reached is called with the lock held.
func (l *requestLog) wait(ctx context.Context, what string, reached func() bool) error {
	for {
		l.mu.Lock()
		done, changed := reached(), l.changed
		l.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		}
	}
}

// Requests are the requests in order of arrival since the last ClearRequests,
// of very many at least the last 9,000.
func (r *Router) Requests() []Request {
	l := r.requests
	l.mu.Lock()
	defer l.mu.Unlock()
	requests := make([]Request, len(l.kept))
	for i, entry := range l.kept {
		requests[i] = *entry
		requests[i].Params = maps.Clone(entry.Params)
	}
	return requests
}

// ClearRequests begins the log, the counts and MostInFlight anew.
func (r *Router) ClearRequests() {
	l := r.requests
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = nil
	clear(l.counts)
	l.mostInFlight = l.inFlight
}

// Count is how many requests to an endpoint arrived since the last
// ClearRequests, whatever became of them; "*" counts all.
func (r *Router) Count(endpoint string) int {
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	return r.requests.count(endpoint)
}

// WaitFor returns once Count(endpoint) is n or more. A request counts as soon as
// it has arrived, before any fault or hang.
func (r *Router) WaitFor(ctx context.Context, endpoint string, n int) error {
	return r.requests.wait(ctx, fmt.Sprintf("request %d to %s", n, endpoint), func() bool {
		return r.requests.count(endpoint) >= n
	})
}

// InFlight is how many requests have arrived and have no full answer yet. A
// request leaves before the last of its answer is on the way, so that a client
// which has the answer is never seen with two.
func (r *Router) InFlight() int {
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	return r.requests.inFlight
}

// MostInFlight is the highest InFlight since the last ClearRequests.
func (r *Router) MostInFlight() int {
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	return r.requests.mostInFlight
}

// WaitIdle returns once no request is in flight.
func (r *Router) WaitIdle(ctx context.Context) error {
	return r.requests.wait(ctx, "no request in flight", func() bool {
		return r.requests.inFlight == 0
	})
}

// WedgeConnections makes every connection seen so far silent: the next request
// on it hangs until the client leaves, while new connections work. That is what
// a reboot, or a carrier that drops idle flows, does to pooled connections
// (field notes, Transport and errors).
func (r *Router) WedgeConnections() {
	l := r.requests
	l.mu.Lock()
	defer l.mu.Unlock()
	for address := range l.connections {
		l.connections[address] = true
	}
}

// forget frees an address: its connection is gone, another may get the port.
func (l *requestLog) forget(request *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.connections, request.RemoteAddr)
}
