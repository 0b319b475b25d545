package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

var labelName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// reservedLabels are set by Prometheus itself or say which part of a router a
// series belongs to; a target label of that name would rename the series' own.
var reservedLabels = []string{
	"job", "instance", "target", "le", "quantile",
	"wan_id", "wan", "sim", "rat", "band", "band_index", "peer_id", "peer", "profile_id", "profile",
	"collector", "reason", "state", "slot", "sensor", "fan",
}

// readLabels adds to the labels that are already there: they alone are merged
// key by key. A label's value may be empty, which takes it away in Prometheus.
func readLabels(r *reader, f field, into *settings) {
	into.Labels = maps.Clone(into.Labels)
	for _, p := range r.pairs(f) {
		name := p.key.Value
		path := f.path
		if readableKey.MatchString(name) {
			path = f.under(name)
		}
		if problem := labelProblem(name); problem != "" {
			r.fault(p.key.Line, path, "%s", problem)
			continue
		}
		if value, ok := r.text(field{path, p.key.Line, p.value}); ok {
			into.Labels[name] = value
		}
	}
}

func labelProblem(name string) string {
	switch {
	case strings.HasPrefix(name, "__"):
		return "label names that begin with __ belong to Prometheus; take another name"
	case slices.Contains(reservedLabels, name):
		return "this label name is used by the metrics or by Prometheus; take another name"
	case !labelName.MatchString(name):
		return "not a label name; it takes letters, digits and _, and begins with no digit"
	}
	return ""
}
