package peplink

import (
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
