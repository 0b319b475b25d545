// Package server is the exporter's HTTP side: probes of routers for Prometheus, service
// discovery, the exporter's own metrics, health, and a page for people.
package server

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// Options are the settings of the command line.
type Options struct {
	Logger *slog.Logger
	// TimeoutOffset is how long before Prometheus' own time-out a probe answers.
	TimeoutOffset time.Duration
	// MaxConcurrent is how many probes run at once; 0 for max(256, 2 × targets).
	MaxConcurrent int
	// HealthListenAddress is where the two health routes are served besides; "" for nowhere.
	HealthListenAddress string
	// DisableAdmin leaves out the routes that show or reload the configuration.
	DisableAdmin bool
	// ExternalURL is where the exporter is reached; nil where requests tell. Its path is
	// the prefix of all routes.
	ExternalURL *url.URL
}

// Server answers HTTP requests for the fleet that serves when they come.
type Server struct {
	Options
	live     *fleet.Live
	places   *places       // for the probes that are running
	lists    chan struct{} // holds one element for each list of all targets that is being written
	metrics  *Metrics
	draining atomic.Bool
}

// New makes a server. Those of the exporter's own metrics that tell of the configuration are
// registered with those it is given.
func New(live *fleet.Live, metrics *Metrics, options Options) *Server {
	registerConfiguration(metrics.registry, live)
	s := &Server{
		Options: options,
		live:    live,
		places:  newPlaces(),
		metrics: metrics,
		lists:   make(chan struct{}, listsAtOnce),
	}
	s.places.growTo(s.maxConcurrent())
	return s
}

// maxConcurrent is how many probes may run at once with the fleet of now.
func (s *Server) maxConcurrent() int {
	if s.MaxConcurrent > 0 {
		return s.MaxConcurrent
	}
	return max(256, 2*len(s.live.Fleet().Routers()))
}

// Drain makes the server tell that it is not ready: it is about to end.
func (s *Server) Drain() { s.draining.Store(true) }

// plainPath is what the path of the external URL can be made of: routes are not escaped.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9._~/-]*$`)

// CheckExternalURL tells what is wrong with an external URL; nil is none and right.
func CheckExternalURL(external *url.URL) error {
	switch {
	case external == nil:
		return nil
	case external.Scheme != "http" && external.Scheme != "https" || external.Host == "":
		return errors.New("--web.external-url is to be an http or https URL with a host, such as https://metrics.example.net/peplink")
	case external.User != nil || external.RawQuery != "" || external.Fragment != "":
		return errors.New("--web.external-url is to have no user, query or fragment")
	case !plainPath.MatchString(external.Path) || strings.Contains(external.Path, "//"):
		return errors.New("--web.external-url is to have a path of plain letters and digits")
	}
	return nil
}

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
	routes.HandleFunc("GET /sd", s.few(s.discovery))
	routes.Handle("GET /metrics", s.metrics.handler())
	s.handleHealth(routes)
	routes.HandleFunc("GET /{$}", s.few(s.page))
	if !s.DisableAdmin {
		routes.HandleFunc("GET /config", s.few(s.configuration))
		routes.Handle("POST /-/reload", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.reload)))
	}
	if s.prefix() == "" {
		return s.guard(routes)
	}
	outer := http.NewServeMux()
	outer.Handle(s.prefix()+"/", http.StripPrefix(s.prefix(), routes))
	outer.Handle("GET /{$}", http.RedirectHandler(s.prefix()+"/", http.StatusFound))
	return s.guard(outer)
}

// HealthHandler returns the two health routes alone, without the prefix: for a port that
// supervisors ask directly.
func (s *Server) HealthHandler() http.Handler {
	routes := http.NewServeMux()
	s.handleHealth(routes)
	return s.guard(routes)
}

func (s *Server) handleHealth(routes *http.ServeMux) {
	routes.HandleFunc("GET /-/healthy", s.healthy)
	routes.HandleFunc("GET /-/ready", s.ready)
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
	w.WriteHeader(status)
	_, _ = w.Write([]byte(line + "\n")) // the client may have left
}
