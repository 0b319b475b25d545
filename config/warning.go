package config

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
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
		from := s.credentialSource().wherever()
		from.folder = ""
		return from, from != source{}
	}) {
		weak := slices.DeleteFunc(slices.Clone(group), func(s *settings) bool { return !s.plain() && !s.TLS.InsecureSkipVerify })
		if len(group) > 1 && len(weak) > 0 {
			warn(group[0].credentialSource().at, "one secret is shared by %s, and whoever poses as %s learns it for all of them", called(group), called(weak))
		}
	}
	r.warnAboutLabels(found)
	r.warnAboutIntervals(found)
}

// credentialSource is that of the half that must not become known.
func (s *settings) credentialSource() source {
	return cmp.Or(s.ClientSecret.source(), s.Password.source())
}

// warnAboutLabels names values that no alert rule knows: a parked bus that is "Intermittent" would wake people at night.
func (r *reader) warnAboutLabels(found []*settings) {
	for _, rule := range [][]string{{"role", "vehicle", "site", "hub"}, {"availability", "always", "intermittent"}} {
		label, known := rule[0], rule[1:]
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
			at := s.at("min_interval." + collector)
			inUse[at] = inUse[at] || collector == everyCollector || slices.Contains(s.Collectors, collector)
		}
	}
	inUse[origin{}] = true // of what was not written
	for _, at := range slices.SortedFunc(maps.Keys(inUse), func(a, b origin) int { return strings.Compare(a.key, b.key) }) {
		if !inUse[at] {
			r.warnings.add(at, "has no effect, for the collector is off; name it in collectors to switch it on")
		}
	}
}

// called joins the names of targets.
func called(group []*settings) string {
	names := make([]string, len(group))
	for i, s := range group {
		names[i] = s.Name
	}
	return andMore(names, 20)
}

// andMore joins texts, of which so many are written out.
func andMore(texts []string, most int) string {
	if more := len(texts) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), more)
	}
	return strings.Join(texts, ", ")
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

// secrets are those that the target's credential needs: none, one or two.
func (t *Target) secrets() []Secret {
	if t.Username != "" {
		return []Secret{t.Password}
	}
	return []Secret{t.ClientID, t.ClientSecret}
}

// CheckSecrets reads every secret once. Faults are those that cannot be read: the check of a file counts them, but in
// the daemon a missing secret costs only its own target and heals when it appears. Warnings tell what is probably not
// meant: blanks around a secret, and files that every user of the machine may read.
func (c *Config) CheckSecrets() (faults, warnings Faults) {
	var failed, odd list
	readable := map[origin][]string{}
	for _, target := range c.Targets {
		for _, secret := range target.secrets() {
			from := secret.source()
			value, err := secret.Value()
			switch {
			case err != nil:
				failed.add(from.at, "%v", err)
				continue
			case strings.TrimSpace(value) != value:
				odd.add(from.at, "%s: begins or ends with a blank, which counts as part of the secret", secret.Source())
			}
			if from.form == fileSecret && !slices.Contains(readable[from.at], from.text) && readableByAll(from.text) {
				readable[from.at] = append(readable[from.at], from.text)
			}
		}
	}
	for at, files := range readable {
		odd.add(at, "every user of this machine can read the file %s; set its mode to 600", andMore(files, 1))
	}
	return failed.sorted(), odd.sorted()
}

// readableByAll: the file's mode says so, and that of every folder on the way.
func readableByAll(path string) bool {
	path, err := filepath.EvalSymlinks(path)
	for bit := os.FileMode(0o004); err == nil; bit = 0o001 {
		info, err := os.Stat(path)
		if err != nil || info.Mode()&bit == 0 {
			return false
		}
		if path == filepath.Dir(path) {
			return true
		}
		path = filepath.Dir(path)
	}
	return false
}
