package peplinktest

import (
	"crypto/tls"
	"time"
)

// The API client every router with API clients knows unless WithClient says
// otherwise. The values are recognisable, so that a test can search any output
// for them.
const (
	ClientID     = "c11e47000000000000000000000000aa"
	ClientSecret = "5ec2e7000000000000000000000000bb"
)

// The read-only user every router with user logins knows.
const (
	Username = "simulated-reader"
	Password = "pa55w04d-of-the-simulated-reader"
)

// The administrator every router with user logins knows.
const (
	AdminName     = "simulated-admin"
	AdminPassword = "pa55w04d-of-the-simulated-admin"
)

// DefaultTokenLife is how long a token lives unless WithTokenLife says
// otherwise (API document, POST auth.token.grant: expiresIn 172800).
const DefaultTokenLife = 172800 * time.Second

// DefaultSessionIdle is after how long without a request a login ends: the time-out of
// the web administration (API document, POST login), for which four hours is a
// usual setting.
const DefaultSessionIdle = 4 * time.Hour

// Option changes how a router is made.
type Option func(*options)

type options struct {
	clock             *Clock
	clients           []client
	tokenLife         time.Duration
	numbersAsStrings  bool
	unauthorizedAs401 bool
	certificate       *tls.Certificate
	lockAfter         int
	lockFor           time.Duration
}

func newOptions(opts []Option) options {
	o := options{tokenLife: DefaultTokenLife}
	for _, option := range opts {
		option(&o)
	}
	return o
}

// complete fills in what no option has said.
func (o *options) complete() {
	if o.clock == nil {
		o.clock = SystemClock()
	}
	if o.clients == nil {
		o.clients = []client{readOnly(ClientID, ClientSecret)}
	}
}

// WithClock gives the router its clock. The default is a SystemClock.
func WithClock(c *Clock) Option {
	return func(o *options) { o.clock = c }
}

// WithClient names an API client the router knows, in place of the default one.
// Given several times, the router knows several.
func WithClient(id, secret string) Option {
	return func(o *options) { o.clients = append(o.clients, readOnly(id, secret)) }
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

// WithHTTP401 makes the router answer a missing or refused session with a real
// HTTP 401 with the usual body (field notes, Transport and errors).
func WithHTTP401() Option {
	return func(o *options) { o.unauthorizedAs401 = true }
}

// WithLockout lets nobody log in for a while, by the router's clock, after that
// many wrong passwords in a row, also not with the right one. Whether and when
// real routers do is not known (field notes, Sessions and tokens: lockouts).
func WithLockout(after int, while time.Duration) Option {
	return func(o *options) { o.lockAfter, o.lockFor = after, while }
}

// WithCertificate makes Start serve the router over HTTPS, with the
// certificate.
func WithCertificate(certificate tls.Certificate) Option {
	return func(o *options) { o.certificate = &certificate }
}
