package config

import "strings"

// warnAbout names each risk once, with all its targets: what works, but is risky
// or probably not meant.
func (r *reader) warnAbout(found []*settings) {
	warn := r.warnings.add
	if len(found) == 0 {
		warn(origin{in: r.main, key: "targets"}, "there are no targets yet, so no router is polled")
	}
	if plain, first := called(found, func(s *settings) bool { return s.plain() }); plain != "" {
		warn(first.own["url"], "http:// sends credentials and answers in clear text; used by %s", plain)
	}
	if skipping, first := called(found, func(s *settings) bool { return s.TLS.InsecureSkipVerify }); skipping != "" {
		warn(first.at("tls_config.insecure_skip_verify"), "any machine on the way can pose as the router and take its credential; "+
			"fingerprint_sha256 is as easy and safe; used by %s", skipping)
	}
	for _, group := range bySecret(found) {
		weak, _ := called(group, func(s *settings) bool { return s.plain() || s.TLS.InsecureSkipVerify })
		sharing, first := called(group, func(*settings) bool { return true })
		if len(group) > 1 && weak != "" {
			warn(first.secret().origin(), "one secret is shared by %s, and whoever poses as %s learns it for all of them", sharing, weak)
		}
	}
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

// secret is the half of the credential that must not become known.
func (s *settings) secret() Secret {
	if s.ClientSecret.IsZero() {
		return s.Password
	}
	return s.ClientSecret
}

// bySecret groups the targets whose secret comes from the same place, in the
// order of the files.
func bySecret(found []*settings) [][]*settings {
	var groups [][]*settings
	known := map[source]int{}
	for _, s := range found {
		from := s.secret().source()
		if !from.set {
			continue
		}
		from.folder = ""
		at, again := known[from]
		if !again {
			at = len(groups)
			known[from] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], s)
	}
	return groups
}
