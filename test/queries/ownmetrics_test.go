//go:build !withoutprometheus

package queries_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/server"
)

// histograms of the exporter have no series before the first request, so that their type cannot be seen.
var histograms = []string{"peplink_exporter_router_request_duration_seconds"}

var description = regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`)

// ownMetrics are those of the exporter's own page, as it describes and as it shows them.
func ownMetrics(t *testing.T) map[string]labelSet {
	t.Helper()
	registry := prometheus.NewRegistry()
	own := server.NewMetrics(registry)
	live, err := fleet.NewLive(func() (*config.Config, error) { return &config.Config{}, nil }, fleet.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server.New(live, own, server.Options{})

	metrics := map[string]labelSet{}
	for _, desc := range described(registry) {
		part := description.FindStringSubmatch(desc)
		if part == nil {
			t.Fatalf("a metric of the exporter cannot be read: %s", desc)
		}
		metrics[part[1]] = labelsOf(strings.FieldsFunc(part[2], func(r rune) bool { return r == ',' })...)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		name := family.GetName()
		for _, label := range family.Metric[0].Label {
			metrics[name] = metrics[name].with(label.GetName())
		}
		switch family.GetType() {
		case dto.MetricType_HISTOGRAM:
			addHistogram(metrics, name)
		case dto.MetricType_SUMMARY:
			metrics[name+"_sum"], metrics[name+"_count"] = metrics[name], metrics[name]
			metrics[name] = metrics[name].with("quantile")
		}
	}
	for _, name := range histograms {
		if _, known := metrics[name]; !known {
			t.Fatalf("the exporter does not describe %s", name)
		}
		addHistogram(metrics, name)
	}
	return metrics
}

func addHistogram(metrics map[string]labelSet, name string) {
	metrics[name+"_bucket"] = metrics[name].with("le")
	metrics[name+"_sum"], metrics[name+"_count"] = metrics[name], metrics[name]
	delete(metrics, name)
}

func described(registry *prometheus.Registry) []string {
	descs := make(chan *prometheus.Desc)
	go func() {
		registry.Describe(descs)
		close(descs)
	}()
	var texts []string
	for desc := range descs {
		texts = append(texts, desc.String())
	}
	return texts
}
