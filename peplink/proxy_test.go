package peplink_test

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// tunnel passes bytes both ways between a client, whose bytes may be buffered already, and
// an address.
func tunnel(t *testing.T, client io.ReadWriteCloser, address string) {
	router, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		return
	}
	var ways sync.WaitGroup
	ways.Go(func() { _, _ = io.Copy(router, client); _ = router.Close() })
	ways.Go(func() { _, _ = io.Copy(client, router); _ = client.Close() })
	ways.Wait()
}

// connectProxy speaks CONNECT on a connection. It counts what was asked of it.
func connectProxy(t *testing.T, asked *atomic.Int64, status string) func(net.Conn) {
	return func(connection net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(connection))
		if err != nil || request.Method != http.MethodConnect {
			return
		}
		asked.Add(1)
		_, _ = io.WriteString(connection, "HTTP/1.1 "+status+"\r\n\r\n")
		if status == "200 OK" {
			tunnel(t, connection, request.Host)
		}
	}
}

// socksProxy speaks SOCKS 5 on a connection, without authentication, for IPv4 addresses.
func socksProxy(t *testing.T, asked *atomic.Int64, reply byte) func(net.Conn) {
	return func(connection net.Conn) {
		hello := make([]byte, 2)
		if _, err := io.ReadFull(connection, hello); err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, connection, int64(hello[1]))
		_, _ = connection.Write([]byte{5, 0})
		wanted := make([]byte, 10) // version, command, reserved, kind, address, port
		if _, err := io.ReadFull(connection, wanted); err != nil || wanted[3] != 1 {
			return
		}
		asked.Add(1)
		_, _ = connection.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
		if reply == 0 {
			port := int(binary.BigEndian.Uint16(wanted[8:]))
			tunnel(t, connection, (&net.TCPAddr{IP: wanted[4:8], Port: port}).String())
		}
	}
}

// overTLS is a proxy that is spoken to over TLS.
func overTLS(certificate *tls.Certificate, serve func(net.Conn)) func(net.Conn) {
	return func(connection net.Conn) {
		serve(tls.Server(connection, &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}))
	}
}

// through makes a client's router reachable through a proxy.
func through(t *testing.T, proxy string) func(*peplink.Options) {
	return func(o *peplink.Options) { o.Proxy = parse(t, proxy) }
}

func TestProxy(t *testing.T) {
	var asked atomic.Int64
	certificate := selfSigned(t, local)
	for name, proxy := range map[string]string{
		"http":   "http://" + listen(t, connectProxy(t, &asked, "200 OK")),
		"socks5": "socks5://" + listen(t, socksProxy(t, &asked, 0)),
	} {
		t.Run(name, func(t *testing.T) {
			asked.Store(0)
			b := newBench(t, setup{certificate: certificate, options: func(o *peplink.Options) {
				through(t, proxy)(o)
				o.TLS.RootCAs = poolOf(certificate)
			}})
			ok(t, b.wans())
			ok(t, b.allowances())
			if n := asked.Load(); n != 1 {
				t.Errorf("the proxy was asked %d times, want once", n)
			}
			if got := b.client.Status(); got.ReceivedBytes == 0 || !got.CertificateNotAfter.Equal(certificate.Leaf.NotAfter) {
				t.Errorf("status %+v, want bytes and the router's certificate", got)
			}
		})
	}
}

// How the router's certificate is judged says nothing of a proxy's.
func TestProxyOverTLS(t *testing.T) {
	var asked atomic.Int64
	certificate := selfSigned(t, local)
	proxy := "https://" + listen(t, overTLS(trusted(t), connectProxy(t, &asked, "200 OK")))
	for name, settings := range map[string]peplink.TLS{
		"fingerprint": {Fingerprints: [][sha256.Size]byte{sumOf(certificate)}},
		"CA":          {RootCAs: poolOf(certificate)},
	} {
		t.Run(name, func(t *testing.T) {
			asked.Store(0)
			b := newBench(t, setup{certificate: certificate, options: func(o *peplink.Options) {
				through(t, proxy)(o)
				o.TLS = settings
			}})
			ok(t, b.wans())
			if n := asked.Load(); n != 1 {
				t.Errorf("the proxy was asked %d times, want once", n)
			}
			if got := b.client.Status().CertificateNotAfter; !got.Equal(certificate.Leaf.NotAfter) {
				t.Errorf("the router's certificate ends at %v, want %v", got, certificate.Leaf.NotAfter)
			}
		})
	}
}

func TestProxyOverTLSRefused(t *testing.T) {
	var asked atomic.Int64
	certificate, ofProxy := selfSigned(t, local), selfSigned(t, local)
	proxy := "https://" + listen(t, overTLS(ofProxy, connectProxy(t, &asked, "200 OK")))
	b := newBench(t, setup{certificate: certificate, options: func(o *peplink.Options) {
		through(t, proxy)(o)
		o.TLS.InsecureSkipVerify = true
	}})
	failure := failureFor(t, b.wans(), grant, peplink.ReasonCertificate) // the system's CAs do not know it
	if n := asked.Load(); n != 0 || !strings.Contains(failure.Error(), "proxy") {
		t.Errorf("%q, and the proxy was asked %d times: want a word of the proxy, and that it is not asked", failure, n)
	}
	if got := b.client.Status().CertificateNotAfter; !got.IsZero() {
		t.Errorf("the proxy's certificate, until %v, is told as the router's", got)
	}
}

func TestProxyRefuses(t *testing.T) {
	var asked atomic.Int64
	closed := listen(t, func(net.Conn) {})
	for name, proxy := range map[string]string{
		"http":                   "http://" + listen(t, connectProxy(t, &asked, "502 Bad Gateway")),
		"http, authentication":   "http://" + listen(t, connectProxy(t, &asked, "407 Proxy Authentication Required")),
		"http, closes":           "http://" + closed,
		"http, nothing listens":  "http://127.0.0.1:1",
		"socks5":                 "socks5://" + listen(t, socksProxy(t, &asked, 5)),
		"socks5, closes":         "socks5://" + closed,
		"socks5, nothing listen": "socks5://127.0.0.1:1",
	} {
		t.Run(name, func(t *testing.T) {
			wantReason(t, ask(t, "https://192.0.2.10", through(t, proxy)), grant, peplink.ReasonConnect)
		})
	}
}

// A proxy that is silent, or waits for a dead router, costs the time to connect.
func TestProxyHangs(t *testing.T) {
	for _, scheme := range []string{"http://", "socks5://"} {
		proxy := through(t, scheme+listen(t, silent))
		wantReason(t, ask(t, "https://192.0.2.10", proxy, quickly), grant, peplink.ReasonConnect)
	}
}

// The time to connect is no limit for what comes after.
func TestProxySlowAnswer(t *testing.T) {
	t.Parallel() // it takes its time
	var asked atomic.Int64
	proxy := through(t, "socks5://"+listen(t, socksProxy(t, &asked, 0)))
	b := newBench(t, setup{options: func(o *peplink.Options) {
		proxy(o)
		o.ConnectTimeout = time.Second
	}})
	ok(t, b.allowances())
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	defer time.AfterFunc(3*time.Second/2, func() { b.ClearFault(wan) }).Stop()
	ok(t, b.wans())
	if n := asked.Load(); n != 1 {
		t.Errorf("the proxy was asked %d times, want once", n)
	}
}

func TestProxySecret(t *testing.T) {
	const secret = "hush-hush"
	for _, scheme := range []string{"http://", "socks5://"} {
		err := ask(t, "https://192.0.2.10", through(t, scheme+"user:"+secret+"@127.0.0.1:1"))
		wantReason(t, err, grant, peplink.ReasonConnect)
		wantNone(t, err, secret)
	}
}
