package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// The jobs as the documentation names them.
const (
	probes = "peplink"
	own    = "peplink_exporter"
)

// variants of each answer differ in how they move.
const variants = 2

// A hub is told by its size: it has more peers than this.
const (
	hubPeers = 100
	peerUp   = "peplink_pepvpn_peer_up"
)

// readPages makes prototypes of routers from answers: the series of each, moving through the day. A prototype's
// instance is NAME/VARIANT; a hub is told by its size, and stays alone.
func readPages(folder string, at clock) (*store, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.prom"))
	if err != nil {
		return nil, err
	}
	s := &store{}
	for _, file := range files {
		families, err := readPage(file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".prom")
		if name == "metrics" {
			s.addPage(families, at, 0, "job", own, "instance", "exporter:10717")
			continue
		}
		number := variants
		if len(families[peerUp].GetMetric()) > hubPeers {
			number = 1
		}
		for v := range number {
			s.addPage(families, at, v, "job", probes, "instance", name+"/"+strconv.Itoa(v))
		}
	}
	if len(s.series) == 0 {
		return nil, fmt.Errorf("no answers in %q", folder)
	}
	return s, nil
}

func readPage(file string) (map[string]*dto.MetricFamily, error) {
	page, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer page.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(page)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return families, nil
}

func (s *store) addPage(families map[string]*dto.MetricFamily, at clock, variant int, target ...string) {
	s.add(moving("up", 1, false, variant, at), append(target, model.MetricNameLabel, "up")...)
	for _, name := range slices.Sorted(maps.Keys(families)) {
		for _, metric := range families[name].Metric {
			for _, sample := range samplesOf(name, metric) {
				pairs := append(slices.Clone(target), sample.pairs...)
				s.add(moving(sample.name, sample.value, sample.counter, variant, at), append(pairs, model.MetricNameLabel, sample.name)...)
			}
		}
	}
}

type pageSample struct {
	name    string
	value   float64
	counter bool
	pairs   []string // of labels
}

func samplesOf(name string, metric *dto.Metric) []pageSample {
	var pairs []string
	for _, pair := range metric.Label {
		pairs = append(pairs, pair.GetName(), pair.GetValue())
	}
	switch {
	case metric.Counter != nil:
		return []pageSample{{name, metric.Counter.GetValue(), true, pairs}}
	case metric.Gauge != nil:
		return []pageSample{{name, metric.Gauge.GetValue(), false, pairs}}
	case metric.Untyped != nil:
		return []pageSample{{name, metric.Untyped.GetValue(), false, pairs}}
	case metric.Histogram != nil:
		count := float64(metric.Histogram.GetSampleCount())
		all := []pageSample{{name + "_sum", metric.Histogram.GetSampleSum(), true, pairs}, {name + "_count", count, true, pairs}}
		for _, bucket := range metric.Histogram.Bucket {
			le := labels.FormatOpenMetricsFloat(bucket.GetUpperBound())
			all = append(all, pageSample{name + "_bucket", float64(bucket.GetCumulativeCount()), true, append(slices.Clone(pairs), "le", le)})
		}
		return all
	}
	return nil // summaries are asked for by nobody
}
