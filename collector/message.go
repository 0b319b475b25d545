package collector

import (
	"net"
	"net/netip"
	"regexp"
	"strings"
)

var (
	// addressLike finds what may be an IP or MAC address; only parsing tells.
	addressLike = regexp.MustCompile(`[0-9A-Fa-f]*[:.-][0-9A-Fa-f:.-]+`)
	digits      = regexp.MustCompile(`[0-9]+`)
)

// redactMessage makes a WAN's message fit for a label. Countdowns would make a new series
// every second, so digits become '#'. Addresses are personal; and the message of a Wi-Fi
// WAN ends in the name of somebody's network.
func redactMessage(message string, wifi, showAddresses bool) string {
	if wifi {
		const greeting = "connected to"
		if at := strings.Index(strings.ToLower(message), greeting); at >= 0 {
			message = message[:at+len(greeting)]
		}
	}
	var out strings.Builder
	for {
		at := addressLike.FindStringIndex(message)
		if at == nil {
			break
		}
		out.WriteString(digits.ReplaceAllString(message[:at[0]], "#"))
		out.WriteString(redactAddress(message[at[0]:at[1]], showAddresses))
		message = message[at[1]:]
	}
	out.WriteString(digits.ReplaceAllString(message, "#"))
	return out.String()
}

func redactAddress(text string, show bool) string {
	// Punctuation of the sentence may stick to the address; colons may belong to it.
	core := strings.Trim(text, ".-")
	if !isAddress(core) {
		core = strings.Trim(core, ":")
	}
	switch {
	case !isAddress(core):
		return digits.ReplaceAllString(text, "#")
	case show:
		return text
	}
	return strings.Replace(text, core, "<address>", 1)
}

func isAddress(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	if _, err := netip.ParseAddrPort(text); err == nil {
		return true
	}
	_, err := net.ParseMAC(text)
	return err == nil
}
