package server

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Metrics are the exporter's own. None has a label for the target: how a router fares is
// told by its probe.
type Metrics struct {
	registry *prometheus.Registry
	probes   *prometheus.CounterVec
	inFlight prometheus.Gauge
	rejected prometheus.Counter
	shared   prometheus.Counter
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewMetrics registers the exporter's own metrics.
func NewMetrics(registry *prometheus.Registry) *Metrics {
	registry.MustRegister(
		version.NewCollector("peplink_exporter"),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	auto := promauto.With(registry)
	m := &Metrics{
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

// CountRequest counts a request to a router.
func (m *Metrics) CountRequest(exchange peplink.Exchange) {
	m.requests.WithLabelValues(exchange.Endpoint, outcomeOf(exchange)).Inc()
	m.duration.WithLabelValues(exchange.Endpoint).Observe(exchange.Duration.Seconds())
}

// outcomeOf tells in a word what became of a request: ok or the reason of the failure.
func outcomeOf(exchange peplink.Exchange) string {
	return cmp.Or(string(exchange.Reason), "ok")
}

// The outcomes of a probe.
const (
	outcomeUp      = "up"
	outcomePartial = "partial"
	outcomeDown    = "down"
)

func (m *Metrics) probed(result *fleet.Result) {
	m.probes.WithLabelValues(stateOf(result.Up, result.Outcomes)).Inc()
	m.shared.Add(float64(result.Shared))
}

// stateOf tells in a word how a poll went.
func stateOf(up bool, outcomes []collector.Outcome) string {
	if !up {
		return outcomeDown
	}
	for i := range outcomes {
		if outcomes[i].Failed() {
			return outcomePartial
		}
	}
	return outcomeUp
}

func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// gatherLog takes promhttp's complaints about metrics.
type gatherLog struct{ logger *slog.Logger }

func (l gatherLog) Println(v ...any) {
	l.logger.Error("metrics cannot be gathered", "err", fmt.Sprint(v...))
}
