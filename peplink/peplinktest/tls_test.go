package peplinktest_test

import (
	"crypto/tls"
	"net/http"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestShowCertificate(t *testing.T) {
	first, err := peplinktest.SelfSigned("127.0.0.1", "router.example")
	if err != nil {
		t.Fatal(err)
	}
	second, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, "max-hd2-8.3", peplinktest.WithCertificate(first))
	b.client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	shows := func(want tls.Certificate, resumed bool) {
		t.Helper()
		r := b.get(firmware)
		shown := tls.Certificate{Certificate: [][]byte{r.TLS.PeerCertificates[0].Raw}}
		if got := peplinktest.Fingerprint(shown); got != peplinktest.Fingerprint(want) || len(got) != 64 || r.TLS.DidResume != resumed {
			t.Errorf("certificate %s (resumed: %v), want %s (%v)", got, r.TLS.DidResume, peplinktest.Fingerprint(want), resumed)
		}
		if r.Proto != "HTTP/1.1" {
			t.Errorf("the router spoke %s to a client that offers HTTP/2", r.Proto)
		}
	}
	shows(first, false)
	b.client.CloseIdleConnections()
	shows(first, true)

	// A request that is being answered is cut: the connection ends with the certificate it was made under.
	b.SetFault(firmware, peplinktest.Fault{HangAfterHeaders: true, Times: 1})
	p := b.start(t.Context(), b.request("GET", firmware, ""))
	<-p.begun
	if err := b.Server.ShowCertificate(second); err != nil {
		t.Fatal(err)
	}
	if <-p.done; p.err == nil {
		t.Error("the request outlived the change")
	}
	b.WaitOpen(0)
	shows(second, false) // a session from before is not resumed
	if err := b.Server.ShowCertificate(first); err != nil {
		t.Fatal(err)
	}
	shows(first, false)
	if err := newBench(t, "max-hd2-8.3").Server.ShowCertificate(first); err == nil {
		t.Error("a router without TLS shows a certificate")
	}
}

func TestSelfSignedUntil(t *testing.T) {
	for _, end := range []time.Time{time.Now().Add(time.Hour), time.Now().AddDate(-1, 0, 0)} {
		certificate, err := peplinktest.SelfSignedUntil(end, "localhost", "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		leaf := certificate.Leaf
		if !leaf.NotAfter.Equal(end.Truncate(time.Second)) || !leaf.NotBefore.Before(leaf.NotAfter) || leaf.VerifyHostname("192.0.2.1") != nil {
			t.Errorf("valid from %v until %v, want until %v", leaf.NotBefore, leaf.NotAfter, end)
		}
	}
}

func TestServeWhereThereIsNoAddress(t *testing.T) {
	if server, err := newRouter(t, "max-hd2-8.3").Serve(t.Context(), "192.0.2.1:0", nil); err == nil {
		_ = server.Close()
		t.Error("served on an address this machine does not have")
	}
}
