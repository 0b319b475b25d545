package peplink_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const mark = "\uFFFD"

func TestClean(t *testing.T) {
	for name, test := range map[string]struct {
		text, want string
	}{
		"plain":          {"invalid connId", "invalid connId"},
		"letters":        {"Größe 名前 🙂", "Größe 名前 🙂"},
		"newline":        {"a\r\nb\tc", "a" + mark + mark + "b" + mark + "c"},
		"nul":            {"a\x00b", "a" + mark + "b"},
		"escape":         {"\x1b[31mred", mark + "[31mred"},
		"delete":         {"a\x7fb", "a" + mark + "b"},
		"C1":             {"a\u0085\u009bb", "a" + mark + mark + "b"},
		"bidi override":  {"a\u202eb\u202c", "a" + mark + "b" + mark},
		"bidi isolate":   {"a\u2066b\u2069", "a" + mark + "b" + mark},
		"bidi marks":     {"\u200e\u200f\u061c", mark + mark + mark},
		"zero width":     {"a\u200bb\u200cc\u200dd\u2060e\ufefff", "a" + mark + "b" + mark + "c" + mark + "d" + mark + "e" + mark + "f"},
		"soft hyphen":    {"a\u00adb", "a" + mark + "b"},
		"line separator": {"a\u2028b\u2029c", "a" + mark + "b" + mark + "c"},
		"tag characters": {"a\U000e0041b", "a" + mark + "b"},
		"invalid":        {"a\xffb", "a" + mark + "b"},
		"surrogate":      {"a\xed\xa0\x80b", "a" + mark + "b"},
		"at the limit":   {strings.Repeat("ä", 20), strings.Repeat("ä", 20)},
		"over the limit": {strings.Repeat("ä", 21), strings.Repeat("ä", 19) + "…"},
		"empty":          {"", ""},
	} {
		if got := peplink.Clean(test.text, 20); got != test.want {
			t.Errorf("%s: %q becomes %q, want %q", name, test.text, got, test.want)
		}
	}
}

func TestCleanAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		limit := rapid.IntRange(1, 30).Draw(t, "limit")
		got := peplink.Clean(text, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit || peplink.Clean(got, limit) != got {
			t.Errorf("%q becomes %q: invalid, longer than %d, or not clean", text, got, limit)
		}
	})
}

// What a router says is clean and short wherever it reaches a person.
func TestRouterTextIsCleaned(t *testing.T) {
	dirty := `\u0000\u001b[2J\u202e\u200b` + strings.Repeat("x", 5000)
	for _, body := range []string{
		`{"stat":"fail","code":3,"message":"` + dirty + `"}`,
		`{"stat":"fail","code":"` + dirty + `","message":"no"}`,
	} {
		for _, endpoint := range []string{wan, grant} {
			b := newBench(t, setup{})
			b.SetFault(endpoint, peplinktest.Fault{Body: &body})
			err := b.wans()
			if err == nil {
				t.Fatal("no failure")
			}
			text := err.Error()
			if peplink.Clean(text, 1000) != text || utf8.RuneCountInString(text) > len(endpoint)+210 {
				t.Errorf("%d characters, not clean or too long: %q", utf8.RuneCountInString(text), text)
			}
		}
	}
}
