package peplinktest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// compact is the text as a router would send it: without the white space, to the
// byte in all else.
func compact(t *testing.T, text []byte) string {
	t.Helper()
	var to bytes.Buffer
	if err := json.Compact(&to, text); err != nil {
		t.Fatal(err)
	}
	return to.String()
}

func document(t *testing.T, router *peplinktest.Router, endpoint string) string {
	t.Helper()
	text, err := router.Document(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func newRouter(t *testing.T, model string) *peplinktest.Router {
	t.Helper()
	router, err := peplinktest.New(model)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

func TestEveryModelEqualsItsFixtures(t *testing.T) {
	files, err := filepath.Glob("models/*/*.*.json")
	if err != nil || len(files) < len(peplinktest.Models()) {
		t.Fatal(files, err)
	}
	for _, file := range files {
		model, endpoint := filepath.Base(filepath.Dir(file)), filepath.Base(file[:len(file)-len(".json")])
		fixture, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(compact(t, fixture), document(t, newRouter(t, model), endpoint)); diff != "" {
			t.Errorf("%s (-fixture +answered):\n%s", file, diff)
		}
	}
}

func TestChangeRemoveRestore(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.Change(wan, "/1/message", "No <Cable> & \"Detected\"")
	b.Change(wan, "/1/uptime", json.RawMessage("1e3"))
	b.Change(wan, "/1/new~1member~0", []any{1, nil})
	b.Change(wan, "/1/dns/-", "203.0.113.1")
	b.Change(wan, "/1/dns/3", "203.0.113.2")
	b.Change(wan, "/1/dns/0", true)
	want := func(values map[string]any) {
		t.Helper()
		for place, want := range values {
			if diff := cmp.Diff(want, b.Value(wan, place)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", place, diff)
			}
		}
	}
	want(map[string]any{
		"/1/message":        "No <Cable> & \"Detected\"",
		"/1/uptime":         json.Number("1e3"),
		"/1/new~1member~0":  []any{json.Number("1"), nil},
		"/1/dns":            []any{true, "198.51.100.53", "203.0.113.1", "203.0.113.2"},
		"/2/cellular/mnc":   "02",
		"/1/additionalIp/0": "192.0.2.35",
	})
	body := b.get(wan + "?id=1").body
	for _, part := range []string{`"message":"No <Cable> & \"Detected\""`, `"uptime":1e3,`} {
		if !bytes.Contains([]byte(body), []byte(part)) {
			t.Errorf("the answer lacks %s: %s", part, body)
		}
	}
	for _, place := range []string{"/1/dns/0", "/1/mac", "/2"} {
		b.Remove(wan, place)
	}
	b.Restore(wan, "/1/new~1member~0", "/1/uptime", "/2")
	want(map[string]any{
		"/1/dns/0": "198.51.100.53", "/2/name": "Cellular 1", "/1/uptime": json.Number("1209641"),
		"/1/message": "No <Cable> & \"Detected\"",
	})
	for _, place := range []string{"/1/mac", "/1/new~1member~0"} {
		if v, err := b.Router.Value(wan, place); err == nil {
			t.Errorf("%s is still there: %v", place, v)
		}
	}
	b.Restore(wan)
	if got, want := document(t, b.Router, wan), document(t, newRouter(t, "max-hd2-8.3"), wan); got != want {
		t.Errorf("restored to %s, want %s", got, want)
	}
}

func TestPlacesThatAreNone(t *testing.T) {
	router := newRouter(t, "max-hd2-8.3")
	before := document(t, router, wan)
	for _, place := range []string{"1", "/9/name", "/1/dns/x", "/1/dns/01", "/1/dns/5", "/1/dns/-1", "/1/name/x"} {
		if err := router.Change(wan, place, 1); err == nil {
			t.Errorf("%s was changed", place)
		}
		if err := router.Remove(wan, place); err == nil {
			t.Errorf("%s was removed", place)
		}
		if err := router.Restore(wan, place); err == nil {
			t.Errorf("%s was restored", place)
		}
		if v, err := router.Value(wan, place); err == nil {
			t.Errorf("%s has the value %v", place, v)
		}
	}
	for what, err := range map[string]error{
		"removing the whole document": router.Remove(wan, ""),
		"half a JSON value":           router.Change(wan, "/1/name", json.RawMessage(`{"a":`)),
		"a function":                  router.Change(wan, "/1/name", func() {}),
		"changing no document":        router.Change("status.nothing", "/1", 1),
		"removing from no document":   router.Remove("status.nothing", "/1"),
		"restoring no document":       router.Restore("status.nothing"),
	} {
		if err == nil {
			t.Errorf("%s succeeded", what)
		}
	}
	if after := document(t, router, wan); before != after {
		t.Errorf("the document is another now: %s", after)
	}
}

func TestRoutersOfAModelAreIndependent(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	other := newRouter(t, "max-hd2-8.3")
	before := document(t, other, wan)
	b.Change(wan, "/1/name", "changed")
	b.Change(wan, "/2/cellular/new", 1)
	b.Remove(wan, "/order/0")
	b.Change(wan, "/1/dns/0", "192.0.2.1")
	if document(t, other, wan) != before || document(t, b.Router, wan) == before {
		t.Error("a change of one router shows on another, or not at all")
	}
}

// Routers send 19.399999999999999, and bytes that are no UTF-8.
func FuzzDocumentsKeepTheirSpelling(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,{"b":"\"c\\"}]}`, "{} x", "[-0.5e+3 , [] ]", ` null `, `"\\"`, `5`,
		"{\"na\xffme\":\"\xc3(\xe2\x82\"}", `{"\u0061\/":"\u0062\/\u202e\"","\ud800":"\ud83d\ude00"}`,
		"{\"a\u200bb\":\"\u202egnp.exe\u2066\"}", `{"1":{"a":1},"1":{"a":2},"":null,"":[]}`,
		`[1e3,-0,-0.0,1E-2,19.399999999999999,12345678901234567890]`,
		" \n{ \"a\" :\t[ ] , \"b\"\r\n: { } , \"c\" : [ true , false , null ] } ",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		router := newRouter(t, "max-hd2-8.3")
		err := router.Change(wan, "", json.RawMessage(text))
		if valid := json.Valid(text); valid != (err == nil) {
			t.Fatalf("%q: error %v, but valid is %v", text, err, valid)
		}
		if err != nil {
			return
		}
		if want, got := compact(t, text), document(t, router, wan); got != want {
			t.Errorf("%q reads %q, want %q", text, got, want)
		}
	})
}

func TestPlacesOfStrangeNames(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	b.Change(wan, "", json.RawMessage("{\"na\xffme\":1,\"\\u0061\":2,\"\":3,\"x\":{\"\":4}}"))
	for place, want := range map[string]json.Number{"/na\xffme": "1", "/a": "2", "/": "3", "/x/": "4"} {
		if got := b.Value(wan, place); got != want {
			t.Errorf("%q has the value %v, want %s", place, got, want)
		}
	}
}
