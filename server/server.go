// Package server is the exporter's HTTP side: probes of routers for Prometheus, service
// discovery, the exporter's own metrics, health, and a page for people.
package server

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// Options are the settings of the command line.
type Options struct {
	Logger *slog.Logger
	// TimeoutOffset is how long before Prometheus' own time-out a probe answers.
	TimeoutOffset time.Duration
	// MaxConcurrent is how many probes run at once; 0 for max(256, 2 × targets).
	MaxConcurrent int
	// ExternalURL is where the exporter is reached; nil where requests tell. Its path is
	// the prefix of all routes.
	ExternalURL *url.URL
}

// Server answers HTTP requests for one fleet.
type Server struct {
	Options
	fleet    *fleet.Fleet
	places   chan struct{} // holds one element for each probe under way
	metrics  *metrics
	draining atomic.Bool
}

// New makes a server. The exporter's own metrics are registered with registry.
func New(routers *fleet.Fleet, registry *prometheus.Registry, options Options) *Server {
	if options.MaxConcurrent <= 0 {
		options.MaxConcurrent = max(256, 2*len(routers.Routers()))
	}
	return &Server{
		Options: options,
		fleet:   routers,
		places:  make(chan struct{}, options.MaxConcurrent),
		metrics: newMetrics(registry, routers),
	}
}

// Drain makes the server tell that it is not ready: it is about to end.
func (s *Server) Drain() { s.draining.Store(true) }

// prefix is the path below which all routes are, "" where there is none.
func (s *Server) prefix() string {
	if s.ExternalURL == nil {
		return ""
	}
	return strings.TrimRight(s.ExternalURL.Path, "/")
}

// Handler returns the routes. Patterns with GET take HEAD too.
func (s *Server) Handler() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /probe", s.probe)
	routes.HandleFunc("GET /sd", s.discovery)
	routes.Handle("GET /metrics", s.metrics.handler())
	routes.HandleFunc("GET /-/healthy", s.healthy)
	routes.HandleFunc("GET /-/ready", s.ready)
	routes.HandleFunc("GET /{$}", s.page)
	if s.prefix() == "" {
		return routes
	}
	outer := http.NewServeMux()
	outer.Handle(s.prefix()+"/", http.StripPrefix(s.prefix(), routes))
	outer.Handle("GET /{$}", http.RedirectHandler(s.prefix()+"/", http.StatusFound))
	return outer
}

func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) {
	answerText(w, http.StatusOK, "healthy")
}

func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	if s.draining.Load() {
		answerText(w, http.StatusServiceUnavailable, "draining")
		return
	}
	answerText(w, http.StatusOK, "ready")
}

// answerText answers one line for a person or a health check.
func answerText(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line + "\n")) // the client may have left
}
