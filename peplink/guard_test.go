package peplink

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"
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
