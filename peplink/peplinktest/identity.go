package peplinktest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// errPlain is why a certificate cannot be changed.
var errPlain = errors.New("the router is served over plain HTTP: it shows no certificate")

// identity is the certificate that one socket of the router shows.
type identity struct {
	own *tls.Config // as Serve was told

	mu    sync.Mutex
	other *tls.Config // in its place, nil for none
}

// config is the socket's: own, as long as nothing is in its place.
func (i *identity) config() *tls.Config {
	config := i.own.Clone()
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		i.mu.Lock()
		defer i.mu.Unlock()
		return i.other, nil
	}
	return config
}

func (i *identity) show(other *tls.Config) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.other = other
}

// ChangeCertificate makes every TLS socket of the router show a new self-signed
// certificate for the same names, as after a reset, or when somebody else
// answers in the router's place. Open connections are cut, and sessions of TLS
// from before are not resumed, or clients would not see it.
func (r *Router) ChangeCertificate() error {
	identities := r.allIdentities()
	if len(identities) == 0 {
		return errPlain
	}
	for _, i := range identities {
		other, err := stranger(i.own)
		if err != nil {
			return err
		}
		i.show(other)
	}
	r.connections.cut()
	return nil
}

// RestoreCertificate undoes ChangeCertificate.
func (r *Router) RestoreCertificate() error {
	identities := r.allIdentities()
	if len(identities) == 0 {
		return errPlain
	}
	for _, i := range identities {
		i.show(nil)
	}
	r.connections.cut()
	return nil
}

func (r *Router) newIdentity(own *tls.Config) *identity {
	i := &identity{own: own}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.identities = append(r.identities, i)
	return i
}

func (r *Router) allIdentities() []*identity {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.identities)
}

// stranger is the configuration with another key, of the same kind, and another
// certificate.
func stranger(own *tls.Config) (*tls.Config, error) {
	if len(own.Certificates) == 0 {
		return nil, errors.New("no certificate to change")
	}
	shown := own.Certificates[0]
	leaf, err := x509.ParseCertificate(shown.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("certificate to change: %w", err)
	}
	key, err := anotherKey(shown.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("key of another certificate: %w", err)
	}
	hosts := slices.Clone(leaf.DNSNames)
	for _, address := range leaf.IPAddresses {
		hosts = append(hosts, address.String())
	}
	certificate, err := selfSigned(key, leaf.KeyUsage, leaf.NotAfter, hosts)
	if err != nil {
		return nil, err
	}
	other := own.Clone()
	other.Certificates = []tls.Certificate{certificate}
	// Without keys of its own it would take the first configuration's, and with them its sessions.
	var tickets [32]byte
	if _, err := rand.Read(tickets[:]); err != nil {
		return nil, err
	}
	other.SetSessionTicketKeys([][32]byte{tickets})
	return other, nil
}

func anotherKey(like crypto.PrivateKey) (crypto.Signer, error) {
	if old, isRSA := like.(*rsa.PrivateKey); isRSA {
		return rsa.GenerateKey(rand.Reader, old.N.BitLen())
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}
