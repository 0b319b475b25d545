package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
)

// drainTimeout is how long running probes are waited for at the end. With what comes after,
// it fits into the 30 s that Kubernetes gives.
const drainTimeout = 25 * time.Second

// ListenAndServe answers HTTP until ctx ends. Then it tells that it is not ready, takes no
// more connections and lets the running probes finish; those that take too long are cut.
// The error tells why it cannot serve.
func (s *Server) ListenAndServe(ctx context.Context, flags *web.FlagConfig) error {
	health, err := s.listenForHealth(ctx)
	if err != nil {
		return err
	}
	defer health.Close()
	probes := s.bounded(s.Handler())
	defer probes.Close()
	served := make(chan error, 1)
	go func() { served <- web.ListenAndServe(probes, flags, s.Logger) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	s.Drain()
	s.Logger.Info("ending: running probes finish")
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := probes.Shutdown(ending); err != nil {
		s.Logger.Warn("running probes are cut", "err", err)
		_ = probes.Close()
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// bounded is a server with the bounds of what one caller can hold.
func (s *Server) bounded(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          errorLog(s.Logger),
	}
}

// listenForHealth serves the two health routes on a port of their own, where one is
// wanted: plain, so that supervisors can ask although the other needs a password. It goes
// on while the probes finish.
func (s *Server) listenForHealth(ctx context.Context) (*http.Server, error) {
	health := s.bounded(s.HealthHandler())
	if s.HealthListenAddress == "" {
		return health, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.HealthListenAddress)
	if err != nil {
		return nil, err
	}
	s.Logger.Info("health checks are served", "address", listener.Addr().String())
	go func() {
		if err := health.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.Logger.Error("health checks are served no more", "err", err)
		}
	}()
	return health, nil
}
