package fleet_test

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// The settings of tls_config reach the connection.
func TestTLSSettings(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1", "router.example")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := peplinktest.SelfSigned("router.example")
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "ca.pem")
	var text bytes.Buffer
	for _, shown := range [][]byte{certificate.Certificate[0], elsewhere.Certificate[0]} {
		if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: shown}); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, own, text.String())
	print1, print2 := peplinktest.Fingerprint(certificate), peplinktest.Fingerprint(elsewhere)
	for name, test := range map[string]struct {
		settings     string
		byName       bool // the certificate is for a name only
		reason       peplink.Reason
		verification string
	}{
		"the machine's own":       {"{}", false, "certificate", "ca"},
		"ca file":                 {"{ca_file: " + own + "}", false, "", "ca"},
		"ca file, other name":     {"{ca_file: " + own + "}", true, "certificate", "ca"},
		"ca file, named":          {"{ca_file: " + own + ", server_name: router.example}", true, "", "ca"},
		"fingerprint":             {fmt.Sprintf("{fingerprint_sha256: [%s]}", print1), false, "", "fingerprint"},
		"one of two":              {fmt.Sprintf("{fingerprint_sha256: [%s, %s]}", print2, print1), false, "", "fingerprint"},
		"another's":               {fmt.Sprintf("{fingerprint_sha256: [%s]}", print2), false, "certificate", "fingerprint"},
		"not verified":            {"{insecure_skip_verify: true}", true, "", "none"},
		"newest version at least": {"{insecure_skip_verify: true, min_version: TLS13}", false, "", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			shown := &certificate
			if test.byName {
				shown = &elsewhere
			}
			r := simulate(t, shown)
			a := lookup(t, newFleet(t, r.Clock(), target("a", r.url, "tls_config: "+test.settings)), "a")
			result := poll(t, a)
			want := map[string]peplink.Reason{"wan": test.reason, "allowance": test.reason}
			if diff := cmp.Diff(want, reasons(result)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := verification(t, result); got != test.verification {
				t.Errorf("verification %q, want %q", got, test.verification)
			}
			if n := r.Count(everyEndpoint); (n > 0) != (test.reason == "") {
				t.Errorf("%d requests reached the router", n)
			}
		})
	}
}

// verification is the state of peplink_tls_verification that is 1.
func verification(t *testing.T, result *fleet.Result) string {
	t.Helper()
	families, err := result.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if family.GetName() == "peplink_tls_verification" && metric.GetGauge().GetValue() == 1 {
				return metric.GetLabel()[0].GetValue()
			}
		}
	}
	return ""
}

func TestPlaintext(t *testing.T) {
	a, _ := oneRouter(t)
	result := poll(t, a)
	if got := verification(t, result); got != "plaintext" {
		t.Errorf("verification %q, want plaintext", got)
	}
}

// Behind a proxy a router is reached, whose name only the proxy knows.
func TestProxyOfTheTarget(t *testing.T) {
	proxy := simulate(t, nil) // takes every router's name for its own
	a := lookup(t, newFleet(t, proxy.Clock(), target("a", "http://router.invalid", "proxy_url: "+proxy.url)), "a")
	if result := poll(t, a); !result.Up {
		t.Errorf("%v", reasons(result))
	}
	if n := proxy.Count(wanEndpoint); n != 1 {
		t.Errorf("the proxy was asked %d times", n)
	}
}
