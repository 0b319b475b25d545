package config

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// settings is a target, or defaults, while it is read.
type settings struct {
	Target
	own      map[string]origin // where its own keys stand
	defaults *settings         // what it inherits from
}

// at is where a key stands that holds for the target, on itself or in defaults.
func (s *settings) at(key string) origin {
	parent, _, _ := strings.Cut(key, ".")
	own, written := s.own[key]
	// Only labels are merged key by key.
	if written || s.defaults == nil || s.own[parent].line > 0 && parent != "labels" {
		return own
	}
	return s.defaults.own[key]
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
	s.Labels = map[string]string{}
	if r.afford(item.origin, len(defaults.Labels)) {
		maps.Copy(s.Labels, defaults.Labels)
	}
	r.settings(item, s)
	if !s.hasCredential() {
		s.ClientID, s.ClientSecret, s.Username, s.Password = defaults.ClientID, defaults.ClientSecret, defaults.Username, defaults.Password
	}
	s.Collectors = slices.Clone(s.Collectors)
	s.MinInterval = maps.Clone(s.MinInterval)
	r.checkTarget(item, s)
	r.checkDuplicate(s)
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
	if s.plain() && slices.ContainsFunc(tlsKeys, func(k key) bool { return s.own["tls_config."+k.name].line > 0 }) {
		r.fault(s.own["tls_config"], "has no effect on a url with http://; remove one of them")
	}
}

// checkDuplicate refuses a second target of the same name, or at the same address by the same way: both would hold a
// session at one router.
func (r *reader) checkDuplicate(s *settings) {
	name, url := s.own["name"], s.own["url"]
	if first, again := r.names[s.Name]; again && s.Name != "" {
		r.fault(name, "the target in %s is also called %s", seen(first, r.in), s.Name)
	} else {
		r.names[s.Name] = name
	}
	address, same := shownURL(s.URL), "url"
	if s.ProxyURL != nil {
		address, same = address+" "+s.ProxyURL.String(), "url and proxy_url"
	}
	if first, again := r.addresses[address]; again && s.URL != nil {
		r.fault(url, "the target in %s has the same %s; write each router once", seen(first, r.in), same)
	} else {
		r.addresses[address] = url
	}
}

// seen is a place as the reader of one file is told.
func seen(at origin, from *file) string {
	if at.in == from {
		return fmt.Sprintf("line %d", at.line)
	}
	return fmt.Sprintf("%s:%d", at.in.name, at.line)
}

// finish puts the target's name into paths and reads its certificate authority.
func (r *reader) finish(s *settings) {
	for _, secret := range []*Secret{&s.ClientID, &s.ClientSecret, &s.Password} {
		if from := secret.source(); from.form == fileSecret {
			*secret = newSecret(fileSecret, from.at.in.pathFor(from.text, s.Name), from.at)
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

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// secret reads one half of a credential in one of its forms. It is set also where it is faulty, so that it does not
// count as missing.
func (r *reader) secret(f field, form secretForm, into *Secret) {
	text, ok := r.text(f)
	switch {
	case !ok:
	case form == fileSecret && text == "":
		r.fault(f.origin, "is empty; write the path of a file")
	case form == fileSecret:
		if err := r.checkPath(f, text); err != nil {
			r.fault(f.origin, "%v", err)
		}
	case form == envSecret && !envName.MatchString(text):
		r.fault(f.origin, "is not the name of an environment variable")
	case form == envSecret && r.in.confined != nil:
		r.fault(f.origin, "a file of target_files may not read the environment; name a file, or write the target in %s", r.main.name)
	}
	if first := into.source().at; !into.IsZero() {
		r.fault(f.origin, "the same secret stands in line %d as %s; keep one of them", first.line, first.key)
		return
	}
	*into = newSecret(form, text, f.origin)
}

// half is where one half of a credential stands on the target itself, in whichever form.
func (s *settings) half(name string) origin {
	return cmp.Or(s.own[name], s.own[name+"_file"], s.own[name+"_env"])
}

// hasCredential reports whether any part of one was named here.
func (s *settings) hasCredential() bool {
	return cmp.Or(s.half("client_id"), s.half("client_secret"), s.half("username"), s.half("password")) != origin{}
}

// checkCredential refuses two kinds of credential, and half of one: an API client (API document, POST
// auth.token.grant) or a user (POST login).
func (r *reader) checkCredential(s *settings) {
	client := cmp.Or(s.half("client_id"), s.half("client_secret"))
	user := cmp.Or(s.half("username"), s.half("password"))
	if client.line > 0 && user.line > 0 {
		r.fault(user, "stands beside %s in line %d, which is another kind of credential; "+
			"keep client_id and client_secret, or username and password", client.key, client.line)
		return
	}
	for missing, other := range map[string]string{
		"client_id": "client_secret", "client_secret": "client_id", "username": "password", "password": "username",
	} {
		if present := s.half(other); present.line > 0 && s.half(missing).line == 0 {
			r.fault(present, "%s is missing; a credential is written whole, in defaults or on the target", missing)
		}
	}
}
