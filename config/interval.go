package config

import (
	"maps"
	"slices"
	"time"
)

// everyCollector stands in min_interval for those that are not named.
const everyCollector = "all"

// builtInMinInterval holds where min_interval names neither the collector nor
// all. The list of firmwares changes with an update only.
var builtInMinInterval = map[string]time.Duration{"firmware": time.Hour}

// MinIntervalOf is how long an answer that feeds the collector is used again
// before the router is asked anew; 0 asks at every poll.
func (t *Target) MinIntervalOf(collector string) time.Duration {
	if interval, named := t.MinInterval[collector]; named {
		return interval
	}
	return t.MinInterval[everyCollector]
}

// readMinInterval replaces the map of defaults as a whole.
func readMinInterval(r *reader, f field, into *settings) {
	written := map[string]time.Duration{}
	known := append([]string{everyCollector}, r.collectors.Known...)
	for _, p := range r.pairs(f) {
		if !slices.Contains(known, p.key.Value) {
			r.unknownKey(f, p.key, known)
			continue
		}
		if interval, ok := r.duration(field{f.under(p.key.Value), p.key.Line, p.value}); ok {
			written[p.key.Value] = interval
		}
	}
	into.MinInterval = r.completeMinInterval(written)
}

// completeMinInterval writes down what holds for the collectors not named.
func (r *reader) completeMinInterval(written map[string]time.Duration) map[string]time.Duration {
	if _, all := written[everyCollector]; all {
		return written
	}
	complete := map[string]time.Duration{everyCollector: 0}
	for collector, interval := range builtInMinInterval {
		if slices.Contains(r.collectors.Known, collector) {
			complete[collector] = interval
		}
	}
	maps.Copy(complete, written)
	return complete
}
