package main

import (
	"context"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"
)

// series is one series of a prototype.
type series struct {
	labels labels.Labels
	*values
}

// store holds the prototypes' series, and answers PromQL.
type store struct {
	series []series
	byName map[string][]int
}

func (s *store) add(v *values, pairs ...string) { s.addSeries(labels.FromStrings(pairs...), v) }

func (s *store) addSeries(of labels.Labels, v *values) {
	if s.byName == nil {
		s.byName = map[string][]int{}
	}
	name := of.Get(model.MetricNameLabel)
	s.byName[name] = append(s.byName[name], len(s.series))
	s.series = append(s.series, series{of, v})
}

// Querier implements storage.Queryable.
func (s *store) Querier(_, _ int64) (storage.Querier, error) {
	return querier{storage.NoopQuerier(), s}, nil
}

type querier struct {
	storage.Querier
	store *store
}

// Select implements storage.Querier for selectors that name their metric.
func (q querier) Select(_ context.Context, sorted bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := &found{}
	for _, matcher := range matchers {
		if matcher.Name != model.MetricNameLabel || matcher.Type != labels.MatchEqual {
			continue
		}
		for _, i := range q.store.byName[matcher.Value] {
			one := q.store.series[i]
			if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(one.labels.Get(m.Name)) }) {
				found.series = append(found.series, &storage.SeriesEntry{
					Lset:             one.labels,
					SampleIteratorFn: func(it chunkenc.Iterator) chunkenc.Iterator { return one.whole.Iterator(it) },
				})
			}
		}
	}
	if sorted {
		slices.SortFunc(found.series, func(a, b storage.Series) int { return labels.Compare(a.Labels(), b.Labels()) })
	}
	return found
}

type found struct {
	series []storage.Series
	next   int
}

func (f *found) Next() bool {
	f.next++
	return f.next <= len(f.series)
}

func (f *found) At() storage.Series { return f.series[f.next-1] }

func (*found) Err() error { return nil }

func (*found) Warnings() annotations.Annotations { return nil }
