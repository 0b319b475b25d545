package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Result is what one poll brought. It is a [prometheus.Collector] of the answer.
type Result struct {
	Began time.Time
	// Up tells whether the router could be read.
	Up bool
	// Collectors are those asked for, in the order of asking, with what became of each.
	Collectors []Outcome
	Duration   time.Duration
	// LastSuccess is when a poll last began that found the router up; this one if it did.
	LastSuccess time.Time
	// Shared is how many calls another poll had begun already.
	Shared int

	tables  []described
	metrics []prometheus.Metric
}

// Outcome tells whether a collector succeeded.
type Outcome struct {
	Collector string
	Err       error // nil where it did; usually an [*peplink.Error]
}

// Reason is why the collector failed, "" where it did not.
func (o Outcome) Reason() peplink.Reason {
	if o.Err == nil {
		return ""
	}
	return peplink.ReasonOf(o.Err)
}

// Failed reports whether the collector failed although the router may have what it asks
// for: what a router lacks is no failure.
func (o Outcome) Failed() bool {
	return o.Err != nil && o.Reason() != peplink.ReasonUnsupported
}

var _ prometheus.Collector = (*Result)(nil)

// Describe implements [prometheus.Collector].
func (r *Result) Describe(descs chan<- *prometheus.Desc) {
	for _, table := range r.tables {
		table.describe(descs)
	}
}

// Collect implements [prometheus.Collector].
func (r *Result) Collect(metrics chan<- prometheus.Metric) {
	for _, metric := range r.metrics {
		metrics <- metric
	}
}

// add turns what a collector read into samples.
func (r *Result) add(outcome outcome, view view, polled *sink) {
	r.tables = append(r.tables, outcome.definition.tables...)
	r.Collectors = append(r.Collectors, Outcome{Collector: outcome.definition.name, Err: outcome.err})
	if outcome.reading.collect != nil {
		samples := newSink()
		outcome.reading.collect(view, samples)
		outcome.reading.unreadable += samples.dropped
		r.metrics = append(r.metrics, samples.metrics...)
	}
	collectorTable.collect(outcome, polled)
}
