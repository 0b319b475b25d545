package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// served is the sockets of all routers, and of the control port.
type served struct {
	urls    []string
	control string

	routers []*peplinktest.Router
	record  *record
	delay   time.Duration
	api     *http.Server
	port    *http.Server

	mu   sync.Mutex
	open map[net.Conn]bool
}

type routerKey struct{}

// serve serves each router on a port of its own. One server for all of them is lighter
// than thousands.
func serve(ctx context.Context, routers []*peplinktest.Router, certificate tls.Certificate, log *record, delay time.Duration) (*served, error) {
	s := &served{routers: routers, record: log, delay: delay, open: map[net.Conn]bool{}}
	s.api = newServer(http.HandlerFunc(s.ask))
	s.api.ConnState = s.track
	s.api.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, routerKey{}, c.(*tls.Conn).NetConn().(*connection).router)
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{certificate},
		NextProtos:   []string{"http/1.1"},
		MinVersion:   tls.VersionTLS12,
		VerifyConnection: func(state tls.ConnectionState) error {
			log.handshakes.Add(1)
			if state.DidResume {
				log.resumed.Add(1)
			}
			return nil
		},
	}
	for i := range routers {
		plain, err := listen(ctx)
		if err != nil {
			s.close()
			return nil, err
		}
		s.urls = append(s.urls, "https://"+plain.Addr().String())
		go func() { _ = s.api.Serve(tls.NewListener(&listener{Listener: plain, router: i, record: log}, config)) }()
	}
	s.port = newServer(s.controls())
	plain, err := listen(ctx)
	if err != nil {
		s.close()
		return nil, err
	}
	s.control = "http://" + plain.Addr().String()
	go func() { _ = s.port.Serve(plain) }()
	return s, nil
}

func listen(ctx context.Context) (net.Listener, error) {
	plain, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("simulated router: %w", err)
	}
	return plain, nil
}

func newServer(handler http.Handler) *http.Server {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		Protocols:         new(http.Protocols),
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	server.Protocols.SetHTTP1(true)
	return server
}

func (s *served) close() {
	_ = s.api.Close()
	if s.port != nil {
		_ = s.port.Close()
	}
}

// ask has the router of the connection answer, and notes how long that took.
func (s *served) ask(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	router := r.Context().Value(routerKey{}).(int)
	if s.delay > 0 {
		think := time.NewTimer(s.delay)
		defer think.Stop()
		select {
		case <-think.C:
		case <-r.Context().Done():
			return
		}
	}
	s.routers[router].ServeHTTP(w, r)
	s.record.answered(request{
		Router: router, At: began, Took: time.Since(began), URI: withoutToken(r.URL.Path, r.URL.RawQuery),
	})
}

// track knows which connections are open.
func (s *served) track(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.open[c] = true
	case http.StateClosed, http.StateHijacked:
		delete(s.open, c)
	}
}

// cut closes all connections, as a router does that restarts its web server.
func (s *served) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.(*tls.Conn).NetConn().Close() // the server's goroutine notices and tells track
	}
}

func (s *served) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /counters", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(s.record.counters())
	})
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(s.record.taken())
	})
	mux.HandleFunc("DELETE /log", func(http.ResponseWriter, *http.Request) { s.record.clear() })
	mux.HandleFunc("POST /cut", func(http.ResponseWriter, *http.Request) { s.cut() })
	return mux
}
