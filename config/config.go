// Package config turns one YAML file, and those it names, into a validated Config, or into the list
// of everything that is wrong with it. It knows neither routers nor metrics.
package config

import (
	"crypto/sha256"
	"maps"
	"net/url"
	"slices"
	"time"
)

// Collectors tells Load which collector names exist, and which of them are on
// where neither the target nor defaults name any.
type Collectors struct {
	Known, Default []string
}

// Config is a file that was found without fault, with every default filled in.
// It is not changed after Load.
type Config struct {
	// Targets in the order of the file, then those of target_files; there may be
	// none.
	Targets []*Target
	// Warnings are risks worth a line in the log, in the order of the files.
	Warnings []Fault
	// Files are the absolute paths of all that was read: the file itself, those
	// of target_files and those of certificate authorities. Secrets are not among
	// them.
	Files []string
	// Checksum is over the content of Files. The function Checksum tells whether
	// it has changed.
	Checksum [sha256.Size]byte
}

// Target is one router with its effective settings: those of defaults, and on
// top of them its own.
type Target struct {
	// Name is unique in a Config.
	Name string
	// URL is in the normal form of NormalURL.
	URL *url.URL
	// ProxyURL has the scheme http, https or socks5, and no user; nil means a
	// direct connection.
	ProxyURL *url.URL
	// Labels are handed to Prometheus by service discovery; never nil.
	Labels map[string]string
	// ScrapeInterval and ScrapeTimeout are handed to Prometheus; 0 means not set.
	ScrapeInterval, ScrapeTimeout time.Duration
	// Timeout is the upper bound of one poll.
	Timeout time.Duration
	// ConnectTimeout bounds the dial together with the TLS handshake.
	ConnectTimeout time.Duration
	// MaxConcurrentRequests at this router; at least 1. Routers have small CPUs
	// (field notes, Transport and errors).
	MaxConcurrentRequests int
	// Collectors that are on, in the order they were written; never empty.
	Collectors []string
	// MinInterval by collector, and under "all" for those it does not name; ask
	// MinIntervalOf. Never nil.
	MinInterval map[string]time.Duration
	// Expose is the personal data that may leave the router.
	Expose Expose
	// TimeZone in which the router's allowance cycles begin; never nil.
	TimeZone *time.Location
	// MaxPeers are the SpeedFusion peers read in one poll; at least 1.
	MaxPeers int
	// MaxLinkPeers are those of them whose tunnel links are read; at least 1.
	MaxLinkPeers int
	// ClientID and ClientSecret are the two halves of an API client (API
	// document, POST auth.token.grant). Both are zero where a user is named.
	ClientID, ClientSecret Secret
	// Username and Password are the two halves of a user (API document, POST
	// login). Both are zero where an API client is named. Without a credential,
	// which only AllowMissingCredentials lets pass, all four are.
	Username string
	Password Secret
	// TLS is the default value for a target on plain http.
	TLS TLS
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

// Same reports whether two targets have the same settings, so that the session
// and the connections of one can serve the other. Secrets are compared by where
// they come from, CA certificates by their content.
func (t *Target) Same(other *Target) bool {
	return t.Name == other.Name &&
		sameURL(t.URL, other.URL) && sameURL(t.ProxyURL, other.ProxyURL) &&
		maps.Equal(t.Labels, other.Labels) &&
		t.ScrapeInterval == other.ScrapeInterval && t.ScrapeTimeout == other.ScrapeTimeout &&
		t.Timeout == other.Timeout && t.ConnectTimeout == other.ConnectTimeout &&
		t.MaxConcurrentRequests == other.MaxConcurrentRequests &&
		slices.Equal(t.Collectors, other.Collectors) &&
		maps.Equal(t.MinInterval, other.MinInterval) &&
		t.MaxPeers == other.MaxPeers && t.MaxLinkPeers == other.MaxLinkPeers &&
		t.Expose == other.Expose &&
		t.TimeZone.String() == other.TimeZone.String() &&
		t.ClientID.Same(other.ClientID) && t.ClientSecret.Same(other.ClientSecret) &&
		t.Username == other.Username && t.Password.Same(other.Password) &&
		t.TLS.same(other.TLS)
}

func sameURL(a, b *url.URL) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.String() == b.String()
}

// CheckSecrets reads every secret once and reports those that cannot be read.
// The check of a file treats them as faults; the daemon does not, because there
// a missing secret costs only its own target and heals when it appears.
func (c *Config) CheckSecrets() Faults {
	var faults Faults
	for _, target := range c.Targets {
		secrets := []Secret{target.ClientID, target.ClientSecret}
		if target.Username != "" {
			secrets = []Secret{target.Password}
		}
		for _, secret := range secrets {
			if _, err := secret.Value(); err != nil {
				faults = append(faults, secret.fault(err.Error()))
			}
		}
	}
	return faults.tidy()
}
