package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxHostBytes is the longest name DNS can hold.
const maxHostBytes = 253

// defaultPorts are dropped from an address, by scheme.
var defaultPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080"}

// NormalURL brings the address of a router into the one form that every spelling of the same meaning shares: scheme
// and host, the port only where it is not the scheme's own. The scheme is https unless http:// is written. Letters of
// the host are made lower case, a final dot and a final slash go, IPv6 addresses take their shortest form,
// international names stay as they are.
//
// Users, paths, queries and fragments are refused. Errors never quote the address, for it may hold a password.
func NormalURL(raw string) (*url.URL, error) {
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	return normalAddress(raw, "http", "https")
}

// normalProxyURL does for a proxy what NormalURL does for a router. The scheme must be written, since the three have
// little in common.
func normalProxyURL(raw string) (*url.URL, error) {
	if !strings.Contains(raw, "://") {
		return nil, errors.New("has no scheme; write http://, https:// or socks5:// before the host")
	}
	return normalAddress(raw, "http", "https", "socks5")
}

func normalAddress(raw string, schemes ...string) (*url.URL, error) {
	// The texts of url.Parse quote what they refuse, so none is passed on.
	parsed, err := url.Parse(raw)
	if strings.Contains(raw, "@") {
		return nil, errors.New("must not hold a user or a password; credentials have keys of their own")
	}
	if err != nil {
		return nil, errors.New("is not a URL; write https://host or https://host:port, an IPv6 address in brackets")
	}
	if err := refuseRest(parsed, raw, schemes); err != nil {
		return nil, err
	}
	host, err := normalHost(parsed.Hostname(), strings.HasPrefix(parsed.Host, "["))
	if err != nil {
		return nil, err
	}
	port, err := normalPort(parsed.Port())
	if err != nil {
		return nil, err
	}
	if port != "" && port != defaultPorts[parsed.Scheme] {
		host += ":" + port
	}
	return &url.URL{Scheme: parsed.Scheme, Host: host}, nil
}

func refuseRest(parsed *url.URL, raw string, schemes []string) error {
	switch {
	case !slices.Contains(schemes, parsed.Scheme):
		return fmt.Errorf("must begin with %s://", strings.Join(schemes, ":// or "))
	case parsed.Path != "" && parsed.Path != "/":
		return errors.New("must not hold a path; write only scheme, host and port")
	case parsed.RawQuery != "" || parsed.ForceQuery:
		return errors.New("must not hold a query; write only scheme, host and port")
	case strings.Contains(raw, "#"):
		return errors.New("must not hold a fragment; write only scheme, host and port")
	case parsed.Host == "":
		return errors.New("has no host")
	}
	return nil
}

// normalHost is the host as it stands in a URL, an IPv6 address in brackets.
func normalHost(host string, bracketed bool) (string, error) {
	if bracketed {
		address, err := netip.ParseAddr(host)
		if err != nil || !address.Is6() || strings.ContainsFunc(address.Zone(), notZone) {
			return "", errors.New("holds something else than an IPv6 address in the brackets")
		}
		return "[" + address.String() + "]", nil
	}
	host = strings.TrimSuffix(strings.Map(lowerASCII, host), ".")
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || strings.ContainsFunc(label, notHost) {
			return "", errors.New("has no valid host name or address")
		}
	}
	if len(host) > maxHostBytes {
		return "", fmt.Errorf("has a host name of more than %d bytes", maxHostBytes)
	}
	// No domain ends in digits alone, so this is an address with a slip in it.
	if _, err := netip.ParseAddr(host); err != nil && strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return "", errors.New("has no valid host name or address")
	}
	return host, nil
}

// lowerASCII leaves other letters alone: how to fold them is for the resolver.
func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

func notHost(r rune) bool {
	return !(unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-' || r == '_')
}

// notZone allows the dot of VLAN interfaces.
func notZone(r rune) bool { return r != '.' && notHost(r) }

func normalPort(port string) (string, error) {
	if port == "" {
		return "", nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", errors.New("has a port outside of 1 to 65535")
	}
	return strconv.FormatUint(number, 10), nil
}

// shownURL is "" for none.
func shownURL(address *url.URL) string {
	if address == nil {
		return ""
	}
	return address.String()
}
