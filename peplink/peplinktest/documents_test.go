package peplinktest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestEveryModelEqualsItsFixturesAtTheReferenceTime(t *testing.T) {
	if len(peplinktest.Models()) == 0 {
		t.Fatal("no models")
	}
	for _, model := range peplinktest.Models() {
		clock := peplinktest.NewClock(peplinktest.ReferenceTime())
		router, err := peplinktest.New(model, peplinktest.WithClock(clock))
		if err != nil {
			t.Fatal(err)
		}
		if router.Model() != model || router.Firmware() == "" {
			t.Errorf("router of %s calls itself %q, firmware %q", model, router.Model(), router.Firmware())
		}
		for _, endpoint := range router.State().Documents {
			t.Run(model+" "+endpoint, func(t *testing.T) {
				fixture, err := os.ReadFile(filepath.Join("models", model, endpoint+".json"))
				if err != nil {
					t.Fatal(err)
				}
				var want bytes.Buffer
				if err := json.Compact(&want, fixture); err != nil {
					t.Fatal(err)
				}
				got, err := router.Document(endpoint)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.String(), string(got)); diff != "" {
					t.Errorf("document (-fixture +answered):\n%s", diff)
				}
			})
		}
	}
}

func TestChangeRemoveRestore(t *testing.T) {
	b := newBench(t)
	value := func(place string) any {
		t.Helper()
		v, err := b.Value(wan, place)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	change := func(place string, v any) {
		t.Helper()
		if err := b.Change(wan, place, v); err != nil {
			t.Fatal(err)
		}
	}
	change("/1/message", "No <Cable> & \"Detected\"")
	change("/1/uptime", json.RawMessage("1e3"))
	change("/1/new~1member~0", []any{1, nil})
	change("/1/dns/-", "203.0.113.1")
	change("/1/dns/3", "203.0.113.2")
	change("/1/dns/0", true)
	for place, want := range map[string]any{
		"/1/message":        "No <Cable> & \"Detected\"",
		"/1/uptime":         json.Number("1e3"),
		"/1/new~1member~0":  []any{json.Number("1"), nil},
		"/1/dns":            []any{true, "198.51.100.53", "203.0.113.1", "203.0.113.2"},
		"/2/cellular/mnc":   "02",
		"/1/additionalIp/0": "192.0.2.35",
	} {
		if diff := cmp.Diff(want, value(place)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", place, diff)
		}
	}
	body := b.get(wan, b.token(), "id=1").body
	if !strings.Contains(body, `"message":"No <Cable> & \"Detected\""`) || !strings.Contains(body, `"uptime":1e3,`) {
		t.Errorf("the answer does not show the changes: %s", body)
	}
	for _, place := range []string{"/1/dns/0", "/1/mac", "/2"} {
		if err := b.Remove(wan, place); err != nil {
			t.Fatal(err)
		}
	}
	if got := value("/1/dns/0"); got != "198.51.100.53" {
		t.Errorf("after its first element was removed, dns begins with %v", got)
	}
	for _, place := range []string{"/1/mac", "/2/name"} {
		if v, err := b.Value(wan, place); err == nil {
			t.Errorf("%s is still there: %v", place, v)
		}
	}
	if err := b.Restore(wan); err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]any{"/1/uptime": json.Number("1209641"), "/2/name": "Cellular 1"} {
		if got := value(place); got != want {
			t.Errorf("%s restored to %v, want %v", place, got, want)
		}
	}
	change("", map[string]any{"order": []int{}})
	if got, _ := b.Document(wan); string(got) != `{"order":[]}` {
		t.Errorf("the document replaced as a whole reads %s", got)
	}
}

func TestPlacesThatAreNone(t *testing.T) {
	b := newBench(t)
	before, _ := b.Document(wan)
	for _, place := range []string{"1", "/9/name", "/1/dns/x", "/1/dns/01", "/1/dns/5", "/1/dns/-1", "/1/name/x"} {
		if err := b.Change(wan, place, 1); err == nil {
			t.Errorf("%s was changed", place)
		}
		if err := b.Remove(wan, place); err == nil {
			t.Errorf("%s was removed", place)
		}
		if v, err := b.Value(wan, place); err == nil {
			t.Errorf("%s has the value %v", place, v)
		}
	}
	if err := b.Remove(wan, ""); err == nil {
		t.Error("the whole document was removed")
	}
	if err := b.Change(wan, "/1/name", json.RawMessage(`{"a":`)); err == nil {
		t.Error("half a JSON value was taken")
	}
	if err := b.Change(wan, "/1/name", func() {}); err == nil {
		t.Error("a function was taken for JSON")
	}
	for what, err := range map[string]error{
		"change":  b.Change("status.nothing", "/1", 1),
		"remove":  b.Remove("status.nothing", "/1"),
		"restore": b.Restore("status.nothing"),
	} {
		if err == nil {
			t.Errorf("%s of an endpoint without document succeeded", what)
		}
	}
	if after, _ := b.Document(wan); !bytes.Equal(before, after) {
		t.Errorf("the document is another now: %s", after)
	}
}

// someModel is a model of a test's own, with one file replaced or added.
func someModel(file, text string) fstest.MapFS {
	files := fstest.MapFS{
		"m/model.json":         {Data: []byte(`{"name":"m","firmware":"1","notices":{"info.firmware":"beta"}}`)},
		"m/info.firmware.json": {Data: []byte(`{"1":{"inUse":true,"n":5,"n":6,"s":"7","f":1.50,"w":-0.5,"none":null},"order":["1"]}`)},
	}
	if file != "" {
		files["m/"+file] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestModelsOfOnesOwn(t *testing.T) {
	router, err := peplinktest.NewFrom(someModel("", ""), "m")
	if err != nil {
		t.Fatal(err)
	}
	b := serveBench(t, router)
	r := b.get(firmware, b.token(), "")
	want := `{"stat":"ok","notice":{"status":"beta"},"response":` +
		`{"1":{"inUse":true,"n":5,"n":6,"s":"7","f":1.50,"w":-0.5,"none":null},"order":["1"]}}`
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Errorf("members of equal name and a notice (-want +got):\n%s", diff)
	}
	b.get(wan, b.Tokens()[0], "").wantFail(t, 1, "unknown function")
}

func TestModelsThatAreWrong(t *testing.T) {
	for name, test := range map[string]struct{ file, text string }{
		"name of another folder":       {"model.json", `{"name":"other"}`},
		"unknown fact":                 {"model.json", `{"name":"m","colour":"red"}`},
		"fixture is no JSON":           {"info.firmware.json", `{"1":`},
		"two values in a fixture":      {"info.firmware.json", `{} {}`},
		"fixture of no endpoint":       {"status.nothing.json", `{}`},
		"moves are no JSON":            {"moves.json", `[`},
		"moves without a fixture":      {"moves.json", `{"status.wan.connection":[]}`},
		"unknown kind":                 {"moves.json", `{"info.firmware":[{"pointer":"/1/n","kind":"jump"}]}`},
		"move of nothing":              {"moves.json", `{"info.firmware":[{"pointer":"/1/x","kind":"clock"}]}`},
		"move of an object":            {"moves.json", `{"info.firmware":[{"pointer":"/1","kind":"clock"}]}`},
		"move of a boolean":            {"moves.json", `{"info.firmware":[{"pointer":"/1/inUse","kind":"clock"}]}`},
		"move of the document":         {"moves.json", `{"info.firmware":[{"pointer":"","kind":"clock"}]}`},
		"no pointer":                   {"moves.json", `{"info.firmware":[{"pointer":"1","kind":"clock"}]}`},
		"wander without bounds":        {"moves.json", `{"info.firmware":[{"pointer":"/1/n","kind":"wander","period":9}]}`},
		"wander without a period":      {"moves.json", `{"info.firmware":[{"pointer":"/1/n","kind":"wander","min":1,"max":9}]}`},
		"wander that begins elsewhere": {"moves.json", `{"info.firmware":[{"pointer":"/1/n","kind":"wander","min":6,"max":9,"period":9}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := peplinktest.NewFrom(someModel(test.file, test.text), "m"); err == nil {
				t.Error("the model was taken")
			}
		})
	}
	if _, err := peplinktest.New("max-hd9"); err == nil || !strings.Contains(err.Error(), "max-hd2-8.3") {
		t.Errorf("error for an unknown model: %v, want one that names the known", err)
	}
}
