package peplink

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
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
	// ConnectTimeout bounds dial and TLS handshake, each; default 5 s. Behind a proxy it
	// bounds all that follows the dial together.
	ConnectTimeout time.Duration
	// GrantTimeout bounds one grant, for which nobody may be waiting; default 30 s.
	GrantTimeout time.Duration
	// MaxConcurrentRequests is how many requests the router gets at once; default 1, for
	// routers have small CPUs (field notes, Transport and errors).
	MaxConcurrentRequests int
	Now                   func() time.Time // default time.Now
}

// A Client asks one router. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	transport *http.Transport
	verifier  *verifier
	wire      *wire
	session   *session
	slots     chan struct{} // holds one element for each request under way
	// staleAfter is how long a connection may be idle before it is suspected to be dead.
	staleAfter time.Duration
	close      context.CancelFunc
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
	o.MaxConcurrentRequests = max(o.MaxConcurrentRequests, 1)
	host := o.TLS.ServerName
	if host == "" {
		host = o.URL.Hostname()
	}
	base := *o.URL
	base.Path = "/api"
	life, end := context.WithCancel(context.Background())
	client := &Client{
		base:     &base,
		verifier: &verifier{settings: o.TLS, host: host},
		wire:     &wire{},
		slots:    make(chan struct{}, o.MaxConcurrentRequests),

		staleAfter: staleAfter,
		close:      end,
	}
	client.transport = newTransport(o, client.verifier, client.wire)
	client.session = &session{
		credentials: o.Credentials,
		grant: func(ctx context.Context, credentials Credentials) (*credential, error) {
			return client.open(ctx, credentials, o.Now)
		},
		now:     o.Now,
		timeout: o.GrantTimeout,
		life:    life,
	}
	return client
}

// Close ends a grant under way and closes idle connections.
func (c *Client) Close() {
	c.session.end(c.close)
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

// get asks an endpoint within the session. A 401 costs one new token and one repetition.
func get[T any](ctx context.Context, c *Client, endpoint string, query url.Values) (*Answer[T], error) {
	credential, err := c.session.token(ctx)
	if err != nil {
		return nil, err
	}
	response, err := c.getWith(ctx, endpoint, query, credential)
	if isRefused(err) {
		if credential, err = c.session.replace(ctx, credential, endpoint); err != nil {
			return nil, err
		}
		if response, err = c.getWith(ctx, endpoint, query, credential); isRefused(err) {
			c.session.reject(credential)
			return nil, forbidden(endpoint)
		}
	}
	if err != nil {
		return nil, err
	}
	if endpoint != firmwareEndpoint { // which accepts anything
		c.session.accept(credential, endpoint)
	}
	return decode[T](endpoint, response)
}

func (c *Client) getWith(ctx context.Context, endpoint string, query url.Values, credential *credential) (json.RawMessage, error) {
	return c.send(ctx, c.authorize(request{method: http.MethodGet, endpoint: endpoint, query: query}, credential))
}

// decode reads the response of an endpoint that answers an object. Some firmware leaves
// out the response, or writes an empty array, where there is nothing to tell.
func decode[T any](endpoint string, response json.RawMessage) (*Answer[T], error) {
	answer := &Answer[T]{}
	if len(response) == 0 || isEmpty(response) {
		return answer, nil
	}
	if response[0] != '{' || json.Unmarshal(response, &answer.Value) != nil {
		return nil, decodeError(endpoint, "the response is not the object that the API document describes")
	}
	answer.Unreadable = unreadableIn(reflect.ValueOf(answer.Value))
	return answer, nil
}
