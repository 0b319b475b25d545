package peplinktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"time"
)

// SelfSigned makes a certificate as nearly all routers have one (field notes,
// Transport and errors), for the given names and addresses, valid for ten years
// from an hour ago.
func SelfSigned(hosts ...string) (tls.Certificate, error) {
	return SelfSignedUntil(time.Now().AddDate(10, 0, 0), hosts...)
}

// SelfSignedUntil makes one that ends, or has ended, at an instant of the real
// clock. It begins an hour ago, or an hour before it ends.
func SelfSignedUntil(end time.Time, hosts ...string) (tls.Certificate, error) {
	certificate, err := selfSigned(end, hosts)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("self-signed certificate: %w", err)
	}
	return certificate, nil
}

func selfSigned(end time.Time, hosts []string) (none tls.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return none, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return none, err
	}
	begin := time.Now()
	if end.Before(begin) {
		begin = end
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "simulated router"},
		NotBefore:             begin.Add(-time.Hour),
		NotAfter:              end,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return none, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return none, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// Fingerprint is the SHA-256 of the leaf certificate's DER in lower-case hex.
func Fingerprint(certificate tls.Certificate) string {
	sum := sha256.Sum256(certificate.Certificate[0])
	return hex.EncodeToString(sum[:])
}
