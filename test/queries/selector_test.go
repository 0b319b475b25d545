//go:build !withoutprometheus

package queries_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// selector looks up the metric, and what it is selected by.
func (f *following) selector(e *parser.VectorSelector) labelSet {
	have := f.selected(e)
	if have == nil {
		return labelsOf(targetLabels...) // the fault is told; go on with what nearly all have
	}
	for _, matcher := range e.LabelMatchers {
		if matcher.Name == model.MetricNameLabel {
			continue
		}
		f.need([]string{matcher.Name}, have, e.String())
		f.knownValues(e.Name, matcher)
	}
	return have
}

func (f *following) selected(e *parser.VectorSelector) labelSet {
	if e.Name != "" {
		have, known := f.of(e.Name)
		if !known {
			f.fault("nobody exports or records %s%s", e.Name, f.near(e.Name))
		}
		return have
	}
	var have labelSet
	for _, name := range f.names() {
		if !slices.ContainsFunc(e.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == model.MetricNameLabel && !m.Matches(name) }) {
			of, _ := f.of(name)
			have = have.union(of)
		}
	}
	if have == nil {
		f.fault("no metric's name fits %s", e)
	}
	return have
}

// near names a metric that may be meant.
func (f *following) near(name string) string {
	for _, known := range f.names() {
		if strings.HasPrefix(known, name) || strings.HasPrefix(name, known) {
			return "; is " + known + " meant?"
		}
	}
	return ""
}

// reasons are why a collector fails, as the exporter's pages tell it.
var reasons = []string{
	"dns", "connect", "certificate", "tls", "timeout", "secret", "auth", "forbidden", "unsupported", "http", "api", "decode",
}

// values are those that a label of a metric has, where they are few and fixed. A state set's are in METRICS.md's
// sources only; here they are listed as the exporter shows them.
var values = map[string]map[string][]string{
	"peplink_wan_state": {"state": {
		"up", "standby", "connecting", "down", "no_cable", "no_device", "disabled", "scheduled_off", "as_lan", "locked", "unknown",
	}},
	"peplink_pepvpn_profile_state":   {"state": {"start", "authen", "tunnel", "route", "conflict", "connected", "disconnected"}},
	"peplink_pepvpn_peer_state_info": {"state": {"start", "authen", "tunnel", "route", "conflict", "connected", "disconnected"}},
	"peplink_cellular_roaming_state": {"state": {"home", "roaming", "roaming_partner"}},
	"peplink_tls_verification":       {"state": {"ca", "fingerprint", "none", "plaintext"}},
	"peplink_pepvpn_peer_routes":     {"kind": {"active", "inactive", "conflict"}},
	"peplink_pepvpn_link_state_info": {"state": {
		"active", "active_p", "active_d", "active_u", "suspended_p", "suspended_d", "suspended_u", "standby", "cold", "detecting",
		"failure", "invalid", "remote_failure", "wan_down", "wan_disabled",
	}},
	"peplink_scrape_error":                   {"reason": reasons, "collector": collector.Names()},
	"peplink_scrape_collector_success":       {"collector": collector.Names()},
	"peplink_exporter_probes_total":          {"outcome": {"up", "partial", "down"}},
	"peplink_exporter_router_requests_total": {"outcome": append([]string{"ok"}, reasons...)},
	"ALERTS":                                 {"alertstate": {"pending", "firing"}, "severity": {"critical", "warning", "info"}},
}

// knownValues finds a value that a label never has, such as a misspelt state: the query would be empty for ever. Of a
// pattern each alternative must fit some value.
func (f *following) knownValues(metric string, matcher *labels.Matcher) {
	known := values[metric][matcher.Name]
	if metric == "ALERTS" && matcher.Name == "alertname" {
		known = slices.Sorted(maps.Keys(f.alerts))
	}
	if len(known) == 0 || strings.ContainsAny(matcher.Value, "()") {
		return
	}
	words := []string{matcher.Value}
	if matcher.Type == labels.MatchRegexp || matcher.Type == labels.MatchNotRegexp {
		words = strings.Split(matcher.Value, "|")
	}
	for _, word := range words {
		fits := labels.MustNewMatcher(labels.MatchRegexp, matcher.Name, word)
		if matcher.Type == labels.MatchEqual || matcher.Type == labels.MatchNotEqual {
			fits = labels.MustNewMatcher(labels.MatchEqual, matcher.Name, word)
		}
		if word != "" && word != anyValue && !slices.ContainsFunc(known, fits.Matches) {
			f.fault("%s of %s is never %q, only one of %s", matcher.Name, metric, word, strings.Join(known, ", "))
		}
	}
}
