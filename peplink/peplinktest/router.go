package peplinktest

import (
	"io/fs"
	"maps"
	"slices"
	"sync"
	"time"
)

// Router is a simulated router: an http.Handler for its API below /api/. It is
// safe for concurrent use, and a test may change it while it serves.
type Router struct {
	model             *model
	clock             *Clock
	tokenLife         time.Duration
	numbersAsStrings  bool
	unauthorizedAs401 bool
	documents         *documents
	sessions          *sessions
	faults            *faults
	requests          *requestLog
	connections       *Connections
	closed            chan struct{}
	close             func()

	mu         sync.Mutex
	times      instant
	forbidden  map[string]bool // by endpoint
	identities []*identity     // of the sockets that speak TLS
}

// New makes a router of one of the Models. It is started now, by its clock.
func New(model string, opts ...Option) (*Router, error) {
	loaded, err := embeddedModel(model)
	if err != nil {
		return nil, err
	}
	return newRouter(loaded, opts), nil
}

// NewFrom makes a router from other models: a file system with a folder for
// each, as in this package's models folder.
func NewFrom(models fs.FS, model string, opts ...Option) (*Router, error) {
	loaded, err := loadModel(models, model)
	if err != nil {
		return nil, err
	}
	return newRouter(loaded, opts), nil
}

func newRouter(m *model, opts []Option) *Router {
	o := options{tokenLife: DefaultTokenLife, sessionIdle: DefaultSessionIdle, keptRequests: DefaultRequestLog}
	for _, option := range opts {
		option(&o)
	}
	o.complete(m)
	now := o.clock.Now()
	closed := make(chan struct{})
	r := &Router{
		model:             m,
		clock:             o.clock,
		tokenLife:         o.tokenLife,
		numbersAsStrings:  o.numbersAsStrings,
		unauthorizedAs401: o.unauthorizedAs401,
		documents:         newDocuments(m),
		sessions:          newSessions(m, o),
		faults:            newFaults(),
		requests:          newRequestLog(o.keptRequests),
		connections:       newConnections(),
		closed:            closed,
		close:             sync.OnceFunc(func() { close(closed) }),
		times:             instant{started: now, booted: now, seed: o.seed, scenes: *o.scenes},
		forbidden:         make(map[string]bool),
	}
	r.Forbid(o.forbidden...)
	return r
}

// Clock is the router's clock.
func (r *Router) Clock() *Clock { return r.clock }

// Model is the name of the router's model.
func (r *Router) Model() string { return r.model.Name }

// Firmware is the version the model runs, as info.firmware words it.
func (r *Router) Firmware() string { return r.model.Firmware }

// TakesClients says whether the model has API clients; some have user logins
// only (field notes, Sessions and tokens).
func (r *Router) TakesClients() bool { return r.model.takes("client") }

// TakesUsers says whether the model has user logins.
func (r *Router) TakesUsers() bool { return r.model.takes("user") }

// Reboot loses all tokens and cookies, and starts uptimes and counters at 0
// from now. The usage of an allowance lives on. Connections stay: see
// WedgeConnections.
func (r *Router) Reboot() {
	r.RevokeTokens()
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times.booted, r.times.rebooted = now, true
}

// Close ends every hang by cutting its connection, and lets none begin. Call it
// before the Close of an httptest.Server, which waits for its requests.
func (r *Router) Close() { r.close() }

// Forbid takes from all accounts the right to endpoints: they answer 401 there
// although the session is good everywhere else (field notes, Transport and
// errors).
func (r *Router) Forbid(endpoints ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, endpoint := range endpoints {
		r.forbidden[endpoint] = true
	}
}

// Allow gives back the right to endpoints.
func (r *Router) Allow(endpoints ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, endpoint := range endpoints {
		delete(r.forbidden, endpoint)
	}
}

// Forbidden are the endpoints no account may read, sorted.
func (r *Router) Forbidden() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.forbidden))
}

// forbids says whether no account may read an endpoint.
func (r *Router) forbids(endpoint string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forbidden[endpoint]
}

// instant is now, with the last boot; while the router is off, with the next.
func (r *Router) instant() instant {
	at := r.clocked()
	if _, on := reboots(r.model.scenes, at); on.After(at.booted) {
		at.booted, at.rebooted = on, true
	}
	return at
}

// clocked is now, by what a test has done to the router.
func (r *Router) clocked() instant {
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.times
	at.now = now
	return at
}

// isOff says whether the router is off for a reboot of its own.
func (r *Router) isOff() bool {
	at := r.clocked()
	_, on := reboots(r.model.scenes, at)
	return at.now.Before(on)
}

// validity is by when sessions are judged.
func (r *Router) validity() validity {
	at := r.clocked()
	off, _ := reboots(r.model.scenes, at)
	return validity{now: at.now, lost: off}
}
