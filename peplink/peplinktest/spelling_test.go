package peplinktest_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// compact is the text as a router would send it: without the white space, to the
// byte in all else.
func compact(t *testing.T, text string) string {
	t.Helper()
	var to bytes.Buffer
	if err := json.Compact(&to, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return to.String()
}

func TestSpellingIsKeptToTheByte(t *testing.T) {
	for name, text := range map[string]string{
		"bytes that are no UTF-8":    "{\"na\xffme\":\"\xc3(\xe2\x82\"}",
		"escapes of what needs none": `{"\u0061\/":"\u0062\/\u202e\"","\ud800":"\ud83d\ude00"}`,
		"zero-width and bidi":        "{\"a\u200bb\":\"\u202egnp.exe\u2066\"}",
		"members of equal name":      `{"1":{"a":1},"1":{"a":2},"":null,"":[]}`,
		"numbers":                    `[1e3,-0,-0.0,1E-2,19.399999999999999,12345678901234567890]`,
		"white space":                " \n{ \"a\" :\t[ ] , \"b\"\r\n: { } , \"c\" : [ true , false , null ] } ",
		"a word alone":               ` null `,
		"a string alone":             `"\\"`,
		"a number alone":             `5`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newDialect(t, "", files{wan: text})
			r := b.get(wan, b.token(), "")
			want := `{"stat":"ok","response":` + compact(t, text) + `}`
			if diff := cmp.Diff([]byte(want), []byte(r.body)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlacesOfStrangeNames(t *testing.T) {
	b := newDialect(t, "", files{wan: "{\"na\xffme\":1,\"\\u0061\":2,\"\":3,\"x\":{\"\":4}}"})
	for place, want := range map[string]json.Number{"/na\xffme": "1", "/a": "2", "/": "3", "/x/": "4"} {
		if got, err := b.Value(wan, place); err != nil || got != want {
			t.Errorf("%q has the value %v (%v), want %s", place, got, err, want)
		}
	}
}

func FuzzDocumentsKeepTheirSpelling(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\"c\\"}]}`))
	f.Add([]byte("\"\xff\""))
	f.Add([]byte("[-0.5e+3 , [] ]"))
	f.Add([]byte("{} x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		router := newRouter(t, peplinktest.ReferenceTime())
		err := router.Change(wan, "", json.RawMessage(text))
		if valid := json.Valid(text); valid != (err == nil) {
			t.Fatalf("%q: error %v, but valid is %v", text, err, valid)
		}
		if err != nil {
			return
		}
		if want, got := compact(t, string(text)), string(document(t, router, wan)); got != want {
			t.Errorf("%q reads %q, want %q", text, got, want)
		}
	})
}
