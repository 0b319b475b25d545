package peplink

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// These guards stand behind others, such as that a configured URL is one. Should that
// change, they fail as they say.

func TestRequestsThatCannotBeMade(t *testing.T) {
	c := New(Options{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:9"}})
	t.Cleanup(c.Close)
	for name, r := range map[string]request{
		"method": {method: "NO METHOD", endpoint: "x"},
		"body":   {method: http.MethodPost, endpoint: "x", body: make(chan int)},
	} {
		if _, err := c.send(t.Context(), r); ReasonOf(err) != ReasonHTTP {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoCertificate(t *testing.T) {
	v := &verifier{}
	if err := v.verify(tls.ConnectionState{}); !isCertificateError(err) {
		t.Errorf("no certificate: %v", err)
	}
}

func TestProxyThatCannotBeDialled(t *testing.T) {
	refused := errors.New("refused")
	dial := dialTLSProxy("proxy.example", func(context.Context, string, string) (net.Conn, error) { return nil, refused })
	if _, err := dial(t.Context(), "tcp", "proxy.example:443"); !errors.Is(err, refused) {
		t.Errorf("dialled: %v", err)
	}
}

// The time to connect begins with the dial, and goes on after it.
func TestConnectTimeoutGoesOn(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // which accepts, and says nothing for long
	defer time.AfterFunc(time.Minute, func() { _ = listener.Close() }).Stop()
	c := New(Options{URL: &url.URL{Scheme: "https", Host: listener.Addr().String()}, ConnectTimeout: 50 * time.Millisecond})
	t.Cleanup(c.Close)
	connection, err := c.transport.DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v, want the time to connect to pass", err)
	}
}

// ending is a body that ends when its request is cancelled, as the transport may have it.
type ending struct{ cancel context.CancelFunc }

func (c ending) Read([]byte) (int, error) {
	c.cancel()
	return 0, io.EOF
}
func (ending) Close() error { return nil }

// RoundTrip implements [http.RoundTripper].
func (c ending) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: c}, nil
}

func TestBodyThatEndsWithItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := New(Options{URL: &url.URL{Scheme: "cut", Host: "router"}})
	t.Cleanup(c.Close)
	c.transport.RegisterProtocol("cut", ending{cancel})
	if _, err := c.send(ctx, request{method: http.MethodGet, endpoint: "x"}); ReasonOf(err) != ReasonTimeout {
		t.Errorf("%v (%s), want a timeout", err, ReasonOf(err))
	}
}

// An answer that is there, but too late, is not read to its end.
func TestReadingEndsWithTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var wans WANConnections
	body := `{"stat":"ok","response":{"1":{"x":[` + strings.Repeat("1,", 1<<20) + `1]}}}`
	r := &reader{ctx: ctx, text: []byte(body)}
	if err := r.decode(&envelope{Response: response{into: &wans}}); !errors.Is(err, context.Canceled) || r.fed != 0 {
		t.Errorf("%v after %d bytes", err, r.fed)
	}
}
