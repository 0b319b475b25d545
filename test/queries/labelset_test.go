//go:build !withoutprometheus

package queries_test

import (
	"maps"
	"slices"
	"strings"
)

// labelSet is the labels that the series of an expression may have; nil for what is no vector.
type labelSet map[string]bool

func labelsOf(names ...string) labelSet {
	set := labelSet{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

func (s labelSet) with(names ...string) labelSet {
	more := labelSet{}
	maps.Copy(more, s)
	for _, name := range names {
		more[name] = true
	}
	return more
}

func (s labelSet) without(names ...string) labelSet {
	less := labelSet{}
	maps.Copy(less, s)
	for _, name := range names {
		delete(less, name)
	}
	return less
}

func (s labelSet) union(other labelSet) labelSet { return s.with(slices.Collect(maps.Keys(other))...) }

func (s labelSet) String() string { return strings.Join(slices.Sorted(maps.Keys(s)), ", ") }
