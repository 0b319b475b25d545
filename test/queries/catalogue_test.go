//go:build !withoutprometheus

// Package queries checks every PromQL expression that the project hands out, and the dashboards that hold most of
// them, against the tables of the exporter's metrics.
//
// It is a Go module of its own because it parses PromQL with Prometheus itself and decodes dashboards with Grafana's
// own types, and the exporter shall not depend on either.
package queries_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// targetLabels are those that Prometheus gives every series of a router: the two it always gives, and those that the
// rules and dashboards suggest for the exporter's configuration.
var targetLabels = []string{"job", "instance", "site", "role", "availability", "router_model"}

// ofScrapes are the metrics that Prometheus makes of each scrape.
var ofScrapes = []string{
	"up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added",
}

// catalogue knows the labels of every metric.
type catalogue struct {
	metrics   map[string]labelSet
	recorded  map[string]recording
	alerts    map[string]labelSet // by alertname
	following map[string]labelSet // recording rules whose labels are being found out, with those found so far
}

// recording is a recording rule whose labels follow from its expression.
type recording struct {
	expr   string
	labels map[string]string
}

// exported is the catalogue without any rule.
func exported(t *testing.T) *catalogue {
	t.Helper()
	c := &catalogue{
		metrics: map[string]labelSet{}, recorded: map[string]recording{},
		alerts: map[string]labelSet{}, following: map[string]labelSet{},
	}
	for name, labels := range probed() {
		c.metrics[name] = labels.with(targetLabels...)
	}
	for name, labels := range ownMetrics(t) {
		c.metrics[name] = labels.with("job", "instance")
	}
	for _, name := range ofScrapes {
		c.metrics[name] = labelsOf(targetLabels...)
	}
	return c
}

// probed are the metrics of METRICS.md, with their own labels.
func probed() map[string]labelSet {
	metrics := map[string]labelSet{}
	for _, section := range collector.Sections() {
		for _, metric := range section.Metrics {
			metrics[metric.Name] = labelsOf(metric.Labels...)
		}
	}
	return metrics
}

// of is the labels of a metric or of a recording rule.
func (c *catalogue) of(name string) (labels labelSet, known bool) {
	if labels, known = c.metrics[name]; known {
		return labels, true
	}
	if name == "ALERTS" || name == "ALERTS_FOR_STATE" {
		return c.ofAlerts(name), true
	}
	rule, known := c.recorded[name]
	if !known || c.following[name] != nil {
		return c.following[name], known
	}
	defer delete(c.following, name)
	// A rule may read its own last value. Then what is known of its labels grows until it says all.
	for labels = labelsOf(); c.following[name].String() != labels.String() || c.following[name] == nil; {
		c.following[name] = labels
		labels, _ = c.infer(rule.expr)
		labels = labels.with(slices.Collect(maps.Keys(rule.labels))...)
	}
	c.metrics[name] = labels
	return labels, true
}

// ofAlerts is what Prometheus shows of alerts: the labels of any of them, and what it adds itself.
func (c *catalogue) ofAlerts(name string) labelSet {
	labels := labelsOf("alertname")
	if name == "ALERTS" {
		labels = labels.with("alertstate")
	}
	for _, of := range c.alerts {
		labels = labels.union(of)
	}
	return labels
}

// names are all metrics, recording rules included.
func (c *catalogue) names() []string {
	all := slices.Concat(slices.Collect(maps.Keys(c.metrics)), slices.Collect(maps.Keys(c.recorded)), []string{"ALERTS"})
	slices.Sort(all)
	return slices.Compact(all)
}

// The metrics that dashboards rest on are there, with labels: a catalogue that has lost them would find no fault.
func TestCatalogueHasWhatTheExporterShows(t *testing.T) {
	c := exported(t)
	for name, want := range map[string]string{
		"peplink_up":                             "availability, instance, job, role, router_model, site",
		"peplink_wan_state":                      "availability, instance, job, role, router_model, site, state, wan, wan_id",
		"peplink_exporter_probes_total":          "instance, job, outcome",
		"peplink_exporter_targets":               "instance, job",
		"peplink_exporter_build_info":            "branch, goarch, goos, goversion, instance, job, revision, tags, version",
		"go_gc_duration_seconds":                 "instance, job, quantile",
		"process_resident_memory_bytes":          "instance, job",
		"up":                                     "availability, instance, job, role, router_model, site",
		histograms[0] + "_bucket":                "endpoint, instance, job, le",
		"peplink_exporter_router_requests_total": "endpoint, instance, job, outcome",
	} {
		if got, _ := c.of(name); got.String() != want {
			t.Errorf("labels of %s: %s, want %s", name, got, want)
		}
	}
	if _, known := c.of(histograms[0]); known {
		t.Errorf("%s is taken for a metric; only its buckets, sum and count are", histograms[0])
	}
}
