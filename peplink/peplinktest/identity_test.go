package peplinktest_test

import (
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// visitor is a client that keeps connections and sessions of TLS, and says which certificate it was shown.
func visitor(t *testing.T, url string) func() (fingerprint string, resumed bool) {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, // the test looks at the certificate itself
		// A session that is resumed shows the certificate of its first handshake.
		ClientSessionCache: tls.NewLRUClientSessionCache(1),
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
		},
	}}
	t.Cleanup(transport.CloseIdleConnections)
	b := &bench{t: t, url: url, client: &http.Client{Transport: transport}}
	return func() (string, bool) {
		t.Helper()
		response, err := b.client.Do(b.request(http.MethodGet, "/api/"+firmware, ""))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		shown := tls.Certificate{Certificate: [][]byte{response.TLS.PeerCertificates[0].Raw}}
		return peplinktest.Fingerprint(shown), response.TLS.DidResume
	}
}

func TestChangeCertificate(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1", "router.example")
	if err != nil {
		t.Fatal(err)
	}
	modern := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	old, err := peplinktest.RSAKeyExchange("127.0.0.1", "router.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]*tls.Config{"TLS 1.3": modern, "RSA key exchange": old} {
		t.Run(name, func(t *testing.T) {
			_, port := controlled(t)
			server, err := port.ServeTLS(t.Context(), "127.0.0.1:0", config)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.Close() }()
			first := peplinktest.Fingerprint(config.Certificates[0])
			visit := visitor(t, server.URL)
			if got, _ := visit(); got != first {
				t.Fatalf("certificate %s shown, want %s", got, first)
			}

			port.did("POST", "/certificate", "")
			second, resumed := visit()
			if second == first || resumed {
				t.Errorf("after the change: certificate %s (resumed: %v), want another than %s in a new session", second, resumed, first)
			}
			port.did("POST", "/certificate", "")
			if third, resumed := visit(); third == second || third == first || resumed {
				t.Errorf("after another change: certificate %s (resumed: %v), want a third one", third, resumed)
			}
			port.did("DELETE", "/certificate", "")
			if got, resumed := visit(); got != first || resumed {
				t.Errorf("after all: certificate %s (resumed: %v), want %s again", got, resumed, first)
			}
		})
	}
}

// A request that is being answered is cut too: the connection ends with the certificate it was made under.
func TestChangeCertificateCutsConnections(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	server, err := b.Serve(t.Context(), "127.0.0.1:0", &certificate)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	visiting := &bench{Router: b.Router, t: t, url: server.URL, client: &http.Client{Transport: transport}}
	b.SetFault(firmware, peplinktest.Fault{Hang: true})
	p := visiting.start(t.Context(), firmware, "")
	if err := b.WaitFor(t.Context(), firmware, 1); err != nil {
		t.Fatal(err)
	}
	if err := b.ChangeCertificate(); err != nil {
		t.Fatal(err)
	}
	<-p.done
	if p.err == nil {
		t.Error("the request outlived the change")
	}
	if err := b.Connections().WaitOpen(t.Context(), 0); err != nil {
		t.Error(err)
	}
}

func TestPlainRoutersHaveNoCertificate(t *testing.T) {
	b, port := controlled(t)
	if err := b.ChangeCertificate(); err == nil {
		t.Error("the certificate of a router without TLS was changed")
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		if got := port.must(port.request(method, "/certificate", "")).status; got != http.StatusBadRequest {
			t.Errorf("%s /certificate: status %d, want 400", method, got)
		}
	}
}
