package peplinktest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestServeTLS(t *testing.T) {
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := peplinktest.SelfSigned("127.0.0.1", "router.example")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	server, err := router.Serve(ctx, "127.0.0.1:0", &certificate)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate.Leaf)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, NextProtos: []string{"h2", "http/1.1"}}, ForceAttemptHTTP2: true,
	}
	defer transport.CloseIdleConnections()
	b := &bench{Router: router, t: t, url: server.URL, client: &http.Client{Transport: transport}}
	response, err := b.client.Do(b.request(http.MethodGet, "/api/"+firmware, ""))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.Proto != "HTTP/1.1" {
		t.Errorf("the router spoke %s to a client that offers HTTP/2", response.Proto)
	}
	shown := tls.Certificate{Certificate: [][]byte{response.TLS.PeerCertificates[0].Raw}}
	if got, want := peplinktest.Fingerprint(shown), peplinktest.Fingerprint(certificate); got != want || len(got) != 64 {
		t.Errorf("fingerprint %s shown, want %s", got, want)
	}
	if err := certificate.Leaf.VerifyHostname("router.example"); err != nil {
		t.Error(err)
	}
	end()
	if err := server.Close(); err != nil { // waits until the server has ended
		t.Error(err)
	}
	if _, err := b.do(b.request(http.MethodGet, "/api/"+firmware, "")); err == nil {
		t.Error("the server outlived its context")
	}
	if err := server.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

func TestSelfSignedUntil(t *testing.T) {
	for _, end := range []time.Time{time.Now().Add(time.Hour), time.Now().AddDate(-1, 0, 0)} {
		certificate, err := peplinktest.SelfSignedUntil(end, "localhost")
		if err != nil {
			t.Fatal(err)
		}
		leaf := certificate.Leaf
		if !leaf.NotAfter.Equal(end.Truncate(time.Second)) || !leaf.NotBefore.Before(leaf.NotAfter) {
			t.Errorf("valid from %v until %v, want until %v", leaf.NotBefore, leaf.NotAfter, end)
		}
	}
}

func TestServeWhereThereIsNoAddress(t *testing.T) {
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	if server, err := router.Serve(t.Context(), "192.0.2.1:0", nil); err == nil {
		_ = server.Close()
		t.Error("served on an address this machine does not have")
	}
}

// Tests may bring a server of their own, even one that speaks what no router does.
func TestBehindAnotherServer(t *testing.T) {
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(router)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	b := &bench{Router: router, t: t, url: server.URL, client: server.Client()}
	if got := b.must(b.request(http.MethodGet, "/api/"+firmware, "")).status; got != http.StatusHTTPVersionNotSupported {
		t.Errorf("status %d over HTTP/2, want 505", got)
	}
	router.SetFault(firmware, peplinktest.Fault{Hang: true})
	overHTTP1 := server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	overHTTP1.NextProtos = nil
	b.client = &http.Client{Transport: &http.Transport{TLSClientConfig: overHTTP1}}
	defer b.client.CloseIdleConnections()
	p := b.start(t.Context(), firmware, "")
	if err := b.WaitFor(t.Context(), firmware, 2); err != nil {
		t.Fatal(err)
	}
	router.Close()
	<-p.done
	if p.err == nil {
		t.Error("the request was answered by a closed router")
	}
}
