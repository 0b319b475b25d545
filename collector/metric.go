package collector

import (
	"slices"
	"strconv"
	"strings"

	dto "github.com/prometheus/client_model/go"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A metric is one row of a table: one metric family, read from a T.
type metric[T any] struct {
	description
	read func(v *T, s *sampler)
}

// description is what a row says of its metric.
type description struct {
	name   string
	help   string
	source string   // the field of the API that it comes from, for METRICS.md
	labels []string // beyond those of the table
	words  []string // that its last label may be, where they are known
	kind   dto.MetricType
	order  []int // of the table's labels and these, by name
}

// several is a gauge with one sample for each value of its labels.
func several[T any](name, help, source string, labels []string, read func(v *T, s *sampler)) metric[T] {
	return metric[T]{description{name: name, help: help, source: source, labels: labels, kind: dto.MetricType_GAUGE}, read}
}

// number is a gauge read from a number as the router sent it.
func number[T any](name, help, source string, field func(*T) peplink.Number) metric[T] {
	return gauge(name, help, source, func(v *T) (float64, bool) { return field(v).Value() })
}

// flag is a gauge that is 1 for true and 0 for false.
func flag[T any](name, help, source string, field func(*T) peplink.Bool) metric[T] {
	return gauge(name, help, source, func(v *T) (float64, bool) {
		yes, ok := field(v).Value()
		return oneIf(yes), ok
	})
}

// gauge is a gauge that is worked out; where the second result is false there is nothing
// to say.
func gauge[T any](name, help, source string, value func(*T) (float64, bool)) metric[T] {
	return several(name, help, source, nil, func(v *T, s *sampler) {
		if n, ok := value(v); ok {
			s.sample(n)
		}
	})
}

// counter is a value that only grows until what it counts starts anew.
func counter[T any](name, help, source string, value func(*T) (float64, bool)) metric[T] {
	return asCounter(gauge(name, help, source, value))
}

func asCounter[T any](row metric[T]) metric[T] {
	row.kind = dto.MetricType_COUNTER
	return row
}

// info is a gauge that is always 1 and tells what it knows in its labels; where the second
// result is false there is nothing to say.
func info[T any](name, help, source string, labels []string, texts func(*T) ([]string, bool)) metric[T] {
	return several(name, help, source, labels, func(v *T, s *sampler) {
		if values, ok := texts(v); ok {
			s.sample(1, values...)
		}
	})
}

// anyOf is for an info about a part that not all things have, such as a modem: where all
// its labels are empty there is nothing to say.
func anyOf(texts ...string) ([]string, bool) {
	return texts, slices.ContainsFunc(texts, func(text string) bool { return text != "" })
}

// personal is for an info about a person or place, shown only where the target exposes it.
func personal(exposed bool, texts ...peplink.Text) ([]string, bool) {
	if !exposed {
		return nil, false
	}
	values := make([]string, len(texts))
	for i, text := range texts {
		values[i] = text.String()
	}
	return anyOf(values...)
}

// onlyIf is a personal text where the target exposes it, "" elsewhere.
func onlyIf(exposed bool, text peplink.Text) string {
	if exposed {
		return text.String()
	}
	return ""
}

// states is a set of gauges, one for each known state, of which exactly one is 1. A state
// that is not known adds one of its own, so that the set still says what the router said.
func states[T any](name, help, source string, known []string, state func(*T) (string, bool)) metric[T] {
	return oneOf(known, several(name, help, source, []string{"state"}, func(v *T, s *sampler) {
		current, ok := state(v)
		if !ok {
			return
		}
		for _, name := range known {
			s.sample(oneIf(name == current), name)
		}
		if !slices.Contains(known, current) {
			s.sample(1, current)
		}
	}))
}

// oneOf is a row whose last label is one of some words, as METRICS.md tells.
func oneOf[T any](words []string, row metric[T]) metric[T] {
	row.words = words
	return row
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// boolLabel is "true", "false", or "" where the router said neither.
func boolLabel(b peplink.Bool) string {
	if yes, ok := b.Value(); ok {
		return strconv.FormatBool(yes)
	}
	return ""
}

// maxState is the length of a state that a router invented.
const maxState = 32

// stateWord turns a router's word for a state into a label value: lower case, and one
// underscore for each run of anything else.
func stateWord(text string) string {
	var word strings.Builder
	gap := false
	for _, c := range strings.ToLower(text) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			gap = true
			continue
		}
		if gap {
			word.WriteByte('_')
			gap = false
		}
		word.WriteRune(c)
	}
	if gap {
		word.WriteByte('_')
	}
	return word.String()[:min(word.Len(), maxState)]
}
