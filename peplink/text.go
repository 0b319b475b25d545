package peplink

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits for text that comes from outside, in characters.
const (
	maxRouterText = 200 // error messages of a router
	maxDetail     = 300 // error texts of the standard library, which may quote the peer
)

// Clean makes text of a router fit to be shown: invalid UTF-8, control characters, and
// the invisible ones that reorder or hide text become U+FFFD, and what is longer than
// limit characters is cut.
func Clean(text string, limit int) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	text = strings.Map(func(r rune) rune {
		// Cf holds the zero-width and bidirectional controls.
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return utf8.RuneError
		}
		return r
	}, text)
	if utf8.RuneCountInString(text) > limit {
		text = string([]rune(text)[:limit-1]) + "…"
	}
	return text
}

// personal is what may be an address, or a number that tells who or where somebody is: a
// MAC, IPv6 or IPv4 address, and six or more digits, whatever stands between them (IMSI,
// ICCID, IMEI, telephone number, position).
var personal = regexp.MustCompile(`(?i)(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}` +
	`|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9](?:[-–. :,/()]{0,3}[0-9]){5,}`)

// routerText makes text of a router fit to be told: cut, clean, and without secrets or
// personal values.
func routerText(text string, secrets []string) string {
	short := Clean(strings.TrimSpace(text), maxRouterText)
	forms := secretForms(secrets)
	var pairs []string
	for _, form := range forms {
		pairs = append(pairs, form, "<secret>")
	}
	told := strings.NewReplacer(pairs...).Replace(short)
	if before, isCut := strings.CutSuffix(told, "…"); isCut {
		told = withoutBeginning(before, forms) + "…"
	}
	return personal.ReplaceAllString(told, "<number>")
}

const (
	leastSecret    = 8 // characters: what is shorter occurs in any text
	leastBeginning = 4 // of a secret, at the end of a text that was cut
)

// secretForms lists secrets as they are and as a router may repeat them: as in a URL, in
// JSON, in HTML, in base64. The longest comes first: one may begin with another.
func secretForms(secrets []string) []string {
	var forms []string
	for _, secret := range secrets {
		if len(secret) < leastSecret {
			continue
		}
		inJSON, _ := json.Marshal(secret) // which does not fail
		quoted := string(inJSON[1 : len(inJSON)-1])
		for _, inURL := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
			forms = append(forms, inURL, escape.ReplaceAllStringFunc(inURL, strings.ToLower))
		}
		forms = append(forms, secret, html.EscapeString(secret), quoted, strings.ReplaceAll(quoted, "/", `\/`),
			base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)))
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(forms)
}

// escape is a character as it stands in a URL. Either case of the digits is in use.
var escape = regexp.MustCompile(`%[0-9A-F]{2}`)

// withoutBeginning takes the beginning of a secret off the end of a text.
func withoutBeginning(text string, forms []string) string {
	for _, form := range forms {
		for n := len(form) - 1; n >= leastBeginning; n-- {
			if before, found := strings.CutSuffix(text, form[:n]); found {
				return before
			}
		}
	}
	return text
}
