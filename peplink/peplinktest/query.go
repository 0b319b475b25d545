package peplinktest

import (
	"net/url"
	"slices"
	"strings"
)

// query is what a request asks for: the parameters and their values, several
// only of those that may be repeated.
type query map[string][]string

// get is a parameter's value, "" if it is absent.
func (q query) get(name string) string {
	if len(q[name]) == 0 {
		return ""
	}
	return q[name][0]
}

// joined is the query for the request log.
func (q query) joined() map[string]string {
	all := make(map[string]string, len(q))
	for name, values := range q {
		all[name] = strings.Join(values, "&")
	}
	return all
}

// parseQuery reads a query to the letter: every part is name=value, no name
// comes twice unless it is repeatable, and a plus sign is a plus sign. That
// routers take it for a space is unproven, %20 works (field notes,
// status.pepvpn). Parts that break this are left out, and the name of the last
// one is answered as bad.
func parseQuery(raw string, repeatable []string) (q query, bad string, ok bool) {
	q, ok = make(query), true
	if raw == "" {
		return q, "", true
	}
	for part := range strings.SplitSeq(raw, "&") {
		name, value, found := strings.Cut(part, "=")
		text, err := url.PathUnescape(value)
		twice := len(q[name]) > 0 && !slices.Contains(repeatable, name)
		if !found || name == "" || twice || err != nil {
			bad, ok = name, false
			continue
		}
		q[name] = append(q[name], text)
	}
	return q, bad, ok
}

// wordList splits a list as `id`, `connId` and `infoType` take it: separated by
// one space each, no word twice.
func wordList(text string) (words []string, ok bool) {
	words = strings.Split(text, " ")
	seen := make(map[string]bool)
	for _, word := range words {
		if word == "" || seen[word] {
			return nil, false
		}
		seen[word] = true
	}
	return words, true
}

// listOf is a form: a list of words of which each is known.
func listOf(known ...string) func(value string) bool {
	return func(value string) bool {
		words, ok := wordList(value)
		return ok && !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(known, word) })
	}
}
