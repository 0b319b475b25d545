package peplinktest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server is a socket that serves a router, or its control port.
type Server struct {
	// URL is where it can be reached, without a slash at the end.
	URL string

	server *http.Server
	ended  chan error
}

// Serve serves the router's API on an address like "127.0.0.1:0": plain HTTP,
// or HTTPS with a certificate. As routers do, it speaks HTTP/1.1 only. It ends
// with Close, or when the context does.
func (r *Router) Serve(ctx context.Context, address string, certificate *tls.Certificate) (*Server, error) {
	if certificate == nil {
		return serve(ctx, address, r, nil, r.connections.Track)
	}
	return r.ServeTLS(ctx, address, &tls.Config{
		Certificates: []tls.Certificate{*certificate},
		MinVersion:   tls.VersionTLS12,
	})
}

// ServeTLS serves the router's API over TLS as a configuration says, for TLS
// that only some routers speak. It needs a certificate; HTTP/2 is not offered.
func (r *Router) ServeTLS(ctx context.Context, address string, config *tls.Config) (*Server, error) {
	config = config.Clone()
	config.NextProtos = []string{"http/1.1"}
	return serve(ctx, address, r, r.newIdentity(config).config(), r.connections.Track)
}

// ServeControl serves the control port, on a loopback address only.
func (r *Router) ServeControl(ctx context.Context, address string) (*Server, error) {
	if err := loopbackAddress(address); err != nil {
		return nil, err
	}
	return serve(ctx, address, r.Control(), nil, nil)
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

func serve(ctx context.Context, address string, handler http.Handler,
	config *tls.Config, track func(net.Conn, http.ConnState),
) (*Server, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("simulated router: %w", err)
	}
	s := &Server{
		URL: "http://" + listener.Addr().String(),
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			Protocols:         new(http.Protocols),
			ConnState:         track,
			// Clients that leave in the middle of a handshake are no news here.
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		},
		ended: make(chan error, 1),
	}
	s.server.Protocols.SetHTTP1(true)
	if config != nil {
		s.URL = "https://" + listener.Addr().String()
		listener = tls.NewListener(listener, config)
	}
	stop := context.AfterFunc(ctx, func() { _ = s.server.Close() })
	go func() {
		err := s.server.Serve(listener)
		stop()
		s.ended <- err
	}()
	return s, nil
}
