package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// namePlaceholder stands for the target's name in paths.
const namePlaceholder = "{name}"

// settings is a target, or defaults, while it is read.
type settings struct {
	Target
	// own is where its own keys stand; defaults has those it inherits.
	own      map[string]origin
	defaults *settings
}

// at is where a key stands that holds for the target, on itself or in defaults.
func (s *settings) at(key string) origin {
	parent, _, _ := strings.Cut(key, ".")
	if s.own[parent] == (origin{}) && s.defaults != nil {
		return s.defaults.own[key]
	}
	return s.own[key]
}

// builtIn is what holds where the file says nothing.
func (r *reader) builtIn() *settings {
	return &settings{own: map[string]origin{}, Target: Target{
		Labels:                map[string]string{},
		Timeout:               30 * time.Second,
		ConnectTimeout:        5 * time.Second,
		MaxConcurrentRequests: 1,
		Collectors:            r.collectors.Default,
		MinInterval:           r.completeMinInterval(map[string]time.Duration{}),
		MaxPeers:              1000,
		MaxLinkPeers:          200,
		TimeZone:              time.UTC,
		TLS:                   TLS{MinVersion: tls.VersionTLS12},
	}}
}

// settings reads the keys of a target or of defaults.
func (r *reader) settings(f field, into *settings) {
	r.mapping(f, &into.Target, targetKeys, into.own)
	r.checkCredential(into)
}

// target reads one item of targets on top of defaults.
func (r *reader) target(item field, defaults *settings) *settings {
	s := &settings{Target: defaults.Target, own: map[string]origin{}, defaults: defaults}
	s.ClientID, s.ClientSecret, s.Username, s.Password = Secret{}, Secret{}, "", Secret{}
	s.Labels = maps.Clone(s.Labels)
	r.afford(item, len(s.Labels))
	r.settings(item, s)
	if !s.hasCredential() {
		s.ClientID, s.ClientSecret, s.Username, s.Password = defaults.ClientID, defaults.ClientSecret, defaults.Username, defaults.Password
	}
	s.Collectors = slices.Clone(s.Collectors)
	s.MinInterval = maps.Clone(s.MinInterval)
	r.checkTarget(item, s)
	r.finish(s)
	return s
}

// checkTarget looks at what no single key can tell.
func (r *reader) checkTarget(item field, s *settings) {
	for _, required := range []string{"name", "url"} {
		if s.own[required].line == 0 {
			r.fault(origin{item.in, item.line, required}, "is missing; every target needs one")
		}
	}
	if !s.hasCredential() && !s.defaults.hasCredential() && !slices.Contains(r.options, AllowMissingCredentials) {
		r.fault(origin{item.in, item.line, "client_id"}, "the target has no credential; "+
			"write client_id_file and client_secret_file, or username and password_file, here or in defaults")
	}
	timeout, interval := s.own["scrape_timeout"], s.own["scrape_interval"]
	switch {
	case timeout.line == 0:
	case interval.line == 0:
		r.fault(timeout, "needs scrape_interval beside it")
	case s.ScrapeInterval > 0 && s.ScrapeTimeout > s.ScrapeInterval:
		r.fault(timeout, "is longer than scrape_interval; Prometheus would refuse the target")
	}
	keys := func(k key) bool { return s.own["tls_config."+k.name].line > 0 }
	if s.plain() && slices.ContainsFunc(tlsKeys, keys) {
		r.fault(s.own["tls_config"], "has no effect on a url with http://; remove one of them")
	}
}

// finish puts the target's name into paths and reads its certificate authority.
func (r *reader) finish(s *settings) {
	for _, secret := range []*Secret{&s.ClientID, &s.ClientSecret, &s.Password} {
		if secret.source().form == fileSecret {
			from := secret.origin()
			*secret = newSecret(fileSecret, from.in.pathFor(secret.source().text, s.Name), from)
		}
	}
	if s.plain() {
		s.TLS = TLS{MinVersion: tls.VersionTLS12}
	}
	// Without a name the path would be a wrong one.
	if s.TLS.CAFile != "" && (s.Name != "" || !strings.Contains(s.TLS.CAFile, namePlaceholder)) {
		at := s.at("tls_config.ca_file")
		s.TLS.CAFile = at.in.pathFor(s.TLS.CAFile, s.Name)
		s.TLS.CAPEM = r.authority(at, s.TLS.CAFile)
	}
}

// checkPath looks at the path of a file. One of target_files may not name files
// anywhere; whether a symbolic link leads out of its folder is found out when it
// is followed. A target's name cannot change the outcome, for it is no more than
// a word.
func (r *reader) checkPath(f field, path string) error {
	if err := checkGraphic(path); err != nil {
		return err
	}
	if _, ok := f.in.folder(f.in.pathFor(path, "x")); !ok {
		return fmt.Errorf("leads out of the folder of %s; a file of target_files may name only files in it", r.main.name)
	}
	return nil
}

func checkGraphic(path string) error {
	if strings.ContainsFunc(path, func(c rune) bool { return !unicode.IsGraphic(c) }) {
		return errors.New("holds characters that no path should have, such as a line end")
	}
	return nil
}

// pathFor is a path that stands in the file, for one target.
func (f *file) pathFor(path, target string) string {
	path = strings.ReplaceAll(path, namePlaceholder, target)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(f.directory, path)
}

// folder is the one that a path must not leave, "" where it may lead anywhere.
func (f *file) folder(path string) (folder string, ok bool) {
	for _, folder := range f.confined {
		if inside, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(inside) {
			return folder, true
		}
	}
	return "", f.confined == nil
}

// taken are the targets before, by their names and addresses.
type taken struct {
	names, addresses map[string]*settings
}

// check refuses a second target of the same name, or at the same address by the
// same way: both would hold a session at one router.
func (t taken) check(r *reader, s *settings) {
	if first, again := t.names[s.Name]; again && s.Name != "" {
		r.fault(s.own["name"], "the target in %s is also called %s", seen(first.own["name"], r.in), s.Name)
	} else {
		t.names[s.Name] = s
	}
	if s.URL == nil {
		return
	}
	address := s.URL.String() + " " + shownURL(s.ProxyURL)
	if first, again := t.addresses[address]; again {
		r.fault(s.own["url"], "the target with the url in %s is the same, through the same proxy_url", seen(first.own["url"], r.in))
	} else {
		t.addresses[address] = s
	}
}

// seen is a place as the reader of one file is told.
func seen(at origin, from *file) string {
	if at.in == from {
		return fmt.Sprintf("line %d", at.line)
	}
	return fmt.Sprintf("%s:%d", at.in.name, at.line)
}
