package peplinktest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Server is a socket that serves a router.
type Server struct {
	// URL is where it can be reached, without a slash at the end.
	URL string

	server *http.Server
	ended  chan error
	shown  atomic.Pointer[tls.Config] // nil over plain HTTP
	cut    func()                     // every connection to the router
}

// Serve serves the router's API on an address like "127.0.0.1:0": plain HTTP,
// or HTTPS with a certificate. As routers do, it speaks HTTP/1.1 only. It ends
// with Close, or when the context does.
func (r *Router) Serve(ctx context.Context, address string, certificate *tls.Certificate) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("simulated router: %w", err)
	}
	s := &Server{
		URL: "http://" + listener.Addr().String(),
		server: &http.Server{
			Handler:           r,
			ReadHeaderTimeout: 10 * time.Second,
			Protocols:         new(http.Protocols),
			ConnState:         r.connections.Track,
			// Clients that leave in the middle of a handshake are not worth a line.
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		},
		ended: make(chan error, 1),
		cut:   r.connections.cut,
	}
	s.server.Protocols.SetHTTP1(true)
	if certificate != nil {
		s.URL = "https://" + listener.Addr().String()
		s.shown.Store(showing(*certificate))
		listener = tls.NewListener(listener, &tls.Config{
			GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return s.shown.Load(), nil },
		})
	}
	stop := context.AfterFunc(ctx, func() { _ = s.server.Close() })
	go func() {
		err := s.server.Serve(listener)
		stop()
		s.ended <- err
	}()
	return s, nil
}

// showing is TLS with a certificate. Its sessions are its own: those from
// before another certificate are not resumed.
func showing(certificate tls.Certificate) *tls.Config {
	config := &tls.Config{
		Certificates: []tls.Certificate{certificate},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"http/1.1"},
	}
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails, as crypto/rand says
	config.SetSessionTicketKeys([][32]byte{key})
	return config
}

// ShowCertificate shows another certificate from now on, as after a reset, or
// when somebody else answers in the router's place. Open connections are cut,
// or clients would not see it. It fails over plain HTTP.
func (s *Server) ShowCertificate(certificate tls.Certificate) error {
	if s.shown.Load() == nil {
		return errors.New("the router is served over plain HTTP: it shows no certificate")
	}
	s.shown.Store(showing(certificate))
	s.cut()
	return nil
}

// Close cuts every connection, hanging ones too.
func (s *Server) Close() error {
	err := s.server.Close()
	if ended := <-s.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	s.ended <- http.ErrServerClosed // for the next Close
	return err
}
