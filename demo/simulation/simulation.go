// Package simulation runs simulated routers as the demo shows them: counters
// grow, signals wander, WANs fail and come back, and a control port changes
// what they answer. A folder below models/ says for each model what moves
// (moves.json) and what happens to it by itself (scenes.json).
package simulation

import (
	"context"
	"crypto/tls"
	"errors"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// hosts are those that a router's certificate is for.
var hosts = []string{"127.0.0.1", "::1", "localhost"}

// Settings say which router is simulated, and where.
type Settings struct {
	// Model is one of peplinktest.Models.
	Model string
	// Seed is how it moves; 0 starts exactly at the fixtures (see Play).
	Seed uint64
	// Listen is the address of the API, Control the loopback address of the
	// control port.
	Listen, Control string
	// TLS serves HTTPS, with a self-signed certificate made at start.
	TLS bool
}

// Simulation is a simulated router that is being served.
type Simulation struct {
	Router *peplinktest.Router
	// URL and Control are where its API and its control port are.
	URL, Control string
	// Fingerprint is that of its certificate, "" over plain HTTP.
	Fingerprint string

	player      *Player
	server      *peplinktest.Server
	certificate *tls.Certificate // the first one, nil over plain HTTP
	control     *controlPort
}

// Start serves a router until Close, or until the context ends.
func Start(ctx context.Context, settings Settings) (*Simulation, error) {
	router, err := peplinktest.New(settings.Model)
	if err != nil {
		return nil, err
	}
	s := &Simulation{Router: router}
	if s.player, err = Play(router, settings.Seed); err != nil {
		return nil, err
	}
	if settings.TLS {
		certificate, err := peplinktest.SelfSigned(hosts...)
		if err != nil {
			return nil, err
		}
		s.certificate, s.Fingerprint = &certificate, peplinktest.Fingerprint(certificate)
	}
	if s.server, err = router.Serve(ctx, settings.Listen, s.certificate); err != nil {
		return nil, err
	}
	if s.control, err = s.serveControl(ctx, settings.Control); err != nil {
		router.Close()
		return nil, errors.Join(err, s.server.Close())
	}
	s.URL, s.Control = s.server.URL, s.control.url
	return s, nil
}

// Close cuts every connection to both ports, hanging ones too.
func (s *Simulation) Close() error {
	s.Router.Close()
	return errors.Join(s.server.Close(), s.control.close())
}
