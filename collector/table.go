package collector

import (
	"cmp"
	"math"
	"slices"

	dto "github.com/prometheus/client_model/go"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A table holds the metrics that are read from one kind of thing, and the labels that
// tell one such thing from another.
type table[T any] struct {
	labels []string
	values func(*T) []string
	sorted []int // places of labels, in the order of their names
	rows   []metric[T]
}

// newTable makes a table; values are those of labels. Nil for both: there is only one such
// thing.
func newTable[T any](labels []string, values func(*T) []string, rows ...metric[T]) table[T] {
	t := table[T]{labels: labels, values: values, sorted: sortedPlaces(labels), rows: rows}
	for i := range t.rows {
		t.rows[i].order = sortedPlaces(slices.Concat(labels, t.rows[i].labels))
	}
	return t
}

// sortedPlaces lists the places of labels in the order of their names, which is that of an
// exposition.
func sortedPlaces(labels []string) []int {
	places := make([]int, len(labels))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Compare(labels[a], labels[b]) })
	return places
}

// collect reads every metric of the table from v. It reports whether it did: a thing that
// cannot be told from another one is left out.
func (t *table[T]) collect(v *T, into *Families) bool {
	if into.Stop != nil && into.Stop() {
		return false
	}
	s := sampler{into: into}
	if t.values != nil {
		s.thing = pairs(t.labels, t.values(v))
		s.sorted = pick(s.thing, nil, t.sorted)
		if !into.isNew(t.rows[0].name, s.thing) {
			return false
		}
	}
	for i := range t.rows {
		row := &t.rows[i]
		s.row = &row.description
		row.read(v, &s)
	}
	return true
}

// sampler takes the samples of one thing. Its labels are shared by all of them.
type sampler struct {
	into   *Families
	row    *description
	thing  []*dto.LabelPair // labels of the thing, in the table's order
	sorted []*dto.LabelPair // the same by name
}

// sample takes one sample of the row: its value, and the values of the row's own labels. A
// value that outgrew all numbers when it was worked out is left out and counted.
func (s *sampler) sample(value float64, own ...string) {
	if math.IsInf(value, 0) || math.IsNaN(value) {
		s.into.dropped++
		return
	}
	labels := s.sorted
	if len(own) > 0 {
		labels = pick(s.thing, pairs(s.row.labels, own), s.row.order)
	}
	s.into.add(s.row, labels, value)
}

// maxLabel is the length of a label value, in characters.
const maxLabel = 128

// pairs makes labels of names and values.
func pairs(names, values []string) []*dto.LabelPair {
	made := make([]dto.LabelPair, len(names))
	texts := make([]string, len(names))
	pointers := make([]*dto.LabelPair, len(names))
	for i := range names {
		texts[i] = peplink.Clean(values[i], maxLabel)
		made[i].Name, made[i].Value = &names[i], &texts[i]
		pointers[i] = &made[i]
	}
	return pointers
}

// pick puts labels of a thing and of a row in order.
func pick(thing, own []*dto.LabelPair, order []int) []*dto.LabelPair {
	picked := make([]*dto.LabelPair, len(order))
	for i, place := range order {
		if place < len(thing) {
			picked[i] = thing[place]
		} else {
			picked[i] = own[place-len(thing)]
		}
	}
	return picked
}

// documented is a table of whatever type, as far as its metrics can be listed.
type documented interface{ document() []Document }

// Document is what METRICS.md says of a metric.
type Document struct {
	Name, Type, Help, Source string
	Labels                   []string
	Words                    []string // that the last label may be, where they are known
}

func (t *table[T]) document() []Document {
	documents := make([]Document, 0, len(t.rows))
	for _, row := range t.rows {
		kind := "gauge"
		if row.kind == dto.MetricType_COUNTER {
			kind = "counter"
		}
		documents = append(documents, Document{
			Name: row.name, Type: kind, Help: row.help, Source: row.source,
			Labels: slices.Concat(t.labels, row.labels), Words: row.words,
		})
	}
	return documents
}
