package config

import (
	"cmp"
	"fmt"
	"strings"
)

// warn notes what works but is risky or probably not meant.
func (r *reader) warn(in *file, line int, key, format string, args ...any) {
	r.warnings = append(r.warnings, origin{in, line, key}.fault(fmt.Sprintf(format, args...)))
}

// warnAbout names each risk once, with all its targets.
func (r *reader) warnAbout(found []*settings) {
	if len(found) == 0 {
		r.warn(r.main, 0, "targets", "there are no targets yet, so no router is polled")
	}
	plain, first := called(found, (*settings).plain)
	if plain != "" {
		r.warn(first.in, first.lines["url"], "url", "http:// sends credentials and answers in clear text; used by %s", plain)
	}
	skipping, first := called(found, func(s *settings) bool { return s.TLS.InsecureSkipVerify })
	if skipping != "" {
		r.warn(first.tlsIn, first.tlsLines["insecure_skip_verify"], "tls_config.insecure_skip_verify",
			"any machine on the way can pose as the router and take its credential; "+
				"fingerprint_sha256 is as easy and safe; used by %s", skipping)
	}
	for _, group := range bySecret(found) {
		exposed := func(s *settings) bool { return s.plain() || s.TLS.InsecureSkipVerify }
		weak, _ := called(group, exposed)
		sharing, first := called(group, func(*settings) bool { return true })
		if len(group) > 1 && weak != "" {
			at := first.secret().setting.origin
			r.warn(at.in, at.line, at.key, "one secret is shared by %s, and whoever poses as %s learns it for all of them", sharing, weak)
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
func (s *settings) secret() Secret { return cmp.Or(s.ClientSecret, s.Password) }

// bySecret groups the targets whose secret comes from the same place, in the
// order of the files.
func bySecret(found []*settings) [][]*settings {
	type source struct {
		form secretForm
		text string
	}
	var groups [][]*settings
	at := map[source]int{}
	for _, s := range found {
		secret := s.secret()
		if secret.IsZero() {
			continue
		}
		from := source{secret.setting.form, secret.setting.text()}
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
