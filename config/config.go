// Package config turns one YAML file, and those it names, into a validated Config, or into the list of everything
// that is wrong with it. It knows neither routers nor metrics.
package config

import (
	"crypto/sha256"
	"net/url"
	"time"
)

// Collectors tells Load which collector names exist, and which of them are on where neither the target nor defaults
// name any.
type Collectors struct {
	Known, Default []string
}

// Config is a file that was found without fault, with every default filled in. It is not changed after Load.
type Config struct {
	// Targets in the order of the file, then those of target_files; there may be none.
	Targets []*Target
	// Warnings are risks worth a line in the log, in the order of the files.
	Warnings []Fault
	// Files are the absolute paths of all that was read: the file itself, those of target_files and those of
	// certificate authorities. Secrets are not among them.
	Files []string
	// Checksum is over the content of Files. The function Checksum tells whether it has changed.
	Checksum [sha256.Size]byte
}

// Target is one router with its effective settings: those of defaults, and on top of them its own. A new key is a
// field here, with its default in builtIn; only:"targets" keeps it out of defaults.
type Target struct {
	// Name is unique in a Config.
	Name string `yaml:"name" only:"targets"`
	// URL is in the normal form of NormalURL.
	URL *url.URL `yaml:"url" only:"targets"`
	// ProxyURL has the scheme http, https or socks5, and no user; nil means a direct connection.
	ProxyURL *url.URL `yaml:"proxy_url,omitempty"`
	// SerialNumber of the router that belongs here, as written; empty where it is not known.
	SerialNumber string `yaml:"serial_number,omitempty" only:"targets"`
	// Labels are handed to Prometheus by service discovery; never nil.
	Labels map[string]string `yaml:"labels,omitempty"`
	// ScrapeInterval is handed to Prometheus; 0 means not set.
	ScrapeInterval time.Duration `yaml:"scrape_interval,omitempty" only:"targets"`
	// ScrapeTimeout is handed to Prometheus with ScrapeInterval, which it does not exceed; 0 means not set.
	ScrapeTimeout time.Duration `yaml:"scrape_timeout,omitempty" only:"targets"`
	// Timeout is the upper bound of one poll.
	Timeout time.Duration `yaml:"timeout"`
	// ConnectTimeout bounds the dial together with the TLS handshake.
	ConnectTimeout time.Duration `yaml:"connect_timeout"`
	// MaxConcurrentRequests at this router; at least 1. Routers have small CPUs (field notes, Transport and errors).
	MaxConcurrentRequests int `yaml:"max_concurrent_requests"`
	// Collectors that are on, in the order they were written; never empty.
	Collectors []string `yaml:"collectors"`
	// MinInterval by collector, and under "all" for those it does not name; ask MinIntervalOf. Never nil.
	MinInterval map[string]time.Duration `yaml:"min_interval"`
	// Expose is the personal data that may leave the router.
	Expose Expose `yaml:"expose"`
	// TimeZone in which the router's allowance cycles begin; never nil.
	TimeZone *time.Location `yaml:"time_zone"`
	// MaxPeers are the SpeedFusion peers read in one poll; at least 1.
	MaxPeers int `yaml:"max_peers"`
	// MaxLinkPeers are those of them whose tunnel links are read; at least 1.
	MaxLinkPeers int `yaml:"max_link_peers"`
	// TLS is the default value for a target on plain http.
	TLS TLS `yaml:"tls_config,omitempty"`
	// ClientID and ClientSecret are the two halves of an API client (API document, POST auth.token.grant). Both are
	// zero where a user is named.
	ClientID     Secret `yaml:"client_id"`
	ClientSecret Secret `yaml:"client_secret"`
	// Username and Password are the two halves of a user (API document, POST login). Both are zero where an API
	// client is named. Without a credential, which only AllowMissingCredentials lets pass, all four are.
	Username string `yaml:"username,omitempty"`
	Password Secret `yaml:"password"`
}

// Expose is the personal data that is shown only on request.
type Expose struct {
	// Addresses: IP and MAC addresses.
	Addresses bool
	// Subscriber: numbers of the modem, the SIM and its user.
	Subscriber bool
	// Location: coordinates and mobile cells.
	Location bool
}

// MinIntervalOf is how long an answer that feeds the collector is used again before the router is asked anew; 0 asks
// at every poll.
func (t *Target) MinIntervalOf(collector string) time.Duration {
	if interval, named := t.MinInterval[collector]; named {
		return interval
	}
	return t.MinInterval[everyCollector]
}

// SameConnection reports whether the session and the connections of one target can serve the other. Secrets are
// compared by where they come from, CA certificates by their content. The name, labels and all that only decides
// what is read, and how often, do not count.
func (t *Target) SameConnection(other *Target) bool { return t.connection() == other.connection() }

// connection is all that a session and its connections depend on.
type connection struct {
	url, proxy, username              string
	id, secret, password              source
	timeout, connectTimeout           time.Duration
	maxRequests                       int
	authority, fingerprints, hostname string
	skipVerify                        bool
	minVersion                        uint16
}

func (t *Target) connection() connection {
	c := connection{
		shownURL(t.URL), shownURL(t.ProxyURL), t.Username,
		t.ClientID.source().wherever(), t.ClientSecret.source().wherever(), t.Password.source().wherever(),
		t.Timeout, t.ConnectTimeout, t.MaxConcurrentRequests,
		string(t.TLS.CAPEM), "", t.TLS.ServerName, t.TLS.InsecureSkipVerify, t.TLS.MinVersion,
	}
	for _, sum := range t.TLS.FingerprintsSHA256 {
		c.fingerprints += string(sum[:])
	}
	return c
}

// plain: nothing of TLS applies.
func (t *Target) plain() bool { return t.URL != nil && t.URL.Scheme == "http" }
