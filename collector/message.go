package collector

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// addressLike finds what may be an IP or MAC address; only parsing tells.
	addressLike = regexp.MustCompile(`[0-9A-Fa-f]*[:.-][0-9A-Fa-f:.-]+`)
	digits      = regexp.MustCompile(`[0-9]+`)
)

// greeting is what the message of a WAN that is up begins with.
const greeting = "connected to"

// redactMessage makes a WAN's message fit for a label. Countdowns would make a new series
// every second, so digits become '#', but not those in the name of the carrier. Addresses
// are personal; and the message of a Wi-Fi WAN ends in the name of somebody's network.
func redactMessage(message, carrier string, wifi, showAddresses bool) string {
	if wifi {
		if at := strings.Index(strings.ToLower(message), greeting); at >= 0 {
			message = message[:at+len(greeting)]
		}
	}
	var out strings.Builder
	done := 0
	for _, name := range carrierNames(message, carrier) {
		out.WriteString(redactText(message[done:name[0]], showAddresses))
		out.WriteString(message[name[0]:name[1]])
		done = name[1]
	}
	out.WriteString(redactText(message[done:], showAddresses))
	return out.String()
}

// carrierNames finds where a message names the carrier, if its name has digits. A name of
// digits alone is one only in a greeting: elsewhere it may be part of a countdown.
func carrierNames(message, carrier string) [][]int {
	if !digits.MatchString(carrier) || !digits.MatchString(message) || isAddress(carrier) {
		return nil
	}
	found := regexp.MustCompile("(?i)"+regexp.QuoteMeta(carrier)).FindAllStringIndex(message, -1)
	needsGreeting := !strings.ContainsFunc(carrier, unicode.IsLetter)
	return slices.DeleteFunc(found, func(at []int) bool {
		before, _ := utf8.DecodeLastRuneInString(message[:at[0]])
		after, _ := utf8.DecodeRuneInString(message[at[1]:])
		return isInWord(before) || isInWord(after) ||
			needsGreeting && !strings.HasSuffix(strings.ToLower(message[:at[0]]), greeting+" ")
	})
}

func isInWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// redactText hides digits, and addresses unless they are to be shown.
func redactText(text string, showAddresses bool) string {
	var out strings.Builder
	for {
		at := addressLike.FindStringIndex(text)
		if at == nil {
			break
		}
		out.WriteString(digits.ReplaceAllString(text[:at[0]], "#"))
		out.WriteString(redactAddress(text[at[0]:at[1]], showAddresses))
		text = text[at[1]:]
	}
	out.WriteString(digits.ReplaceAllString(text, "#"))
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
