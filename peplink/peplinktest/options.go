package peplinktest

import (
	"maps"
	"time"
)

// The API client every router with API clients knows unless WithClient says
// otherwise. The values are recognisable, so that a test can search any output
// for them.
const (
	ClientID     = "c11e47000000000000000000000000aa"
	ClientSecret = "5ec2e7000000000000000000000000bb"
)

// The read-only user every router with user logins knows unless WithUser says
// otherwise.
const (
	Username = "simulated-reader"
	Password = "pa55w04d-of-the-simulated-reader"
)

// DefaultTokenLife is how long a token lives unless WithTokenLife says
// otherwise (API document, POST auth.token.grant: expiresIn 172800).
const DefaultTokenLife = 172800 * time.Second

// DefaultSessionIdle is after how long without a request a login ends unless
// WithSessionIdle says otherwise. It is the web administration's time-out (API
// document, POST login), for which four hours is a usual setting.
const DefaultSessionIdle = 4 * time.Hour

// DefaultRequestLog is how many requests a router remembers unless
// WithRequestLog says otherwise.
const DefaultRequestLog = 10_000

// Option changes how a router is made.
type Option func(*options)

type options struct {
	clock             *Clock
	clients           map[string]string
	users             map[string]string
	forbidden         []string
	tokenLife         time.Duration
	sessionIdle       time.Duration
	numbersAsStrings  bool
	unauthorizedAs401 bool
	seed              uint64
	scenes            *bool
	keptRequests      int
}

// complete fills in what no option has said.
func (o *options) complete(m *model) {
	if o.clock == nil {
		o.clock = SystemClock()
	}
	if o.clients == nil {
		o.clients = map[string]string{ClientID: ClientSecret}
	}
	if o.users == nil && m.takes("user") {
		o.users = map[string]string{Username: Password}
	}
	if o.scenes == nil {
		o.scenes = new(o.clock.runs())
	}
}

// WithClock gives the router its clock. The default is a SystemClock.
func WithClock(c *Clock) Option {
	return func(o *options) { o.clock = c }
}

// WithClient names an API client the router knows, in place of the default one.
// Given several times, the router knows several.
func WithClient(id, secret string) Option {
	return func(o *options) { o.clients = also(o.clients, id, secret) }
}

// WithUser names a user of read-only rights the router knows, in place of the
// default one, also if its model has no user logins. Given several times, the
// router knows several.
func WithUser(name, password string) Option {
	return func(o *options) { o.users = also(o.users, name, password) }
}

func also(known map[string]string, name, secret string) map[string]string {
	all := maps.Clone(known)
	if all == nil {
		all = make(map[string]string)
	}
	all[name] = secret
	return all
}

// WithForbidden names endpoints this account may not read: see Forbid.
func WithForbidden(endpoints ...string) Option {
	return func(o *options) { o.forbidden = append(o.forbidden, endpoints...) }
}

// WithTokenLife sets how long tokens live, in whole seconds.
func WithTokenLife(d time.Duration) Option {
	return func(o *options) { o.tokenLife = d }
}

// WithSessionIdle sets after how long without a request a login ends.
func WithSessionIdle(d time.Duration) Option {
	return func(o *options) { o.sessionIdle = d }
}

// WithExpiresInString makes a grant answer expiresIn and authorizationType as
// strings, as some routers do (field notes, Sessions and tokens).
func WithExpiresInString() Option {
	return func(o *options) { o.numbersAsStrings = true }
}

// WithHTTP401 makes the router answer a missing or refused session with a real
// HTTP 401 beside the usual body (field notes, Transport and errors).
func WithHTTP401() Option {
	return func(o *options) { o.unauthorizedAs401 = true }
}

// WithSeed makes a router move in its own way. Routers of equal seed move
// alike. Seed 0, the default, starts exactly at the fixtures; any other starts
// elsewhere within the bounds of each value that wanders.
func WithSeed(seed uint64) Option {
	return func(o *options) { o.seed = seed }
}

// WithScenes says whether the scenes of the model are played: WANs that fail
// over, tunnels that are built anew, reboots. The default is yes with a clock
// that runs, and no with a frozen one: there a test decides what happens.
func WithScenes(on bool) Option {
	return func(o *options) { o.scenes = &on }
}

// WithRequestLog sets how many requests the router remembers at most, 10 at
// least. Large fleets need few.
func WithRequestLog(n int) Option {
	return func(o *options) { o.keptRequests = max(n, 10) }
}
