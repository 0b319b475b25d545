package collector

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A table holds the metrics that are read from one kind of thing, and the labels that
// tell one such thing from another.
type table[T any] struct {
	labels []string
	values func(T) []string
	rows   []row[T]
}

// row is a metric with its description, which is made once and not for every scrape.
type row[T any] struct {
	metric[T]
	desc *prometheus.Desc
}

func newTable[T any](labels []string, values func(T) []string, metrics ...metric[T]) table[T] {
	t := table[T]{labels: labels, values: values}
	for _, m := range metrics {
		desc := prometheus.NewDesc(m.name, m.help, slices.Concat(labels, m.labels), nil)
		t.rows = append(t.rows, row[T]{metric: m, desc: desc})
	}
	return t
}

// unlabelled is the values function of a table of things of which there is only one.
func unlabelled[T any](T) []string { return nil }

// collect reads every metric of the table from v.
func (t table[T]) collect(v T, into *sink) {
	values := t.values(v)
	for _, row := range t.rows {
		row.read(v, func(value float64, own ...string) {
			into.add(row.desc, row.name, row.kind, value, slices.Concat(values, own))
		})
	}
}

// described is a table of whatever type, as far as its metrics can be listed.
type described interface {
	describe(descs chan<- *prometheus.Desc)
	document() []Document
}

func (t table[T]) describe(descs chan<- *prometheus.Desc) {
	for _, row := range t.rows {
		descs <- row.desc
	}
}

// Document is what METRICS.md says of a metric.
type Document struct {
	Name, Type, Help, Source string
	Labels                   []string
}

func (t table[T]) document() []Document {
	documents := make([]Document, 0, len(t.rows))
	for _, row := range t.rows {
		kind := "gauge"
		if row.kind == counterKind {
			kind = "counter"
		}
		documents = append(documents, Document{
			Name: row.name, Type: kind, Help: row.help, Source: row.source,
			Labels: slices.Concat(t.labels, row.labels),
		})
	}
	return documents
}

// maxLabel is the length of a label value, in characters.
const maxLabel = 128

// sink takes the samples of one collector in one poll.
type sink struct {
	metrics []prometheus.Metric
	seen    map[string]bool
	dropped int // samples that could not be shown beside the others
}

func newSink() *sink { return &sink{seen: map[string]bool{}} }

// add takes a sample. What a router makes collide, such as two ids that are alike when
// cut, is left out: one series twice would cost the whole answer.
func (s *sink) add(desc *prometheus.Desc, name string, kind prometheus.ValueType, value float64, labels []string) {
	for i, text := range labels {
		labels[i] = peplink.Clean(text, maxLabel)
	}
	series := name + "\x00" + strings.Join(labels, "\x00")
	sample, err := prometheus.NewConstMetric(desc, kind, value, labels...)
	if err != nil || s.seen[series] {
		s.dropped++
		return
	}
	s.seen[series] = true
	s.metrics = append(s.metrics, sample)
}
