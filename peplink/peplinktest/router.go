package peplinktest

import (
	"io/fs"
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
	closed            chan struct{}
	close             func()

	mu    sync.Mutex
	times instant
}

// New makes a router of one of the Models. It is started now, by its clock.
func New(model string, opts ...Option) (*Router, error) {
	return NewFrom(embeddedModels(), model, opts...)
}

// NewFrom makes a router from other models: a file system with a folder for
// each, as in this package's models folder.
func NewFrom(models fs.FS, model string, opts ...Option) (*Router, error) {
	o := options{tokenLife: DefaultTokenLife}
	for _, option := range opts {
		option(&o)
	}
	if o.clock == nil {
		o.clock = SystemClock()
	}
	if o.clients == nil {
		o.clients = map[string]string{ClientID: ClientSecret}
	}
	loaded, err := loadModel(models, model)
	if err != nil {
		return nil, err
	}
	documents, err := newDocuments(loaded, o.seed)
	if err != nil {
		return nil, err
	}
	now := o.clock.Now()
	closed := make(chan struct{})
	return &Router{
		model:             loaded,
		clock:             o.clock,
		tokenLife:         o.tokenLife,
		numbersAsStrings:  o.numbersAsStrings,
		unauthorizedAs401: o.unauthorizedAs401,
		documents:         documents,
		sessions:          &sessions{clients: o.clients, tokens: make(map[string]token)},
		faults:            newFaults(),
		requests:          newRequestLog(),
		closed:            closed,
		close:             sync.OnceFunc(func() { close(closed) }),
		times:             instant{started: now, booted: now},
	}, nil
}

// Clock is the router's clock.
func (r *Router) Clock() *Clock { return r.clock }

// Model is the name of the router's model.
func (r *Router) Model() string { return r.model.Name }

// Firmware is the version the model runs, as info.firmware words it.
func (r *Router) Firmware() string { return r.model.Firmware }

// Reboot loses all tokens, and starts uptimes and counters at 0 from now. The
// usage of an allowance lives on. Connections stay: see WedgeConnections.
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

func (r *Router) instant() instant {
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.times
	at.now = now
	return at
}
