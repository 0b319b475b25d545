package fleet_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// TestGoldenOverTLS is for what a poll tells of the way to a router that is known by its
// certificate and serial number.
func TestGoldenOverTLS(t *testing.T) {
	certificate, err := peplinktest.SelfSignedUntil(time.Date(2036, time.January, 2, 3, 4, 5, 0, time.UTC), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	r := simulate(t, &certificate)
	made := newFleet(t, r.Clock(), target("a", r.url, "serial_number: 2930-0A11-1012",
		"tls_config: {fingerprint_sha256: "+peplinktest.Fingerprint(certificate)+"}"))
	got := masked(exposition(t, lookup(t, made, "a").Poll(t.Context(), []string{"firmware", "system"})))
	path := filepath.Join("..", "collector", "testdata", "tls.prom")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, path)), string(got)); diff != "" {
		t.Errorf("%s (-file +router); `make golden` writes it anew\n%s", path, diff)
	}
}
