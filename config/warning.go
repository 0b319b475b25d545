package config

import (
	"fmt"
	"strings"
)

// warnings are what works but is risky, each named once with all its targets.
func (r *reader) warnings(found []*settings) []Fault {
	var all Faults
	warn := func(line int, key, format string, args ...any) {
		all = append(all, Fault{File: r.file, Line: line, Key: key, Message: fmt.Sprintf(format, args...)})
	}
	if len(found) == 0 {
		warn(0, "targets", "there are no targets yet, so no router is polled")
	}
	plain, first := called(found, (*settings).plain)
	if plain != "" {
		warn(first.lines["url"], "url", "http:// sends credentials and answers in clear text; used by %s", plain)
	}
	skipping, first := called(found, func(s *settings) bool { return s.TLS.InsecureSkipVerify })
	if skipping != "" {
		warn(first.tlsLines["insecure_skip_verify"], "tls_config.insecure_skip_verify",
			"any machine on the way can pose as the router and take its credential; "+
				"fingerprint_sha256 is as easy and safe; used by %s", skipping)
	}
	for _, group := range bySecret(found) {
		exposed := func(s *settings) bool { return s.plain() || s.TLS.InsecureSkipVerify }
		weak, _ := called(group, exposed)
		sharing, first := called(group, func(*settings) bool { return true })
		if len(group) > 1 && weak != "" {
			origin := first.ClientSecret.setting.origin
			warn(origin.Line, origin.Key, "one secret is shared by %s, and whoever poses as %s learns it for all of them", sharing, weak)
		}
	}
	return all.tidy()
}

// called joins the names of those for which the condition holds, and returns the
// first of them.
func called(found []*settings, holds func(*settings) bool) (names string, first *settings) {
	var all []string
	for _, s := range found {
		if holds(s) {
			if first == nil {
				first = s
			}
			all = append(all, s.Name)
		}
	}
	return strings.Join(all, ", "), first
}

// bySecret groups the targets whose client secret comes from the same place, in
// the order of the file.
func bySecret(found []*settings) [][]*settings {
	type source struct {
		form secretForm
		text string
	}
	var groups [][]*settings
	at := map[source]int{}
	for _, s := range found {
		if s.ClientSecret.IsZero() {
			continue
		}
		from := source{s.ClientSecret.setting.form, s.ClientSecret.setting.text()}
		group, known := at[from]
		if !known {
			group = len(groups)
			at[from] = group
			groups = append(groups, nil)
		}
		groups[group] = append(groups[group], s)
	}
	return groups
}
