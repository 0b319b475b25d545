package collector_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Labels are what people and pages show, so the router's text is made fit for it.
func TestLabelsAreCleanAndShort(t *testing.T) {
	names := map[string]string{
		"plain":     "WAN 1",
		"umlaut":    "Büro",
		"quotes":    `a"b\c`,
		"newline":   "a\nb",
		"bidi":      "a\u202eb",
		"zero":      "a\u200bb\x00",
		"128":       strings.Repeat("ü", 128),
		"129":       strings.Repeat("ü", 129),
		"not there": "",
	}
	want := map[string]string{
		"plain": "WAN 1", "umlaut": "Büro", "quotes": `a"b\c`, "newline": "a\ufffdb", "bidi": "a\ufffdb", "zero": "a\ufffdb\ufffd",
		"128": strings.Repeat("ü", 128), "129": strings.Repeat("ü", 127) + "…", "not there": "",
	}
	objects := map[string]string{}
	for id, name := range names {
		text, err := json.Marshal(map[string]any{"name": name, "enable": true})
		if err != nil {
			t.Fatal(err)
		}
		objects[id] = string(text)
	}
	if diff := cmp.Diff(want, labelled(answers(t, wanEndpoint, objects), "peplink_wan_enabled", "wan")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	samples := answersText(t, wanEndpoint, "{\"1\":{\"name\":\"a\xffb\",\"enable\":true}}")
	if diff := cmp.Diff(map[string]string{"1": "a\ufffdb"}, labelled(samples, "peplink_wan_enabled", "wan")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Ids that are alike when cut would be one series twice, which costs the whole answer:
// the second is left out and counted.
func TestCollidingSeriesAreLeftOut(t *testing.T) {
	long := strings.Repeat("x", 150)
	samples := answers(t, wanEndpoint, map[string]string{
		long + "1": `{"enable":true,"locked":false}`, long + "2": `{"enable":false,"locked":true}`, "3": `{"enable":true}`,
	})
	want := map[string]float64{strings.Repeat("x", 127) + "…": 1, "3": 1}
	if diff := cmp.Diff(want, family(t, samples, "peplink_wan_enabled", "wan_id")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := lines(samples, "peplink_wan_locked"); len(got) != 1 {
		t.Errorf("%q, want what the first says alone", got)
	}
	if got := unreadable(t, samples, "wan"); got != 1 {
		t.Errorf("%v unreadable, want 1: the one that was left out", got)
	}
}

func TestWANFlagsAndNumbers(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"yes":   `{"enable":true,"locked":true,"asLan":true,"managementOnly":true,"priority":1,"mtu":1500,"mss":1460}`,
		"no":    `{"enable":false,"locked":false,"asLan":false,"managementOnly":false,"priority":0,"mtu":"1428","mss":"1388"}`,
		"words": `{"enable":"true","locked":1,"asLan":null,"managementOnly":"","priority":"high"}`,
		"none":  `{}`,
	})
	for name, want := range map[string]map[string]float64{
		"peplink_wan_enabled": {"yes": 1, "no": 0}, "peplink_wan_locked": {"yes": 1, "no": 0}, "peplink_wan_as_lan": {"yes": 1, "no": 0},
		"peplink_wan_management_only": {"yes": 1, "no": 0}, "peplink_wan_priority": {"yes": 1, "no": 0},
		"peplink_wan_mtu_bytes": {"yes": 1500, "no": 1428}, "peplink_wan_mss_bytes": {"yes": 1460, "no": 1388},
	} {
		if diff := cmp.Diff(want, family(t, samples, name, "wan_id")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := unreadable(t, samples, "wan"); got != 3 {
		t.Errorf("%v unreadable fields, want 3", got)
	}
}
