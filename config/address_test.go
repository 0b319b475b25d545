package config_test

import (
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/config"
)

func TestNormalURL(t *testing.T) {
	for raw, want := range map[string]string{
		"192.0.2.10":                         "https://192.0.2.10",
		"https://192.0.2.10":                 "https://192.0.2.10",
		"https://192.0.2.10/":                "https://192.0.2.10",
		"HTTPS://192.0.2.10:443/":            "https://192.0.2.10",
		"192.0.2.10:":                        "https://192.0.2.10",
		"192.0.2.10:0443":                    "https://192.0.2.10",
		"192.0.2.10:80":                      "https://192.0.2.10:80",
		"http://192.0.2.10":                  "http://192.0.2.10",
		"http://192.0.2.10:80":               "http://192.0.2.10",
		"http://192.0.2.10:443":              "http://192.0.2.10:443",
		"Hub.Example.NET.:8443":              "https://hub.example.net:8443",
		"hub_1.example":                      "https://hub_1.example",
		"[2001:DB8:0:0::1]":                  "https://[2001:db8::1]",
		"https://[2001:db8::1]:8443/":        "https://[2001:db8::1]:8443",
		"[fe80::1%25eth0.100]":               "https://[fe80::1%eth0.100]",
		"bücher.example":                     "https://bücher.example",
		"https://b%C3%BCcher.example":        "https://bücher.example",
		strings.Repeat("abcdefg.", 31) + "x": "https://" + strings.Repeat("abcdefg.", 31) + "x",
	} {
		address, err := config.NormalURL(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if got := address.Scheme + "://" + address.Host; got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
		again, err := config.NormalURL(address.String())
		if err != nil || *again != *address {
			t.Errorf("%s: its normal form %s becomes %s, %v", raw, address, again, err)
		}
	}
}

func TestNormalURLRefuses(t *testing.T) {
	const noHost, noURL = "has no valid host name or address", "is not a URL"
	for raw, want := range map[string]string{
		"":                             "has no host",
		"https://":                     "has no host",
		":8443":                        noHost,
		"//host":                       "must not hold a path",
		"ftp://host":                   "must begin with http:// or https://",
		"https://hunter2@host":         "must not hold a user or a password",
		"https://u:hunter2@host":       "must not hold a user or a password",
		"https://u:hunter2#@host":      "must not hold a user or a password",
		"https://host:hunter2":         noURL,
		"https://ho st":                noURL,
		"https://host/hunter2":         "must not hold a path",
		"https://host//":               "must not hold a path",
		"https://host?hunter2":         "must not hold a query",
		"https://host?":                "must not hold a query",
		"https://host#hunter2":         "must not hold a fragment",
		"https://host#":                "must not hold a fragment",
		"2001:db8::1":                  noURL,
		"[192.0.2.1]":                  noURL,
		"[fe80::1%25a%20b]":            "holds something else than an IPv6 address in the brackets",
		"[2001:db8::zz]":               noURL,
		"host..example":                noHost,
		"host..":                       noHost,
		".":                            noHost,
		".host":                        noHost,
		"192.0.2.300":                  noHost,
		"192.0.2":                      noHost,
		"a+b":                          noHost,
		"b%ff":                         noHost,
		"a\u200bb.example":             noHost,
		"host:0":                       "has a port outside of 1 to 65535",
		"host:65536":                   "has a port outside of 1 to 65535",
		strings.Repeat("abcdefg.", 32): "has a host name of more than 253 bytes",
		"https://host\x00":             noURL,
	} {
		address, err := config.NormalURL(raw)
		switch {
		case err == nil:
			t.Errorf("%s: taken as %s", raw, address)
		case !strings.Contains(err.Error(), want):
			t.Errorf("%s: got %v, want %s", raw, err, want)
		case strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%s: the error quotes it: %v", raw, err)
		}
	}
}
