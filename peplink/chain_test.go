package peplink_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A router with a bought certificate shows what stands between it and the CA.
func TestIntermediate(t *testing.T) {
	root := selfSigned(t)
	between := issued(t, root, &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	leaf := issued(t, between, &x509.Certificate{IPAddresses: []net.IP{net.ParseIP(local)}})
	alone := *leaf
	leaf.Certificate = append(leaf.Certificate, between.Certificate[0])

	trusting := func(o *peplink.Options) { o.TLS.RootCAs = poolOf(root) }
	b := newBench(t, setup{certificate: leaf, options: trusting})
	ok(t, b.wans())
	if got := b.client.Status().CertificateNotAfter; !got.Equal(leaf.Leaf.NotAfter) {
		t.Errorf("the certificate ends at %v, want the leaf's end %v", got, leaf.Leaf.NotAfter)
	}
	b = newBench(t, setup{certificate: &alone, options: trusting})
	wantReason(t, b.wans(), grant, peplink.ReasonCertificate)
}

// issued returns a certificate made from a template and signed with another one.
func issued(t *testing.T, by *tls.Certificate, template *x509.Certificate) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, by.Leaf, key.Public(), by.PrivateKey)
	ok(t, err)
	leaf, err := x509.ParseCertificate(der)
	ok(t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
