package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"
)

var targetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// exposeWords in the order of Expose's fields.
var exposeWords = []string{"addresses", "subscriber", "location"}

// settings is a target, or defaults, while it is read.
type settings struct {
	Target
	// username becomes Target.Username, which does not tell where it stands.
	username Secret
	// ownCredential: a credential was named here, not only inherited.
	ownCredential bool
	// in is the file of the target, lines are those of its own keys.
	in    *file
	lines map[string]int
	// tlsIn and tlsLines are those of the tls_config that holds for it.
	tlsIn    *file
	tlsLines map[string]int
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
	{"max_concurrent_requests", anywhere, number(func(s *settings) *int { return &s.MaxConcurrentRequests })},
	{"collectors", anywhere, readCollectors},
	{"min_interval", anywhere, readMinInterval},
	{"expose", anywhere, readExpose},
	{"time_zone", anywhere, readTimeZone},
	{"max_peers", anywhere, number(func(s *settings) *int { return &s.MaxPeers })},
	{"max_link_peers", anywhere, number(func(s *settings) *int { return &s.MaxLinkPeers })},
	{"client_id", anywhere, credential(clientID, literalSecret)},
	{"client_id_file", anywhere, credential(clientID, fileSecret)},
	{"client_id_env", anywhere, credential(clientID, envSecret)},
	{"client_secret", anywhere, credential(clientSecret, literalSecret)},
	{"client_secret_file", anywhere, credential(clientSecret, fileSecret)},
	{"client_secret_env", anywhere, credential(clientSecret, envSecret)},
	{"username", anywhere, readUsername},
	{"password", anywhere, credential(password, literalSecret)},
	{"password_file", anywhere, credential(password, fileSecret)},
	{"password_env", anywhere, credential(password, envSecret)},
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
		MinInterval:           r.completeMinInterval(nil),
		MaxPeers:              1000,
		MaxLinkPeers:          200,
		TimeZone:              time.UTC,
		TLS:                   defaultTLS(),
	}}
}

// target reads one item of targets on top of defaults.
func (r *reader) target(item field, defaults *settings) *settings {
	s := *defaults
	s.ownCredential = false
	s.in = r.in
	s.lines = readMapping(r, item, onTarget, settingKeys, &s)
	s.Collectors = slices.Clone(s.Collectors)
	s.Labels = maps.Clone(s.Labels)
	s.MinInterval = maps.Clone(s.MinInterval)
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
	} else if !s.hasCredential() && !slices.Contains(r.options, AllowMissingCredentials) {
		r.fault(item.line, "client_id", "the target has no credential; "+
			"write client_id_file and client_secret_file, or username and password_file, here or in defaults")
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
	s.ClientID = s.ClientID.forTarget(s.Name)
	s.ClientSecret = s.ClientSecret.forTarget(s.Name)
	s.Password = s.Password.forTarget(s.Name)
	if !s.username.IsZero() {
		s.Username = s.username.setting.text()
	}
	if s.plain() {
		s.TLS = defaultTLS()
	}
	// Without a name the path would be a wrong one.
	if s.TLS.CAFile != "" && (s.Name != "" || !hasName(s.TLS.CAFile)) {
		s.TLS.CAFile = s.tlsIn.pathFor(s.TLS.CAFile, s.Name)
		s.TLS.CAPEM = r.authority(s.TLS.CAFile, s.tlsIn, s.tlsLines["ca_file"])
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

// taken are the targets before, by their names and addresses.
type taken struct {
	names, addresses map[string]*settings
}

// check refuses a second target of the same name, or at the same address by the
// same way: both would hold a session at one router.
func (t taken) check(r *reader, s *settings) {
	if first, again := t.names[s.Name]; again && s.Name != "" {
		r.fault(s.lines["name"], "name", "the target in %s is also called %s", first.lineSeenFrom(r.in, "name"), s.Name)
	} else {
		t.names[s.Name] = s
	}
	if s.URL == nil {
		return
	}
	address := s.URL.String()
	if s.ProxyURL != nil {
		address += " " + s.ProxyURL.String()
	}
	if first, again := t.addresses[address]; again {
		r.fault(s.lines["url"], "url", "the target with the url in %s is the same, through the same proxy_url", first.lineSeenFrom(r.in, "url"))
	} else {
		t.addresses[address] = s
	}
}

// lineSeenFrom says where a key of the target stands, to a reader of the file in.
func (s *settings) lineSeenFrom(in *file, key string) string {
	if s.in == in {
		return fmt.Sprintf("line %d", s.lines[key])
	}
	return fmt.Sprintf("%s:%d", s.in.name, s.lines[key])
}
