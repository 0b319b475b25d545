package collector

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Families are the metric families of one probe. They are filled by the functions of this
// package, one for each answer, and then gathered. They are not safe for concurrent use.
type Families struct {
	// Stop reports whether there is no time left to fill in more; nil for never.
	Stop func() bool

	byName  map[string]*dto.MetricFamily
	seen    map[string]struct{} // things, by table and labels
	dropped int
}

var _ prometheus.Gatherer = (*Families)(nil)

// Gather implements [prometheus.Gatherer]: the families in the order of their names. The
// error is always nil.
func (f *Families) Gather() ([]*dto.MetricFamily, error) {
	families := make([]*dto.MetricFamily, 0, len(f.byName))
	for _, family := range f.byName {
		families = append(families, family)
	}
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return families, nil
}

// Dropped returns how many things and values were left out since it was last asked: things
// that could not be told from others, and values that are no numbers.
func (f *Families) Dropped() int {
	dropped := f.dropped
	f.dropped = 0
	return dropped
}

// isNew notes a thing, and reports whether it can be told from all others of its table.
// One series twice would cost the whole answer.
func (f *Families) isNew(table string, labels []*dto.LabelPair) bool {
	var key strings.Builder
	key.WriteString(table)
	for _, label := range labels {
		key.WriteByte(0)
		key.WriteString(label.GetValue())
	}
	if _, again := f.seen[key.String()]; again {
		f.dropped++
		return false
	}
	if f.seen == nil {
		f.seen = map[string]struct{}{}
	}
	f.seen[key.String()] = struct{}{}
	return true
}

// add adds a sample to the family of a row.
func (f *Families) add(r *description, labels []*dto.LabelPair, value float64) {
	family, ok := f.byName[r.name]
	if !ok {
		family = &dto.MetricFamily{Name: &r.name, Help: &r.help, Type: r.kind.Enum()}
		if f.byName == nil {
			f.byName = map[string]*dto.MetricFamily{}
		}
		f.byName[r.name] = family
	}
	if r.kind == dto.MetricType_COUNTER {
		sample := &struct {
			metric  dto.Metric
			counter dto.Counter
			value   float64
		}{value: value}
		sample.counter.Value = &sample.value
		sample.metric.Label, sample.metric.Counter = labels, &sample.counter
		family.Metric = append(family.Metric, &sample.metric)
		return
	}
	sample := &struct {
		metric dto.Metric
		gauge  dto.Gauge
		value  float64
	}{value: value}
	sample.gauge.Value = &sample.value
	sample.metric.Label, sample.metric.Gauge = labels, &sample.gauge
	family.Metric = append(family.Metric, &sample.metric)
}
