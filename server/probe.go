package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// maxTarget is the length of the target parameter, in bytes.
const maxTarget = 256

// probe polls one router and answers its metrics. It answers 200 whenever the target is
// known, also when the router is down: that is what peplink_up tells.
func (s *Server) probe(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	routers, leave := s.live.Enter()
	leave = sync.OnceFunc(leave)
	defer leave()
	asked, err := parseProbe(routers, r)
	if err != nil {
		answerText(w, statusOf(err), err.Error())
		return
	}
	router := asked.router
	deadline, err := s.deadline(r.Header.Get(timeoutHeader), router.Target.Timeout)
	if err != nil {
		answerText(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.enter(r.Context(), deadline/2) {
		s.reject(w, r)
		return
	}
	ctx, cancel := context.WithDeadline(fleet.WithTimeout(r.Context(), deadline), began.Add(deadline-writingTime(deadline)))
	defer cancel()
	result := router.Poll(ctx, asked.collectors)
	s.leave() // who reads slowly keeps no others waiting
	leave()   // and keeps no routers that a reload has removed
	s.metrics.probed(result)
	s.log(router.Target.Name, result)
	_ = http.NewResponseController(w).SetWriteDeadline(began.Add(deadline + readingTime))
	if asked.debug {
		s.explain(w, router, result)
		return
	}
	s.answer(w, r, router.Target.Name, result)
}

// reject answers that there was no place in time; who has left by then is not told.
func (s *Server) reject(w http.ResponseWriter, r *http.Request) {
	if r.Context().Err() != nil {
		return
	}
	s.metrics.rejected.Inc()
	w.Header().Set("Retry-After", "1")
	answerText(w, http.StatusServiceUnavailable, "too many probes are running; --scrape.max-concurrent allows no more")
}

// probeRequest is what a request asks for.
type probeRequest struct {
	router     *fleet.Router
	collectors []string
	debug      bool
}

// parseProbe finds the router and the collectors that a request asks for.
func parseProbe(routers *fleet.Fleet, r *http.Request) (probeRequest, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return probeRequest{}, errors.New("the parameters are malformed")
	}
	for _, foreign := range []string{"collect", "module", "auth"} {
		if query.Has(foreign) {
			return probeRequest{}, fmt.Errorf("there is no parameter %s; collect[] chooses among the target's collectors, all else is in the configuration", foreign)
		}
	}
	targets := query["target"]
	switch {
	case len(targets) != 1 || targets[0] == "":
		return probeRequest{}, errors.New("give the parameter target once: the name of a configured router")
	case len(targets[0]) > maxTarget:
		return probeRequest{}, fmt.Errorf("target is longer than %d bytes", maxTarget)
	}
	router, err := routers.Lookup(targets[0])
	if err != nil {
		return probeRequest{}, err
	}
	asked := probeRequest{router: router, collectors: router.Target.Collectors, debug: query.Get("debug") == "true"}
	if chosen, given := query["collect[]"]; given {
		asked.collectors = chosen
	}
	for _, name := range asked.collectors {
		if err := mayCollect(router, name); err != nil {
			return probeRequest{}, err
		}
	}
	return asked, nil
}

func mayCollect(router *fleet.Router, name string) error {
	known := collector.Names()
	switch {
	case router.Has(name):
		return nil
	case slices.Contains(known, name):
		return fmt.Errorf("collector %s is off for target %s; add it to the target's collectors in the configuration to switch it on", name, router.Target.Name)
	}
	hint := ""
	if closest := config.Closest(name, known); closest != "" {
		hint = "; did you mean " + closest + "?"
	}
	return errors.New("unknown collector" + hint)
}

func statusOf(err error) int {
	if _, unknown := errors.AsType[*fleet.UnknownError](err); unknown {
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

// enter waits for a place among the running probes.
func (s *Server) enter(ctx context.Context, patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if !s.places.take(ctx) {
		return false
	}
	s.metrics.inFlight.Inc()
	return true
}

func (s *Server) leave() {
	s.metrics.inFlight.Dec()
	s.places.free()
}

// log tells what a poll found where that is new: a state that lasts is not repeated at
// every scrape.
func (s *Server) log(target string, result *fleet.Result) {
	if result.Contended {
		s.Logger.Warn("sessions are lost again and again: another program probably uses the same API client or user", "target", target)
	}
	if !result.Changed {
		return
	}
	why := sentence(result.Outcomes)
	switch stateOf(result.Up, result.Outcomes) {
	case outcomeUp:
		if why != "" {
			s.Logger.Info("poll succeeds, but the router lacks some endpoints", "target", target, "err", why)
			return
		}
		s.Logger.Info("poll succeeds again", "target", target)
	default:
		s.Logger.Warn("poll failed", "target", target, "collector", firstFailed(result.Outcomes), "err", why)
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, target string, result *fleet.Result) {
	// promhttp would filter by name[], which a probe ignores.
	whole := r.Clone(r.Context())
	whole.URL.RawQuery = ""
	promhttp.HandlerFor(result, promhttp.HandlerOpts{
		ErrorLog:          gatherLog{logger: s.Logger.With("target", target)},
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: true,
	}).ServeHTTP(w, whole)
}
