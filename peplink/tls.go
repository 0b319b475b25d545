package peplink

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// TLS says how the router's certificate is judged. At most one of RootCAs, Fingerprints
// and InsecureSkipVerify is set; with none, the system's CAs decide.
type TLS struct {
	RootCAs *x509.CertPool
	// Fingerprints are SHA-256 sums of leaf certificates (DER). They replace the checks of
	// chain, name and date: routers show self-signed certificates nearly everywhere
	// (field notes, Transport and errors).
	Fingerprints       [][sha256.Size]byte
	InsecureSkipVerify bool
	ServerName         string // default: the host of the URL
	MinVersion         uint16 // default: TLS 1.2
}

// Verification is the way in which a router's identity is checked.
type Verification string

// The ways, weakest last.
const (
	VerifiedByCA          Verification = "ca"
	VerifiedByFingerprint Verification = "fingerprint"
	NotVerified           Verification = "none"
	Plaintext             Verification = "plaintext"
)

// resumedLife is how long sessions are resumed after a certificate was last shown: one that
// was exchanged since is to be noticed.
const resumedLife = 24 * time.Hour

// verifier judges the certificates that one router shows.
type verifier struct {
	settings TLS
	host     string
	now      func() time.Time
	notAfter atomic.Pointer[time.Time] // of the certificate shown last, also when refused
	shown    atomic.Pointer[time.Time] // when that was, not counting resumed sessions
	// wantsOurs tells that the router asked for a certificate of ours.
	wantsOurs atomic.Bool
}

// resumable is a cache of TLS sessions that are not too old to resume.
type resumable struct {
	tls.ClientSessionCache
	verifier *verifier
}

// Get implements [tls.ClientSessionCache].
func (r resumable) Get(key string) (*tls.ClientSessionState, bool) {
	if shown := r.verifier.shown.Load(); shown == nil || r.verifier.now().Sub(*shown) >= resumedLife {
		return nil, false
	}
	return r.ClientSessionCache.Get(key)
}

// config makes the client's TLS configuration. All judging is done in VerifyConnection,
// because only that is called on resumed sessions too, and because the date of a refused
// certificate is to be known.
func (v *verifier) config() *tls.Config {
	least := v.settings.MinVersion
	if least == 0 {
		least = tls.VersionTLS12
	}
	return &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // verify does it
		VerifyConnection:   v.verify,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			v.wantsOurs.Store(true)
			return &tls.Certificate{}, nil
		},
		ServerName:         v.host,
		MinVersion:         least,
		ClientSessionCache: resumable{tls.NewLRUClientSessionCache(1), v},
		NextProtos:         []string{"http/1.1"},
	}
}

func (v *verifier) verify(state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return &tls.CertificateVerificationError{Err: errors.New("the router showed no certificate")}
	}
	leaf := state.PeerCertificates[0]
	v.notAfter.Store(&leaf.NotAfter)
	if !state.DidResume {
		v.shown.Store(new(v.now()))
	}
	if err := v.judge(leaf, state.PeerCertificates[1:]); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
	}
	return nil
}

func (v *verifier) judge(leaf *x509.Certificate, intermediates []*x509.Certificate) error {
	switch {
	case v.settings.InsecureSkipVerify:
		return nil
	case len(v.settings.Fingerprints) > 0:
		shown := sha256.Sum256(leaf.Raw)
		if slices.Contains(v.settings.Fingerprints, shown) {
			return nil
		}
		return fmt.Errorf("the certificate's SHA-256 fingerprint is %X, which is not among the configured ones", shown)
	}
	pool := x509.NewCertPool()
	for _, certificate := range intermediates {
		pool.AddCert(certificate)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: v.settings.RootCAs, Intermediates: pool, DNSName: v.host})
	return err
}

func (v *verifier) method(scheme string) Verification {
	switch {
	case scheme != "https":
		return Plaintext
	case v.settings.InsecureSkipVerify:
		return NotVerified
	case len(v.settings.Fingerprints) > 0:
		return VerifiedByFingerprint
	}
	return VerifiedByCA
}
