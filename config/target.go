package config

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

var targetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// exposeWords in the order of Expose's fields.
var exposeWords = []string{"addresses", "subscriber", "location"}

// settings is a target, or defaults, while it is read.
type settings struct {
	Target
	// ownCredential: a credential was named here, not only inherited.
	ownCredential bool
	// lines of the target's own keys; tlsLines of those in the tls_config that
	// holds for it.
	lines, tlsLines map[string]int
}

// settingKeys are the keys of defaults and of targets. A new key is one line.
var settingKeys = []key[settings]{
	{"name", onTarget, readName},
	{"url", onTarget, readURL},
	{"labels", anywhere, readLabels},
	{"scrape_interval", onTarget, duration(func(s *settings) *time.Duration { return &s.ScrapeInterval })},
	{"scrape_timeout", onTarget, duration(func(s *settings) *time.Duration { return &s.ScrapeTimeout })},
	{"timeout", anywhere, duration(func(s *settings) *time.Duration { return &s.Timeout })},
	{"connect_timeout", anywhere, duration(func(s *settings) *time.Duration { return &s.ConnectTimeout })},
	{"max_concurrent_requests", anywhere, readMaxConcurrentRequests},
	{"collectors", anywhere, readCollectors},
	{"expose", anywhere, readExpose},
	{"time_zone", anywhere, readTimeZone},
	{"client_id", anywhere, credential(clientID, literalSecret)},
	{"client_id_file", anywhere, credential(clientID, fileSecret)},
	{"client_id_env", anywhere, credential(clientID, envSecret)},
	{"client_secret", anywhere, credential(clientSecret, literalSecret)},
	{"client_secret_file", anywhere, credential(clientSecret, fileSecret)},
	{"client_secret_env", anywhere, credential(clientSecret, envSecret)},
	{"tls_config", anywhere, readTLS},
	{"proxy_url", anywhere, readProxyURL},
}

// builtIn is what holds where the file says nothing.
func (r *reader) builtIn() *settings {
	return &settings{Target: Target{
		Labels:                map[string]string{},
		Timeout:               30 * time.Second,
		ConnectTimeout:        5 * time.Second,
		MaxConcurrentRequests: 1,
		Collectors:            r.collectors.Default,
		TimeZone:              time.UTC,
		TLS:                   defaultTLS(),
	}}
}

// target reads one item of targets on top of defaults.
func (r *reader) target(item field, defaults *settings) *settings {
	s := *defaults
	s.ownCredential = false
	s.lines = readMapping(r, item, onTarget, settingKeys, &s)
	s.Collectors = slices.Clone(s.Collectors)
	s.Labels = maps.Clone(s.Labels)
	r.checkTarget(item, &s)
	r.finish(&s)
	return &s
}

// checkTarget looks at what no single key can tell.
func (r *reader) checkTarget(item field, s *settings) {
	for _, required := range []string{"name", "url"} {
		if s.lines[required] == 0 {
			r.fault(item.line, required, "is missing; every target needs one")
		}
	}
	if s.ownCredential {
		r.checkCredential(s)
	} else if s.ClientID.IsZero() && s.ClientSecret.IsZero() {
		r.fault(item.line, "client_id", "the target has no credential; "+
			"write client_id_file and client_secret_file here or in defaults")
	}
	switch {
	case s.lines["scrape_timeout"] == 0:
	case s.lines["scrape_interval"] == 0:
		r.fault(s.lines["scrape_timeout"], "scrape_timeout", "needs scrape_interval beside it")
	case s.ScrapeInterval > 0 && s.ScrapeTimeout > s.ScrapeInterval:
		r.fault(s.lines["scrape_timeout"], "scrape_timeout", "is longer than scrape_interval; Prometheus would refuse the target")
	}
	if s.plain() && s.lines["tls_config"] != 0 && len(s.tlsLines) > 0 {
		r.fault(s.lines["tls_config"], "tls_config", "has no effect on a url with http://; remove one of them")
	}
}

// finish puts the target's name into paths and reads its certificate authority.
func (r *reader) finish(s *settings) {
	s.ClientID = s.ClientID.forTarget(s.Name, r.directory)
	s.ClientSecret = s.ClientSecret.forTarget(s.Name, r.directory)
	if s.plain() {
		s.TLS = defaultTLS()
	}
	// Without a name the path would be a wrong one.
	if s.TLS.CAFile != "" && (s.Name != "" || !hasName(s.TLS.CAFile)) {
		s.TLS.CAFile = pathFor(s.TLS.CAFile, s.Name, r.directory)
		s.TLS.CAPEM = r.authority(s.TLS.CAFile, s.tlsLines["ca_file"])
	}
}

// plain: nothing of TLS applies.
func (s *settings) plain() bool { return s.URL != nil && s.URL.Scheme == "http" }

func readName(r *reader, f field, into *settings) {
	text, ok := r.text(f)
	if ok && !targetName.MatchString(text) {
		r.fault(f.line, f.path, "%s is not a name of 1 to 100 letters, digits, dots, - and _ that begins with a letter or digit", shown(text))
		return
	}
	into.Name = text
}

func readURL(r *reader, f field, into *settings) {
	text, ok := r.text(f)
	if !ok {
		return
	}
	address, err := NormalURL(text)
	if err != nil {
		r.fault(f.line, f.path, "%v", err)
	}
	into.URL = address
}

// readProxyURL takes an empty value for none, against a proxy in defaults.
func readProxyURL(r *reader, f field, into *settings) {
	into.ProxyURL = nil
	text, ok := r.text(f)
	if !ok || text == "" {
		return
	}
	address, err := normalProxyURL(text)
	if err != nil {
		r.fault(f.line, f.path, "%v", err)
	}
	into.ProxyURL = address
}

// pathFor is a path of the file for one target.
func pathFor(path, name, directory string) string {
	path = strings.ReplaceAll(path, namePlaceholder, name)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(directory, path)
}

// taken are the lines of the names and addresses of the targets before.
type taken struct {
	names, addresses map[string]int
}

// check refuses a second target of the same name, or at the same address by the
// same way: both would hold a session at one router.
func (t taken) check(r *reader, s *settings) {
	if line, again := t.names[s.Name]; again && s.Name != "" {
		r.fault(s.lines["name"], "name", "the target in line %d is also called %s", line, s.Name)
	} else {
		t.names[s.Name] = s.lines["name"]
	}
	if s.URL == nil {
		return
	}
	address := s.URL.String()
	if s.ProxyURL != nil {
		address += " " + s.ProxyURL.String()
	}
	if line, again := t.addresses[address]; again {
		r.fault(s.lines["url"], "url", "the target with the url in line %d is the same, through the same proxy_url", line)
	} else {
		t.addresses[address] = s.lines["url"]
	}
}
