package peplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// idleTimeout is how long a connection to a router is kept without use: longer than
// usual scrape intervals, so that a router's small CPU is spared handshakes.
const idleTimeout = 5 * time.Minute

// maxHeader is how many bytes of header an answer may have: more than the cookies that are
// kept.
const maxHeader = 128 << 10

// wire counts the bytes that pass between exporter and router, TLS included: what
// monitoring costs on a metered SIM.
type wire struct {
	received, transmitted atomic.Uint64
	sealed                atomic.Bool // no new connection is made
}

// errSealed is why a client whose session is ended does not dial.
var errSealed = errors.New("no connection is open")

// conn counts what passes through a connection.
type conn struct {
	net.Conn
	wire *wire
}

func (c conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.wire.received.Add(uint64(n)) //nolint:gosec // never negative
	return n, err
}

func (c conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.wire.transmitted.Add(uint64(n)) //nolint:gosec // never negative
	return n, err
}

// proxyError tells that a proxy would not open a way to the router.
type proxyError struct{ status string }

func (e *proxyError) Error() string { return "the proxy answered " + e.status }

// newTransport makes the connections to one router: HTTP/1.1 only, kept alive, through
// the given proxy or none. The environment's proxy settings are not used. The transport
// is used without an http.Client around it, which would follow redirects, and would put
// the URL with its token into errors.
func newTransport(o Options, verifier *verifier, wire *wire) *http.Transport {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if wire.sealed.Load() {
			return nil, errSealed
		}
		until := time.Now().Add(o.ConnectTimeout)
		plain, err := (&net.Dialer{Deadline: until}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		_ = plain.SetDeadline(until) // it ends with GotConn, when proxy and TLS are through
		return conn{Conn: plain, wire: wire}, nil
	}
	transport := &http.Transport{
		DialContext:     dial,
		TLSClientConfig: verifier.config(),
		// An empty map, unlike nil, keeps HTTP/2 off: routers speak 1.1, and an HTTP/2
		// connection stays wedged after a failover.
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{},
		IdleConnTimeout:        idleTimeout,
		MaxIdleConnsPerHost:    o.MaxIdleConnections,
		MaxResponseHeaderBytes: maxHeader,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return &proxyError{status: answer.Status}
			}
			return nil
		},
	}
	if o.Proxy != nil {
		transport.Proxy = http.ProxyURL(o.Proxy)
		if o.Proxy.Scheme == "https" {
			transport.DialTLSContext = dialTLSProxy(o.Proxy.Hostname(), dial)
		}
	}
	return transport
}

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dialTLSProxy makes TLS connections to a proxy. What is configured of the router's
// certificate says nothing of the proxy's: the system's CAs judge that.
func dialTLSProxy(host string, dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		plain, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		secured := tls.Client(plain, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = plain.Close()
			return nil, fmt.Errorf("handshake with the proxy: %w", err)
		}
		return secured, nil
	}
}

// Carriers drop idle flows silently: a connection that was not used for a while may be
// dead without a sign of it. A request on one is given up early and made once more.
const (
	deadAfter    = 20 * time.Second // of idleness
	deadPatience = 3 * time.Second  // for the first byte of an answer
)

// errDeadConnection is the cause with which a request on a dead connection is given up.
var errDeadConnection = errors.New("no answer on a connection that was idle")

type timeLeftKey struct{}

// WithTimeLeft returns a context that tells requests until when their answers are waited
// for, without ending them then: others may wait longer.
func WithTimeLeft(ctx context.Context, deadline time.Time) context.Context {
	return context.WithValue(ctx, timeLeftKey{}, deadline)
}

// deadline returns until when the answer to a request is waited for.
func deadline(ctx context.Context) (time.Time, bool) {
	if at, ok := ctx.Deadline(); ok {
		return at, true
	}
	at, ok := ctx.Value(timeLeftKey{}).(time.Time)
	return at, ok
}

// way is how far one request came on its way to the router. The transport may still be in
// the handshake when the request has given up, hence the lock.
type way struct {
	mu          sync.Mutex
	handshake   error // with which it failed
	isConnected bool  // there was a connection on which to ask the router
	wasOpen     bool  // before the request
	dead        *time.Timer
}

// watch returns a context under which a request reports how far it comes. It ends with the
// cause [errDeadConnection] when a connection that was idle for longer than after brings no
// first byte in time.
func watch(ctx context.Context, after time.Duration) (context.Context, *way, context.CancelFunc) {
	patience := deadPatience
	if at, ok := deadline(ctx); ok {
		patience = min(patience, time.Until(at)/3)
	}
	w := &way{}
	ctx, cancel := context.WithCancelCause(ctx)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.handshake = err
		},
		GotConn: func(got httptrace.GotConnInfo) {
			_ = got.Conn.SetDeadline(time.Time{})
			w.mu.Lock()
			defer w.mu.Unlock()
			w.isConnected, w.wasOpen = true, got.Reused
			if got.Reused && got.IdleTime > after {
				w.dead = time.AfterFunc(patience, func() { cancel(errDeadConnection) })
			}
		},
		GotFirstResponseByte: w.isAlive,
	})
	return ctx, w, func() {
		w.isAlive()
		cancel(nil)
	}
}

// isAlive ends the wait for a sign of life.
func (w *way) isAlive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead != nil {
		w.dead.Stop()
	}
}

// isReused reports whether the connection was open before.
func (w *way) isReused() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wasOpen
}

// failure tells whether there was a connection, and returns the handshake's error if it is
// what made the request fail with err.
func (w *way) failure(err error) (isConnected bool, handshake error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.handshake != nil && errors.Is(err, w.handshake) {
		handshake = w.handshake
	}
	return w.isConnected, handshake
}
