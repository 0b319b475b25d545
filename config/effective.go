package config

import (
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// shownTarget is a target as YAML writes it: the keys of the file, every default
// filled in, only what is not set left out.
type shownTarget struct {
	Name                  string             `yaml:"name"`
	URL                   string             `yaml:"url"`
	ProxyURL              string             `yaml:"proxy_url,omitempty"`
	Labels                map[string]anyText `yaml:"labels,omitempty"`
	ScrapeInterval        string             `yaml:"scrape_interval,omitempty"`
	ScrapeTimeout         string             `yaml:"scrape_timeout,omitempty"`
	Timeout               string             `yaml:"timeout"`
	ConnectTimeout        string             `yaml:"connect_timeout"`
	MaxConcurrentRequests int                `yaml:"max_concurrent_requests"`
	Collectors            []string           `yaml:"collectors,flow"`
	MinInterval           map[string]string  `yaml:"min_interval,flow"`
	Expose                []string           `yaml:"expose,flow"`
	TimeZone              string             `yaml:"time_zone"`
	MaxPeers              int                `yaml:"max_peers"`
	MaxLinkPeers          int                `yaml:"max_link_peers"`
	Credential            map[string]anyText `yaml:",inline"`
	TLS                   *shownTLS          `yaml:"tls_config,omitempty"`
}

type shownTLS struct {
	CAFile             string   `yaml:"ca_file,omitempty"`
	Fingerprints       []string `yaml:"fingerprint_sha256,omitempty"`
	InsecureSkipVerify bool     `yaml:"insecure_skip_verify"`
	ServerName         string   `yaml:"server_name,omitempty"`
	MinVersion         string   `yaml:"min_version"`
}

// anyText is text that may hold line ends, which must be quoted: the YAML library
// loses the first of them otherwise.
type anyText string

// MarshalYAML quotes where that is needed.
func (a anyText) MarshalYAML() (any, error) {
	if !strings.ContainsFunc(string(a), notPrint) {
		return string(a), nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: string(a)}, nil
}

func notPrint(r rune) bool { return !unicode.IsPrint(r) }

// YAML is the effective configuration: every target with all its settings, the
// literal secrets as <secret>. Apart from those, Load reads the same from it.
func (c *Config) YAML() ([]byte, error) {
	shown := make([]shownTarget, 0, len(c.Targets))
	for _, target := range c.Targets {
		shown = append(shown, target.shown())
	}
	return yaml.Marshal(map[string]any{"targets": shown})
}

func (t *Target) shown() shownTarget {
	shown := shownTarget{
		Name:                  t.Name,
		URL:                   shownURL(t.URL),
		ProxyURL:              shownURL(t.ProxyURL),
		Labels:                map[string]anyText{},
		Timeout:               shownDuration(t.Timeout),
		ConnectTimeout:        shownDuration(t.ConnectTimeout),
		MaxConcurrentRequests: t.MaxConcurrentRequests,
		Collectors:            t.Collectors,
		MinInterval:           map[string]string{},
		Expose:                t.Expose.words(),
		TimeZone:              t.TimeZone.String(),
		MaxPeers:              t.MaxPeers,
		MaxLinkPeers:          t.MaxLinkPeers,
		Credential:            map[string]anyText{},
	}
	for name, value := range t.Labels {
		shown.Labels[name] = anyText(value)
	}
	for collector, interval := range t.MinInterval {
		shown.MinInterval[collector] = shownDuration(interval)
	}
	if t.ScrapeInterval > 0 {
		shown.ScrapeInterval = shownDuration(t.ScrapeInterval)
	}
	if t.ScrapeTimeout > 0 {
		shown.ScrapeTimeout = shownDuration(t.ScrapeTimeout)
	}
	t.ClientID.show("client_id", shown.Credential)
	t.ClientSecret.show("client_secret", shown.Credential)
	t.Password.show("password", shown.Credential)
	if t.Username != "" {
		shown.Credential["username"] = anyText(t.Username)
	}
	if t.URL == nil || t.URL.Scheme != "http" {
		shown.TLS = t.TLS.shown()
	}
	return shown
}

// words are the ones of the file.
func (e Expose) words() []string {
	words := []string{}
	for i, on := range []bool{e.Addresses, e.Subscriber, e.Location} {
		if on {
			words = append(words, exposeWords[i])
		}
	}
	return words
}

// show writes the key of the secret's form. Paths and variables are no secrets.
func (s Secret) show(key string, into map[string]anyText) {
	switch {
	case s.IsZero():
	case s.setting.form == fileSecret:
		into[key+"_file"] = anyText(s.setting.text())
	case s.setting.form == envSecret:
		into[key+"_env"] = anyText(s.setting.text())
	default:
		into[key] = redacted
	}
}

func (t TLS) shown() *shownTLS {
	shown := &shownTLS{
		CAFile:             t.CAFile,
		InsecureSkipVerify: t.InsecureSkipVerify,
		ServerName:         t.ServerName,
	}
	for _, sum := range t.FingerprintsSHA256 {
		shown.Fingerprints = append(shown.Fingerprints, hex.EncodeToString(sum[:]))
	}
	for _, name := range slices.Sorted(maps.Keys(tlsVersions)) {
		if tlsVersions[name] == t.MinVersion {
			shown.MinVersion = name
		}
	}
	return shown
}

func shownURL(address *url.URL) string {
	if address == nil {
		return ""
	}
	return address.String()
}
