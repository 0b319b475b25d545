package config

import (
	"bytes"
	"net/url"
	"reflect"
	"time"
)

// connection is all that a session and its connections depend on.
type connection struct {
	url, proxy, username       string
	id, secret, password       source
	timeout, connectTimeout    time.Duration
	requests                   int
	ca, fingerprints, hostName string
	skipVerify                 bool
	minVersion                 uint16
}

// SameConnection reports whether the session and the connections of one target
// can serve the other. Secrets are compared by where they come from, CA
// certificates by their content. The name, labels and all that only decides what
// is read, and how often, do not count.
func (t *Target) SameConnection(other *Target) bool { return t.connection() == other.connection() }

// Same reports whether two targets have the same settings altogether.
func (t *Target) Same(other *Target) bool {
	return t.SameConnection(other) && reflect.DeepEqual(shownMapping(t, targetKeys), shownMapping(other, targetKeys))
}

func (t *Target) connection() connection {
	sums := make([][]byte, len(t.TLS.FingerprintsSHA256))
	for i := range sums {
		sums[i] = t.TLS.FingerprintsSHA256[i][:]
	}
	return connection{
		url: shownURL(t.URL), proxy: shownURL(t.ProxyURL), username: t.Username,
		id: t.ClientID.source(), secret: t.ClientSecret.source(), password: t.Password.source(),
		timeout: t.Timeout, connectTimeout: t.ConnectTimeout, requests: t.MaxConcurrentRequests,
		ca: string(t.TLS.CAPEM), fingerprints: string(bytes.Join(sums, nil)), hostName: t.TLS.ServerName,
		skipVerify: t.TLS.InsecureSkipVerify, minVersion: t.TLS.MinVersion,
	}
}

func shownURL(address *url.URL) string {
	if address == nil {
		return ""
	}
	return address.String()
}
