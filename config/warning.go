package config

import (
	"fmt"
	"slices"
	"strings"
)

// warnAbout names what works but is risky or probably not meant, each once, with all its targets.
func (r *reader) warnAbout(found []*settings) {
	warn := r.warnings.add
	for _, group := range groups(found, func(s *settings) (bool, bool) { return true, s.plain() }) {
		warn(group[0].own["url"], "http:// sends credentials and answers in clear text; used by %s", called(group))
	}
	for _, group := range groups(found, func(s *settings) (bool, bool) { return true, s.TLS.InsecureSkipVerify }) {
		warn(group[0].at("tls_config.insecure_skip_verify"), "any machine on the way can pose as the router and take its credential; "+
			"fingerprint_sha256 is as easy and safe; used by %s", called(group))
	}
	for _, group := range groups(found, func(s *settings) (source, bool) {
		from := s.secrets()[len(s.secrets())-1].source()
		from.folder = ""
		return from, from.set
	}) {
		weak := slices.DeleteFunc(slices.Clone(group), func(s *settings) bool { return !s.plain() && !s.TLS.InsecureSkipVerify })
		if len(group) > 1 && len(weak) > 0 {
			at := group[0].secrets()[len(group[0].secrets())-1].origin()
			warn(at, "one secret is shared by %s, and whoever poses as %s learns it for all of them", called(group), called(weak))
		}
	}
	r.warnAboutLabels(found)
	r.warnAboutIntervals(found)
}

// warnAboutLabels names values that no alert rule knows: a router that is never switched off for them wakes people at
// night.
func (r *reader) warnAboutLabels(found []*settings) {
	for label, known := range map[string][]string{"role": {"vehicle", "site", "hub"}, "availability": {"always", "intermittent"}} {
		for _, group := range groups(found, func(s *settings) (string, bool) {
			value := s.Labels[label]
			return value, value != "" && !slices.Contains(known, value)
		}) {
			r.warnings.add(group[0].at("labels."+label), "%s is not known to the alert rules; they know %s; used by %s",
				shown(group[0].Labels[label]), strings.Join(known, ", "), called(group))
		}
	}
}

// warnAboutIntervals names those of which no target takes notice.
func (r *reader) warnAboutIntervals(found []*settings) {
	inUse := map[origin]bool{}
	for _, s := range found {
		for collector := range s.MinInterval {
			if at := s.at("min_interval." + collector); at.line > 0 {
				inUse[at] = inUse[at] || collector == everyCollector || slices.Contains(s.Collectors, collector)
			}
		}
	}
	for at, used := range inUse {
		if !used {
			r.warnings.add(at, "has no effect, for the collector is off; name it in collectors to switch it on")
		}
	}
}

// maxCalled targets are named by a warning.
const maxCalled = 20

// called joins the names of targets.
func called(group []*settings) string {
	var names []string
	for _, s := range group[:min(len(group), maxCalled)] {
		names = append(names, s.Name)
	}
	if more := len(group) - maxCalled; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}

// groups puts together the targets that share something, in their order.
func groups[K comparable](found []*settings, by func(*settings) (K, bool)) [][]*settings {
	var all [][]*settings
	known := map[K]int{}
	for _, s := range found {
		k, counts := by(s)
		if !counts {
			continue
		}
		at, again := known[k]
		if !again {
			at = len(all)
			known[k] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], s)
	}
	return all
}
