package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Some routers show a certificate with a negative serial number, which Go refuses unless it
// is told not to. However the certificate is judged, its serial number does not matter.
func TestNegativeSerialNumber(t *testing.T) {
	certificate, ca := negativeSerial(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{
		"fingerprint": "fingerprint_sha256: " + fmt.Sprintf("%x", sha256.Sum256(certificate.Certificate[0])),
		"ca":          "ca_file: " + file,
		"none":        "insecure_skip_verify: true",
	}
	text := strings.Builder{}
	fmt.Fprintf(&text, "defaults: {client_id: %s, client_secret: %s, collectors: [wan]}\ntargets:\n", peplinktest.ClientID, peplinktest.ClientSecret)
	for name, setting := range settings {
		fmt.Fprintf(&text, "- {name: %s, url: %s, tls_config: {%s}}\n", name, served(t, &certificate), setting)
	}
	d := start(t, writeConfig(t, text.String()))
	for name := range settings {
		_, body, err := d.get(t.Context(), "/probe?target="+name)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"\npeplink_up 1\n", fmt.Sprintf("\npeplink_tls_verification{state=%q} 1\n", name)} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in\n%s", name, want, body)
			}
		}
	}
	d.end(t, syscall.SIGTERM)
}

// served serves a router that shows a certificate.
func served(t *testing.T, certificate *tls.Certificate) (url string) {
	t.Helper()
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	server, err := router.Serve(t.Context(), "127.0.0.1:0", certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		router.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

// negativeSerial makes a certificate for 127.0.0.1 with a negative serial number, which Go
// does not make itself, and the certificate of the CA that signed it.
func negativeSerial(t *testing.T) (certificate tls.Certificate, ca []byte) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	issuer := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	ca, err = x509.CreateCertificate(rand.Reader, issuer, issuer, &key.PublicKey, key)
	check(err)
	const serial = 0x7a2b3c4d5e // its first byte is made negative
	leaf, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "router"}, NotBefore: issuer.NotBefore, NotAfter: issuer.NotAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, issuer, &key.PublicKey, key)
	check(err)
	var parts struct {
		Signed    asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}
	_, err = asn1.Unmarshal(leaf, &parts)
	check(err)
	at := strings.Index(string(parts.Signed.FullBytes), "\x02\x05\x7a\x2b\x3c\x4d\x5e")
	if at < 0 {
		t.Fatal("the serial number is not there")
	}
	parts.Signed.FullBytes[at+2] = 0xfa
	sum := sha256.Sum256(parts.Signed.FullBytes)
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	check(err)
	parts.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	leaf, err = asn1.Marshal(parts)
	check(err)
	return tls.Certificate{Certificate: [][]byte{leaf}, PrivateKey: key}, ca
}
