package peplink_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// trustOne makes a certificate, in a new folder, and makes it the only one that the
// system trusts.
func trustOne() (folder string, err error) {
	certificate, err := peplinktest.SelfSigned(local)
	if err != nil {
		return "", err
	}
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		return "", err
	}
	if folder, err = os.MkdirTemp("", "peplink"); err != nil {
		return "", err
	}
	file := filepath.Join(folder, "trusted.pem")
	content := slices.Concat(
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	)
	return folder, errors.Join(os.WriteFile(file, content, 0o600), os.Setenv("SSL_CERT_FILE", file), os.Setenv("SSL_CERT_DIR", folder))
}

// trusted returns the one certificate that the system trusts.
func trusted(t *testing.T) *tls.Certificate {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("here the system's CAs cannot be replaced")
	}
	file := os.Getenv("SSL_CERT_FILE")
	certificate, err := tls.LoadX509KeyPair(file, file)
	ok(t, err)
	return &certificate
}

func selfSigned(t *testing.T, hosts ...string) *tls.Certificate {
	t.Helper()
	certificate, err := peplinktest.SelfSigned(hosts...)
	if err != nil {
		t.Fatal(err)
	}
	return &certificate
}

func poolOf(certificate *tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(certificate.Leaf)
	return pool
}
