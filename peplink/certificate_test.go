package peplink_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const local = "127.0.0.1"

func sumOf(certificate *tls.Certificate) [sha256.Size]byte {
	return sha256.Sum256(certificate.Certificate[0])
}

func TestCertificate(t *testing.T) {
	shown, other := selfSigned(t, local), selfSigned(t, local)
	elsewhere := selfSigned(t, "router.example")
	ended, err := peplinktest.SelfSignedUntil(time.Now().Add(-time.Hour), local)
	ok(t, err)
	type sums = [][sha256.Size]byte
	for name, test := range map[string]struct {
		shown    *tls.Certificate
		settings peplink.TLS
		way      peplink.Verification
		says     string // "" where it is accepted
	}{
		"of its CA":             {shown, peplink.TLS{RootCAs: poolOf(shown)}, peplink.VerifiedByCA, ""},
		"of the system's CAs":   {trusted(t), peplink.TLS{}, peplink.VerifiedByCA, ""},
		"of no CA":              {shown, peplink.TLS{}, peplink.VerifiedByCA, "x509"},
		"of another CA":         {shown, peplink.TLS{RootCAs: poolOf(other)}, peplink.VerifiedByCA, "x509"},
		"wrong name":            {elsewhere, peplink.TLS{RootCAs: poolOf(elsewhere)}, peplink.VerifiedByCA, local},
		"name configured":       {elsewhere, peplink.TLS{RootCAs: poolOf(elsewhere), ServerName: "router.example"}, peplink.VerifiedByCA, ""},
		"another CA configured": {trusted(t), peplink.TLS{RootCAs: poolOf(other)}, peplink.VerifiedByCA, "x509"},
		"wrong name configured": {shown, peplink.TLS{RootCAs: poolOf(shown), ServerName: "router.example"}, peplink.VerifiedByCA, "router.example"},
		"ended":                 {&ended, peplink.TLS{RootCAs: poolOf(&ended)}, peplink.VerifiedByCA, "expired"},
		"fingerprint":           {shown, peplink.TLS{Fingerprints: sums{sumOf(shown)}}, peplink.VerifiedByFingerprint, ""},
		"one of several":        {shown, peplink.TLS{Fingerprints: sums{sumOf(other), sumOf(shown)}}, peplink.VerifiedByFingerprint, ""},
		"wrong fingerprint":     {shown, peplink.TLS{Fingerprints: sums{sumOf(other)}}, peplink.VerifiedByFingerprint, "fingerprint"},
		"fingerprint, name":     {elsewhere, peplink.TLS{Fingerprints: sums{sumOf(elsewhere)}}, peplink.VerifiedByFingerprint, ""},
		"fingerprint, ended":    {&ended, peplink.TLS{Fingerprints: sums{sumOf(&ended)}}, peplink.VerifiedByFingerprint, ""},
		"not verified":          {&ended, peplink.TLS{InsecureSkipVerify: true}, peplink.NotVerified, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{certificate: test.shown, options: func(o *peplink.Options) { o.TLS = test.settings }})
			if got := b.client.Status(); !got.CertificateNotAfter.IsZero() || got.Verification != test.way {
				t.Errorf("before a certificate was shown it ends at %v; verification %s, want %s", got.CertificateNotAfter, got.Verification, test.way)
			}
			err := b.wans()
			if test.says == "" {
				ok(t, err)
			} else {
				failure := failureFor(t, err, grant, peplink.ReasonCertificate)
				if !strings.Contains(failure.Error(), test.says) {
					t.Errorf("%q does not say %q", failure, test.says)
				}
				b.wantCount(peplinktest.EveryEndpoint, 0)
			}
			if got := b.client.Status().CertificateNotAfter; !got.Equal(test.shown.Leaf.NotAfter) {
				t.Errorf("the certificate ends at %v, want %v", got, test.shown.Leaf.NotAfter)
			}
		})
	}
}

// The fingerprint that was shown is told, so that it can be compared and configured.
func TestFingerprintIsTold(t *testing.T) {
	shown := selfSigned(t, local)
	b := newBench(t, setup{certificate: shown, options: func(o *peplink.Options) { o.TLS.Fingerprints = make([][sha256.Size]byte, 1) }})
	failure := failureFor(t, b.wans(), grant, peplink.ReasonCertificate)
	if !strings.Contains(strings.ToLower(failure.Error()), peplinktest.Fingerprint(*shown)) {
		t.Errorf("%q does not tell the fingerprint", failure)
	}
}

func TestPlaintext(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.TLS.InsecureSkipVerify = true }})
	ok(t, b.wans())
	if got := b.client.Status(); got.Verification != peplink.Plaintext || !got.CertificateNotAfter.IsZero() {
		t.Errorf("status %+v, want plaintext and no certificate", got)
	}
}

func TestUnreadableCertificate(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	garbled := tls.Certificate{Certificate: [][]byte{[]byte("no certificate")}, PrivateKey: key}
	address := listen(t, func(connection net.Conn) {
		_ = tls.Server(connection, &tls.Config{Certificates: []tls.Certificate{garbled}, MinVersion: tls.VersionTLS12}).Handshake() //nolint:noctx // ends with the connection
	})
	for _, settings := range []peplink.TLS{{}, {InsecureSkipVerify: true}} {
		wantReason(t, ask(t, "https://"+address, func(o *peplink.Options) { o.TLS = settings }), grant, peplink.ReasonCertificate)
	}
}

// A resumed session shows no certificate anew, and is checked all the same: when the
// fingerprint is no longer the right one, it is refused.
func TestResumption(t *testing.T) {
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			certificate := selfSigned(t, local)
			resumed := make(chan bool, 10)
			server := &tls.Config{
				Certificates: []tls.Certificate{*certificate},
				MinVersion:   version, MaxVersion: version,
				VerifyConnection: func(state tls.ConnectionState) error {
					resumed <- state.DidResume
					return nil
				},
			}
			address := answerOnce(t, server)
			sums := [][sha256.Size]byte{sumOf(certificate)}
			client := newClient(t, peplink.Options{URL: parse(t, "https://"+address), Credentials: sound, TLS: peplink.TLS{Fingerprints: sums}})
			_, err := client.WANConnections(t.Context())
			ok(t, err)
			if first, second := <-resumed, <-resumed; first || !second {
				t.Fatalf("resumed: %v, then %v, want false, then true", first, second)
			}
			sums[0] = [sha256.Size]byte{}
			_, err = client.WANConnections(t.Context())
			wantReason(t, err, wan, peplink.ReasonCertificate)
			if !errors.As(err, new(*tls.CertificateVerificationError)) {
				t.Errorf("%v does not hold its cause", err)
			}
		})
	}
}

// A certificate that is exchanged is noticed within a day, however often sessions are
// resumed.
func TestResumptionEnds(t *testing.T) {
	resumed := make(chan bool, 10)
	address := answerOnce(t, &tls.Config{
		Certificates: []tls.Certificate{*selfSigned(t, local)}, MinVersion: tls.VersionTLS13,
		VerifyConnection: func(state tls.ConnectionState) error {
			resumed <- state.DidResume
			return nil
		},
	})
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	client := newClient(t, peplink.Options{
		URL: parse(t, "https://"+address), Credentials: sound, Now: clock.Now, TLS: peplink.TLS{InsecureSkipVerify: true},
	})
	isResumed := func() (all []bool) { // of the handshakes of one call
		_, err := client.WANConnections(t.Context())
		ok(t, err)
		for len(resumed) > 0 {
			all = append(all, <-resumed)
		}
		return all
	}
	wantEqual(t, "resumed", []bool{false, true}, isResumed()) // the grant and the answer
	for range 24 {
		clock.Advance(59 * time.Minute)
		if slices.Contains(isResumed(), false) {
			t.Error("not resumed within a day")
		}
	}
	clock.Advance(24 * time.Minute)
	if !slices.Contains(isResumed(), false) {
		t.Error("resumed after a day")
	}
	if slices.Contains(isResumed(), false) {
		t.Error("not resumed after that")
	}
}
