package peplinktest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func (b *bench) wantConnections(accepted, open int) {
	b.t.Helper()
	if err := b.Connections().WaitOpen(b.t.Context(), open); err != nil {
		b.t.Fatal(err)
	}
	if got := b.Connections().Accepted(); got != accepted {
		b.t.Errorf("%d connections accepted, want %d", got, accepted)
	}
	if got := b.Connections().Open(); got != open {
		b.t.Errorf("%d connections open, want %d", got, open)
	}
}

func TestConnectionsAreCounted(t *testing.T) {
	b := newBench(t)
	b.wantConnections(0, 0)
	for range 3 { // kept alive
		b.must(b.request(http.MethodGet, "/api/"+firmware, ""))
	}
	b.wantConnections(1, 1)
	b.client.CloseIdleConnections()
	b.wantConnections(1, 0)
	b.must(b.request(http.MethodGet, "/api/"+firmware, ""))
	var dialer net.Dialer
	silent, err := dialer.DialContext(t.Context(), "tcp", b.url[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	b.wantConnections(3, 2)
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	b.wantConnections(3, 1)
}

func TestConnectionsToTheControlPortAreNotCounted(t *testing.T) {
	b, port := controlled(t)
	port.must(port.request(http.MethodGet, "/state", ""))
	b.wantConnections(0, 0)
}

func TestWaitingForConnectionsEndsWithItsContext(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Connections().WaitOpen(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
	if err := b.Connections().WaitOpen(ctx, 0); err != nil {
		t.Errorf("error %v for what is already so", err)
	}
}

func TestConnectionsOfAnotherServer(t *testing.T) {
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(router)
	server.Config.ConnState = router.Connections().Track
	server.Start()
	defer server.Close()
	b := &bench{Router: router, t: t, url: server.URL, client: server.Client()}
	b.must(b.request(http.MethodGet, "/api/"+firmware, ""))
	b.wantConnections(1, 1)
}

func TestRouterOfOldTLS(t *testing.T) {
	b := newBench(t)
	config, err := peplinktest.RSAKeyExchange("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	server, err := b.ServeTLS(t.Context(), "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	over := func(suites []uint16) (*tls.ConnectionState, error) {
		transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, CipherSuites: suites}}
		defer transport.CloseIdleConnections()
		request := b.request(http.MethodGet, "/api/"+firmware, "")
		request.URL.Scheme, request.URL.Host = "https", server.URL[len("https://"):]
		response, err := transport.RoundTrip(request)
		if err != nil {
			return nil, err
		}
		return response.TLS, response.Body.Close()
	}
	if state, err := over(nil); err == nil {
		t.Errorf("a client of today's cipher suites got through, with %s", tls.CipherSuiteName(state.CipherSuite))
	}
	state, err := over([]uint16{tls.TLS_RSA_WITH_AES_256_GCM_SHA384})
	if err != nil {
		t.Fatal(err)
	}
	if state.Version != tls.VersionTLS12 || state.CipherSuite != tls.TLS_RSA_WITH_AES_256_GCM_SHA384 {
		t.Errorf("version %x, suite %s", state.Version, tls.CipherSuiteName(state.CipherSuite))
	}
	b.wantConnections(2, 0) // the refused handshake was a connection too
}
