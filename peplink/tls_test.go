package peplink_test

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// answerOnce is a router that ends each connection after one answer, grants included.
func answerOnce(t *testing.T, settings *tls.Config) (address string) {
	return listen(t, func(plain net.Conn) {
		connection := tls.Server(plain, settings)
		request, err := http.ReadRequest(bufio.NewReader(connection))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		const body = `{"stat":"ok","response":{"accessToken":"t"}}`
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+body)
		_ = connection.Close()
	})
}

func skipVerify(o *peplink.Options) { o.TLS.InsecureSkipVerify = true }

func TestNoTLSThere(t *testing.T) {
	b := newBench(t, setup{})
	failure := failureFor(t, ask(t, "https://"+b.options.URL.Host), grant, peplink.ReasonTLS)
	if !strings.Contains(failure.Error(), "does not speak TLS") {
		t.Errorf("%q does not say so", failure)
	}
}

// Old firmware offers nothing but RSA key exchange, which Go no longer does by itself.
func TestOnlyRSAKeyExchange(t *testing.T) {
	address := answerOnce(t, &tls.Config{
		Certificates: []tls.Certificate{rsaCertificate(t)},
		MinVersion:   tls.VersionTLS12,
		MaxVersion:   tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA},
	})
	failure := failureFor(t, ask(t, "https://"+address, skipVerify), grant, peplink.ReasonTLS)
	if !strings.Contains(failure.Error(), "GODEBUG=tlsrsakex=1") {
		t.Errorf("%q does not name what helps", failure)
	}
	t.Setenv("GODEBUG", "tlsrsakex=1")
	// It helps indeed: what is read is an answer, though one to no such question.
	ok(t, ask(t, "https://"+address, skipVerify))
}

func rsaCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	ok(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageKeyEncipherment}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ok(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestTLSVersion(t *testing.T) {
	for name, test := range map[string]struct {
		offered, least uint16
		accepted       bool
	}{
		"1.1 by default": {tls.VersionTLS11, 0, false},
		"1.2 by default": {tls.VersionTLS12, 0, true},
		"1.2 too old":    {tls.VersionTLS12, tls.VersionTLS13, false},
		"1.3":            {tls.VersionTLS13, tls.VersionTLS13, true},
		"1.1 on request": {tls.VersionTLS11, tls.VersionTLS10, true},
	} {
		t.Run(name, func(t *testing.T) {
			address := answerOnce(t, &tls.Config{
				Certificates: []tls.Certificate{*selfSigned(t, local)}, MinVersion: tls.VersionTLS10, MaxVersion: test.offered,
			})
			err := ask(t, "https://"+address, skipVerify, func(o *peplink.Options) { o.TLS.MinVersion = test.least })
			if test.accepted {
				ok(t, err)
				return
			}
			wantReason(t, err, grant, peplink.ReasonTLS)
		})
	}
}

func TestHandshakeEnds(t *testing.T) {
	for name, end := range map[string]func(net.Conn){
		"closed": func(net.Conn) {},
		"reset":  func(connection net.Conn) { _ = connection.(*net.TCPConn).SetLinger(0) },
		"alert":  func(connection net.Conn) { _, _ = connection.Write([]byte{21, 3, 3, 0, 2, 2, 80}) },
	} {
		t.Run(name, func(t *testing.T) {
			address := listen(t, func(connection net.Conn) {
				_, _ = connection.Read(make([]byte, 4096)) // the client's hello
				end(connection)
			})
			wantReason(t, ask(t, "https://"+address, skipVerify), grant, peplink.ReasonTLS)
		})
	}
}

// With TLS 1.3 a router tells only after the handshake that it wants a certificate.
func TestClientCertificateWanted(t *testing.T) {
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			address := answerOnce(t, &tls.Config{
				Certificates: []tls.Certificate{*selfSigned(t, local)}, MinVersion: version, MaxVersion: version,
				ClientAuth: tls.RequireAnyClientCert,
			})
			failure := failureFor(t, ask(t, "https://"+address, skipVerify), grant, peplink.ReasonTLS)
			if !strings.Contains(failure.Error(), "wants a certificate") {
				t.Errorf("%q does not say so", failure)
			}
		})
	}
}
