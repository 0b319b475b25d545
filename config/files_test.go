package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // time zones must not depend on the machine of the test

	"github.com/peplink-exporter/peplink_exporter/config"
)

var collectors = config.Collectors{
	Known: []string{
		"wan", "allowance", "pepvpn", "pepvpn_link", "firmware", "system", "lan", "latency", "traffic",
		"clients", "location", "ap", "ssid", "sim", "wifi", "pepvpn_remote",
	},
	Default: []string{"wan", "allowance"},
}

// write puts a file into a directory and returns its path.
func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := root.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// good loads a text that must be without fault.
func good(t *testing.T, text string) *config.Config {
	t.Helper()
	loaded, err := config.Load(write(t, t.TempDir(), "exporter.yml", text), collectors)
	if err != nil {
		t.Fatalf("unexpected faults:\n%v", err)
	}
	return loaded
}

// faultsOf loads a text that must be refused, beside the given files, and returns
// its faults with the directory written as DIR.
func faultsOf(t *testing.T, text string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, dir, name, content)
	}
	loaded, err := config.Load(write(t, dir, "exporter.yml", text), collectors)
	if err == nil {
		t.Fatalf("loaded without fault: %+v", loaded)
	}
	if loaded != nil {
		t.Errorf("a configuration came along with the faults")
	}
	if _, ok := errors.AsType[config.Faults](err); !ok {
		t.Fatalf("error is %T, not Faults: %v", err, err)
	}
	return strings.ReplaceAll(err.Error(), dir, "DIR")
}

// certificate is a self-signed one in PEM form.
func certificate(t testing.TB) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
