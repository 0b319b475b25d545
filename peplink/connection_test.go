package peplink_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// connections counts those that the router has got requests on.
func (b *bench) connections() int {
	seen := map[string]bool{}
	for _, request := range b.Requests() {
		seen[request.RemoteAddr] = true
	}
	return len(seen)
}

func TestKeepAlive(t *testing.T) {
	certificate := selfSigned(t, local)
	for name, s := range map[string]setup{
		"http":  {},
		"https": {certificate: certificate, options: func(o *peplink.Options) { o.TLS.RootCAs = poolOf(certificate) }},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, s)
			for range 5 {
				ok(t, b.wans())
				ok(t, b.allowances())
			}
			if got := b.connections(); got != 1 {
				t.Errorf("%d connections for %d requests, want 1", got, b.Count(peplinktest.EveryEndpoint))
			}
		})
	}
}

// A router's failure in words says nothing against the connection.
func TestKeepAliveAfterFailure(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithHTTP401()}})
	ok(t, b.allowances())
	for _, fault := range []peplinktest.Fault{{Forbidden: true}, {LoginPage: true}, {Fail: &peplinktest.Fail{Message: "unknown function"}}} {
		b.SetFault(wan, fault)
		if err := b.wans(); err == nil {
			t.Errorf("%+v is no failure", fault)
		}
	}
	ok(t, b.allowances())
	if got := b.connections(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

// After a transport error no pooled connection is trusted: all may be wedged.
func TestConnectionsDropped(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{"cut": {Cut: true}, "no answer in time": {Hang: true}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{options: func(o *peplink.Options) { o.MaxIdleConnections = 3 }})
			ok(t, b.wans())
			b.SetFault(wan, peplinktest.Fault{Hang: true})
			answers := make(chan []error, 1)
			go func() { answers <- atOnce(3, b.wans) }()
			b.waitFor(wan, 4)
			b.ClearFault(wan)
			for _, err := range <-answers {
				ok(t, err)
			}
			before := map[string]bool{}
			for _, request := range b.Requests() {
				before[request.RemoteAddr] = true
			}

			b.SetFault(allowance, fault)
			ctx, leave := context.WithCancel(t.Context())
			failed := make(chan error, 1)
			go func() {
				_, err := b.client.Allowances(ctx, noneCellular)
				failed <- err
			}()
			b.waitFor(allowance, 1)
			if fault.Hang {
				leave()
			}
			if err := <-failed; err == nil {
				t.Fatal("no failure")
			}
			leave()
			b.ClearRequests()
			for _, err := range atOnce(3, b.wans) {
				ok(t, err)
			}
			for _, request := range b.Requests() {
				if before[request.RemoteAddr] {
					t.Errorf("%s: connection %s is still in use", request.Endpoint, request.RemoteAddr)
				}
			}
		})
	}
}

func TestWireBytes(t *testing.T) {
	certificate := selfSigned(t, local)
	b := newBench(t, setup{certificate: certificate, options: skipVerify})
	if got := b.client.Status(); got.ReceivedBytes != 0 || got.TransmittedBytes != 0 {
		t.Errorf("%d received and %d transmitted before the first request", got.ReceivedBytes, got.TransmittedBytes)
	}
	var last peplink.Status
	body := `{"stat":"ok","response":{}}`
	b.SetFault(allowance, peplinktest.Fault{Body: &body})
	ok(t, b.allowances())
	first := b.client.Status()
	if least := uint64(len(certificate.Certificate[0]) + len(body)); first.ReceivedBytes < least {
		t.Errorf("%d bytes received, want certificate and answer at least: %d", first.ReceivedBytes, least)
	}
	last = first
	for range 3 {
		ok(t, b.allowances())
		now := b.client.Status()
		received, transmitted := now.ReceivedBytes-last.ReceivedBytes, now.TransmittedBytes-last.TransmittedBytes
		if received < uint64(len(body)) || transmitted < uint64(len("GET /api/"+allowance)) || received > first.ReceivedBytes {
			t.Errorf("one more request: %d received and %d transmitted", received, transmitted)
		}
		last = now
	}
	b.SetFault(allowance, peplinktest.Fault{Oversize: 1 << 20})
	_ = b.allowances()
	if got := b.client.Status().ReceivedBytes - last.ReceivedBytes; got < 1<<20 {
		t.Errorf("%d bytes received of 1 MiB", got)
	}
}

func TestWireBytesPlain(t *testing.T) {
	const answer = `{"stat":"ok","response":{"accessToken":"t"}}`
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) })
	_, err := client.WANConnections(t.Context())
	ok(t, err)
	if got := client.Status(); got.ReceivedBytes < 2*uint64(len(answer)) || got.ReceivedBytes > 2000 || got.TransmittedBytes > 2000 {
		t.Errorf("status %+v, want two small answers and requests", got)
	}
}

// The environment's proxy is not used: only the configured one is.
func TestNoProxyOfEnvironment(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		t.Setenv(name, "http://127.0.0.1:1") // where nothing listens
	}
	wantReason(t, ask(t, "http://no-such-router.invalid", quickly), grant, peplink.ReasonDNS)
	wantReason(t, ask(t, "https://no-such-router.invalid", quickly), grant, peplink.ReasonDNS)
}

// What comes with an unexpected status is read, up to 16 KiB: a connection costs more.
func TestKeepAliveAfterStatus(t *testing.T) {
	for _, test := range []struct{ size, connections int }{{10 << 10, 1}, {1 << 20, 3}} {
		var mu sync.Mutex
		connections := map[string]bool{}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			connections[r.RemoteAddr] = true
			if strings.HasSuffix(r.URL.Path, grant) {
				_, _ = w.Write([]byte(`{"stat":"ok","response":{"accessToken":"t"}}`))
				return
			}
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write(make([]byte, test.size))
		}))
		t.Cleanup(server.Close)
		client := newClient(t, peplink.Options{
			URL: parse(t, server.URL), Credentials: sound,
			Observe: func(_ context.Context, e peplink.Exchange) {
				if e.Endpoint == wan && e.Bytes != int64(min(test.size, 16<<10)) {
					t.Errorf("%d bytes read of %d", e.Bytes, test.size)
				}
			},
		})
		for range 3 {
			_, err := client.WANConnections(t.Context())
			wantReason(t, err, wan, peplink.ReasonHTTP)
		}
		if len(connections) != test.connections {
			t.Errorf("%d connections for pages of %d bytes, want %d", len(connections), test.size, test.connections)
		}
	}
}
