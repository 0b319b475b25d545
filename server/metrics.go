package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// metrics are the exporter's own. None has a label for the target: how a router fares is
// told by its probe.
type metrics struct {
	registry *prometheus.Registry
	probes   *prometheus.CounterVec
	inFlight prometheus.Gauge
	rejected prometheus.Counter
	shared   prometheus.Counter
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(registry *prometheus.Registry, live *fleet.Live) *metrics {
	registry.MustRegister(
		version.NewCollector("peplink_exporter"),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	registerConfiguration(registry, live)
	auto := promauto.With(registry)
	m := &metrics{
		registry: registry,
		probes: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "peplink_exporter_probes_total",
			Help: "Probes answered: up, partial (up, but a collector failed that the router supports) or down.",
		}, []string{"outcome"}),
		inFlight: auto.NewGauge(prometheus.GaugeOpts{
			Name: "peplink_exporter_probes_in_flight",
			Help: "Probes that are running.",
		}),
		rejected: auto.NewCounter(prometheus.CounterOpts{
			Name: "peplink_exporter_probes_rejected_total",
			Help: "Probes for which there was no place in time.",
		}),
		shared: auto.NewCounter(prometheus.CounterOpts{
			Name: "peplink_exporter_requests_shared_total",
			Help: "Calls to routers that a probe joined instead of making them again.",
		}),
		requests: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "peplink_exporter_router_requests_total",
			Help: "Requests made to routers, by endpoint and what became of them: ok or the reason of the failure.",
		}, []string{"endpoint", "outcome"}),
		duration: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "peplink_exporter_router_request_duration_seconds",
			Help:    "How long requests to routers took.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"endpoint"}),
	}
	for _, outcome := range []string{outcomeUp, outcomePartial, outcomeDown} {
		m.probes.WithLabelValues(outcome) // so that a rate can be seen from the first one on
	}
	return m
}

// exchange counts a request to a router.
func (m *metrics) exchange(exchange peplink.Exchange) {
	outcome := "ok"
	if exchange.Reason != "" {
		outcome = string(exchange.Reason)
	}
	m.requests.WithLabelValues(exchange.Endpoint, outcome).Inc()
	m.duration.WithLabelValues(exchange.Endpoint).Observe(exchange.Duration.Seconds())
}

// The outcomes of a probe.
const (
	outcomeUp      = "up"
	outcomePartial = "partial"
	outcomeDown    = "down"
)

func (m *metrics) probed(result *collector.Result) {
	m.probes.WithLabelValues(outcomeOf(result)).Inc()
	m.shared.Add(float64(result.Shared))
}

func outcomeOf(result *collector.Result) string {
	if !result.Up {
		return outcomeDown
	}
	if slices.ContainsFunc(result.Collectors, collector.Outcome.Failed) {
		return outcomePartial
	}
	return outcomeUp
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// gatherLog takes promhttp's complaints about metrics.
type gatherLog struct{ logger *slog.Logger }

func (l gatherLog) Println(v ...any) {
	l.logger.Error("metrics cannot be gathered", "err", fmt.Sprint(v...))
}
