package peplinktest

import (
	"net/url"
	"strings"
)

// parseQuery reads a query to the letter: every part is name=value, no name
// comes twice, and a plus sign is a plus sign. That routers take it for a space
// is unproven, %20 works (field notes, status.pepvpn). Parts that break this are
// left out, and the name of the last one is answered as bad.
func parseQuery(raw string) (parameters map[string]string, bad string, ok bool) {
	parameters, ok = make(map[string]string), true
	if raw == "" {
		return parameters, "", true
	}
	for part := range strings.SplitSeq(raw, "&") {
		name, value, found := strings.Cut(part, "=")
		text, err := url.PathUnescape(value)
		if _, twice := parameters[name]; !found || name == "" || twice || err != nil {
			bad, ok = name, false
			continue
		}
		parameters[name] = text
	}
	return parameters, bad, ok
}

// idList splits a list of ids as `id` and `connId` take it: separated by one
// space each, no id twice.
func idList(text string) (ids []string, ok bool) {
	ids = strings.Split(text, " ")
	seen := make(map[string]bool)
	for _, id := range ids {
		if id == "" || seen[id] {
			return nil, false
		}
		seen[id] = true
	}
	return ids, true
}
