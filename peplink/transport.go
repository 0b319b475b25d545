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

// wire counts the bytes that pass between exporter and router, TLS included: what
// monitoring costs on a metered SIM.
type wire struct {
	received, transmitted atomic.Uint64
	sealed                atomic.Bool // no new connection is made
}

// errSealed is why a client that gives its session back does not dial.
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
	dialer := &net.Dialer{Timeout: o.ConnectTimeout}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if wire.sealed.Load() {
			return nil, errSealed
		}
		plain, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if o.Proxy != nil { // it may wait for a dead router; the deadline ends with GotConn
			_ = plain.SetDeadline(time.Now().Add(o.ConnectTimeout))
		}
		return conn{Conn: plain, wire: wire}, nil
	}
	transport := &http.Transport{
		DialContext:         dial,
		TLSClientConfig:     verifier.config(),
		TLSHandshakeTimeout: o.ConnectTimeout,
		// An empty map, unlike nil, keeps HTTP/2 off: routers speak 1.1, and an HTTP/2
		// connection stays wedged after a failover.
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{},
		IdleConnTimeout:     idleTimeout,
		MaxIdleConnsPerHost: o.MaxConcurrentRequests,
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

// handshake remembers how far one request came on its way to the router, and its TLS
// failure. The transport may still be in the handshake when the request has given up,
// hence the lock.
type handshake struct {
	mu        sync.Mutex
	err       error
	connected bool
}

// watch returns a context under which a request reports its connection, and its failed
// handshake.
func (h *handshake) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.err = err
		},
		GotConn: func(got httptrace.GotConnInfo) {
			_ = got.Conn.SetDeadline(time.Time{})
			h.mu.Lock()
			defer h.mu.Unlock()
			h.connected = true
		},
	})
}

// isConnected reports whether there was a connection on which to ask the router.
func (h *handshake) isConnected() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.connected
}

// failure returns the handshake's error if it is what made the request fail with err.
func (h *handshake) failure(err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil && errors.Is(err, h.err) {
		return h.err
	}
	return nil
}
