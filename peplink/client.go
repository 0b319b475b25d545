// Package peplink is a client of the HTTP API of Peplink and Pepwave routers.
//
// A [Client] speaks to one router. Its methods, one for each endpoint, return an
// [Answer]: what the router said, with everything that was missing or unreadable
// told apart from zero. All requests of a Client share one session, which is
// granted once, renewed before it expires and replaced when the router has lost it.
//
// A program that reads a router's WANs:
//
//	client := peplink.New(peplink.Options{
//		URL:         &url.URL{Scheme: "https", Host: "192.0.2.1"},
//		TLS:         peplink.TLS{Fingerprints: [][sha256.Size]byte{fingerprint}},
//		Credentials: func() (peplink.Credentials, error) { return credentials, nil },
//	})
//	defer client.Close()
//	answer, err := client.WANConnections(ctx)
//	if err != nil {
//		return err
//	}
//	for _, wan := range answer.Value.Entries() {
//		fmt.Println(wan.ID, wan.Value.Name, wan.Value.Message)
//	}
//	return client.EndSession(ctx)
//
// It changes nothing on a router, but for the lines that grants and logins write into its
// event log. What acts is in package manage.
//
// The package rests on two texts, cited as "API document" (the vendor's Router API
// documentation) and "field notes" (what routers of firmware 8.3 to 8.6 were seen to
// send). Where they differ, the field notes win.
//
// It knows neither metrics nor logs: failures are an [*Error] with a [Reason], and
// what happened on the wire is told to an observer.
package peplink

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Options say how a router is reached. URL and Credentials are required.
type Options struct {
	// URL has scheme, host and port; the API is below /api (API document, API Resource URL).
	URL *url.URL
	// Credentials are read before each grant, so that they can be rotated.
	Credentials func() (Credentials, error)
	TLS         TLS
	// Proxy is http, https or socks5; nil for none. The certificate of an https proxy is
	// judged by the system's CAs, whatever TLS says.
	Proxy *url.URL
	// ConnectTimeout bounds dial, proxy and TLS handshake together; default 5 s.
	ConnectTimeout time.Duration
	// GrantTimeout bounds a grant that is asked for ahead of time, or without a deadline;
	// default 30 s. Any other ends when nobody waits for it any more.
	GrantTimeout time.Duration
	// MaxIdleConnections is how many connections are kept open without use; default 1.
	MaxIdleConnections int
	// Observe is told once of each request, grants and retries included, from the goroutine
	// that made it and with its context; nil for nobody.
	Observe func(context.Context, Exchange)
	Now     func() time.Time // default time.Now
}

// A Client asks one router. It is safe for concurrent use. How many requests the router
// gets at once is for the caller to say.
type Client struct {
	base      *url.URL
	transport *http.Transport
	verifier  *verifier
	wire      *wire
	session   *session
	dialects  *dialects
	observe   func(context.Context, Exchange)
	// deadAfter is how long a connection may be idle before it is suspected to be dead.
	deadAfter time.Duration
}

// New returns a client that has not asked anything yet.
func New(o Options) *Client {
	if o.ConnectTimeout <= 0 {
		o.ConnectTimeout = 5 * time.Second
	}
	if o.GrantTimeout <= 0 {
		o.GrantTimeout = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.MaxIdleConnections = max(o.MaxIdleConnections, 1)
	host := o.TLS.ServerName
	if host == "" {
		host = o.URL.Hostname()
	}
	base := *o.URL
	base.Path = "/api"
	client := &Client{
		base:      &base,
		verifier:  &verifier{settings: o.TLS, host: host, now: o.Now},
		wire:      &wire{},
		observe:   o.Observe,
		deadAfter: deadAfter,
	}
	client.transport = newTransport(o, client.verifier, client.wire)
	client.session = newSession(o, client.begin)
	client.dialects = &dialects{
		now:      o.Now,
		session:  func() uint64 { return client.session.status().Number },
		refusals: map[string]pastRefusal{},
	}
	return client
}

// Close ends a grant under way and closes idle connections.
func (c *Client) Close() {
	c.session.end()
	c.transport.CloseIdleConnections()
}

// Status tells what is known of the way to the router. Asking for it asks the router
// nothing.
type Status struct {
	Session             SessionStatus
	ReceivedBytes       uint64 // on the wire, TLS included
	TransmittedBytes    uint64
	CertificateNotAfter time.Time // of the certificate shown last, also when refused; zero where none was
	Verification        Verification
}

// Status tells what is known of the way to the router.
func (c *Client) Status() Status {
	status := Status{
		Session:          c.session.status(),
		ReceivedBytes:    c.wire.received.Load(),
		TransmittedBytes: c.wire.transmitted.Load(),
		Verification:     c.verifier.method(c.base.Scheme),
	}
	if notAfter := c.verifier.notAfter.Load(); notAfter != nil {
		status.CertificateNotAfter = *notAfter
	}
	return status
}

// An Answer is what an endpoint answered.
type Answer[T any] struct {
	Value T
	// Unreadable counts the fields and objects that were there but could not be read.
	Unreadable int
}

// orNil returns the answer, nil where nothing of it was read.
func (a *Answer[T]) orNil(read int) *Answer[T] {
	if read == 0 {
		return nil
	}
	return a
}

// get asks an endpoint within the session, and changes nothing.
func get[T any](ctx context.Context, c *Client, r request) (*Answer[T], error) {
	r.method = http.MethodGet
	return ask[T](ctx, c, r)
}

// ask makes a request within the session. A 401 costs one new token and one repetition,
// because it says that nothing was done.
func ask[T any](ctx context.Context, c *Client, r request) (*Answer[T], error) {
	credential, err := c.session.token(ctx)
	if err != nil {
		return nil, err
	}
	answer := &Answer[T]{}
	if _, isNothing := any(&answer.Value).(*struct{}); !isNothing {
		r.into = &answer.Value
	}
	answer.Unreadable, err = c.send(ctx, credential.authorize(r, c.base))
	if errors.Is(err, errUnauthorized) {
		if credential, err = c.session.replace(ctx, credential, r); err != nil {
			return nil, err
		}
		answer.Unreadable, err = c.send(ctx, credential.authorize(r, c.base))
		if errors.Is(err, errUnauthorized) {
			c.session.reject(credential)
			return nil, forbidden(r)
		}
	}
	if err != nil {
		return nil, err
	}
	if r.endpoint != firmwareEndpoint { // which accepts anything
		c.session.accept(credential, r)
	}
	return answer, nil
}
