package peplinktest

import "time"

// The API client every router knows unless WithClient says otherwise. The
// values are recognisable, so that a test can search any output for them.
const (
	ClientID     = "c11e47000000000000000000000000aa"
	ClientSecret = "5ec2e7000000000000000000000000bb"
)

// DefaultTokenLife is how long a token lives unless WithTokenLife says
// otherwise (API document, POST auth.token.grant: expiresIn 172800).
const DefaultTokenLife = 172800 * time.Second

// Option changes how a router is made.
type Option func(*options)

type options struct {
	clock             *Clock
	clients           map[string]string
	tokenLife         time.Duration
	numbersAsStrings  bool
	unauthorizedAs401 bool
	seed              uint64
}

// WithClock gives the router its clock. The default is a SystemClock.
func WithClock(c *Clock) Option {
	return func(o *options) { o.clock = c }
}

// WithClient names an API client the router knows, in place of the default one.
// Given several times, the router knows several.
func WithClient(id, secret string) Option {
	return func(o *options) {
		if o.clients == nil {
			o.clients = make(map[string]string)
		}
		o.clients[id] = secret
	}
}

// WithTokenLife sets how long tokens live, in whole seconds.
func WithTokenLife(d time.Duration) Option {
	return func(o *options) { o.tokenLife = d }
}

// WithExpiresInString makes a grant answer expiresIn and authorizationType as
// strings, as some routers do (field notes, Sessions and tokens).
func WithExpiresInString() Option {
	return func(o *options) { o.numbersAsStrings = true }
}

// WithHTTP401 makes the router answer a missing or refused token with a real
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
