package peplinktest

import (
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

	mu        sync.Mutex
	booted    time.Time
	staged    pending
	events    []string
	messages  []Message
	forbidden map[string]bool // by endpoint
	watcher   func(endpoint string)
}

// New makes a router of one of the Models. It is started now, by its clock.
func New(model string, opts ...Option) (*Router, error) {
	return newRouter(model, newOptions(opts))
}

func newRouter(model string, o options) (*Router, error) {
	m, err := modelOf(model)
	if err != nil {
		return nil, err
	}
	o.complete()
	closed := make(chan struct{})
	sessions := &sessions{
		clients: o.clients, tokens: make(map[string]token), logins: make(map[string]*login),
		grantEndsOlder: m.GrantEndsOlderTokens, lockAfter: o.lockAfter, lockFor: o.lockFor,
	}
	if m.takes("user") {
		sessions.users = map[string]user{Username: {Password, reader}, AdminName: {AdminPassword, admin}}
	}
	return &Router{
		model:             m,
		clock:             o.clock,
		tokenLife:         o.tokenLife,
		numbersAsStrings:  o.numbersAsStrings,
		unauthorizedAs401: o.unauthorizedAs401,
		documents:         newDocuments(m),
		sessions:          sessions,
		faults:            newFaults(),
		requests:          newRequestLog(),
		connections:       newConnections(),
		closed:            closed,
		close:             sync.OnceFunc(func() { close(closed) }),
		forbidden:         make(map[string]bool),
	}, nil
}

// Clock is the router's clock.
func (r *Router) Clock() *Clock { return r.clock }

// Model is the name of the router's model.
func (r *Router) Model() string { return r.model.Name }

// TakesClients says whether the model has API clients; some have user logins
// only (field notes, Sessions and tokens).
func (r *Router) TakesClients() bool { return r.model.takes("client") }

// TakesUsers says whether the model has user logins.
func (r *Router) TakesUsers() bool { return r.model.takes("user") }

// Reboot loses all tokens and cookies, and cuts every request until that long
// from now. Idle connections stay: see WedgeConnections.
func (r *Router) Reboot(off time.Duration) {
	r.RevokeTokens()
	on := r.clock.Now().Add(off)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.booted = on
}

// Booted is when the router comes or came back from its last reboot, zero if
// there was none.
func (r *Router) Booted() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.booted
}

func (r *Router) isOff() bool { return r.clock.Now().Before(r.Booted()) }

// OnRequest has do called before each request is answered, with its endpoint,
// so that whatever moves can be brought up to date.
func (r *Router) OnRequest(do func(endpoint string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watcher = do
}

func (r *Router) onRequest(endpoint string) {
	r.mu.Lock()
	do := r.watcher
	r.mu.Unlock()
	if do != nil {
		do(endpoint)
	}
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

// forbids says whether no account may read an endpoint.
func (r *Router) forbids(endpoint string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forbidden[endpoint]
}

// State is a router at a glance.
type State struct {
	Model       string           `json:"model"`
	Clock       time.Time        `json:"clock"`
	ValidTokens int              `json:"valid_tokens"`
	InFlight    int              `json:"in_flight"`
	Faults      map[string]Fault `json:"faults"`
	Requests    map[string]int   `json:"requests"` // by endpoint
	Documents   []string         `json:"documents"`
}

// State is the router as it stands. Faults show the times they still hold.
func (r *Router) State() State {
	state := State{
		Model: r.model.Name, Clock: r.clock.Now(), ValidTokens: r.ValidTokens(),
		InFlight: r.InFlight(), Faults: r.faults.standing(),
		Documents: slices.Sorted(maps.Keys(r.model.trees)),
	}
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	state.Requests = maps.Clone(r.requests.counts)
	return state
}
