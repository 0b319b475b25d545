package fleet_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// manyTargets are never asked anything.
func manyTargets(t *testing.T) *fleet.Fleet {
	t.Helper()
	return newFleet(
		t, nil,
		target("bus-12", "https://192.0.2.1"),
		target("bus-13", "http://192.0.2.1"),
		target("hub", "Hub.Example.NET:8443"),
		target("six", "'https://[2001:db8::1]:443'"),
		target("east", "https://192.0.2.9", "proxy_url: socks5://jump:1080"),
		target("west", "https://192.0.2.9", "proxy_url: socks5://jump:1081"),
		target("192.0.2.50", "https://192.0.2.51"),
		target("by-address", "https://192.0.2.50"),
	)
}

func TestLookup(t *testing.T) {
	f := manyTargets(t)
	for wanted, name := range map[string]string{
		"bus-12":                       "bus-12",
		"https://192.0.2.1":            "bus-12",
		"https://192.0.2.1/":           "bus-12",
		"https://192.0.2.1:443":        "bus-12",
		"HTTPS://192.0.2.1:0443/":      "bus-12",
		"192.0.2.1":                    "bus-12",
		"192.0.2.1:443":                "bus-12",
		"http://192.0.2.1":             "bus-13",
		"http://192.0.2.1:80/":         "bus-13",
		"192.0.2.1:80":                 "", // https at port 80
		"http://192.0.2.1:443":         "",
		"hub":                          "hub",
		"https://hub.example.net:8443": "hub",
		"HUB.EXAMPLE.NET.:8443":        "hub",
		"hub.example.net":              "",
		"[2001:db8::1]":                "six",
		"https://[2001:DB8:0:0::1]":    "six",
		"2001:db8::1":                  "",
		"192.0.2.50":                   "192.0.2.50", // a name comes before an address
		"https://192.0.2.50":           "by-address",
		"https://u@192.0.2.1":          "",
		"https://192.0.2.1/x":          "",
		"https://192.0.2.1?x":          "",
		"https://192.0.2.1#x":          "",
		"ftp://192.0.2.1":              "",
		"":                             "",
		"Bus-12":                       "",
		" bus-12":                      "",
	} {
		found, err := f.Lookup(wanted)
		if name == "" {
			if _, unknown := errors.AsType[*fleet.UnknownError](err); !unknown || found != nil {
				t.Errorf("%q: %v, want it to be unknown", wanted, err)
			}
			continue
		}
		if err != nil || found.Target.Name != name {
			t.Errorf("%q: %v, want %s", wanted, err, name)
		}
	}
}

func TestLookupOfASharedAddress(t *testing.T) {
	_, err := manyTargets(t).Lookup("192.0.2.9")
	ambiguous, ok := errors.AsType[*fleet.AmbiguousError](err)
	if !ok {
		t.Fatalf("%v, want it to be ambiguous", err)
	}
	if diff := cmp.Diff([]string{"east", "west"}, ambiguous.Names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := err.Error(), "several targets have this url, name one of them: east, west"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLookupNamesTheClosest(t *testing.T) {
	f := manyTargets(t)
	for wanted, message := range map[string]string{
		"bus-21":  "unknown target; did you mean bus-12?",
		"BUS-13":  "unknown target; did you mean bus-13?",
		"weather": "unknown target",
	} {
		if _, err := f.Lookup(wanted); err == nil || err.Error() != message {
			t.Errorf("%q: %v, want %q", wanted, err, message)
		}
	}
}

func TestRoutersInTheOrderOfTheFile(t *testing.T) {
	var names []string
	for _, router := range manyTargets(t).Routers() {
		names = append(names, router.Target.Name)
	}
	want := []string{"bus-12", "bus-13", "hub", "six", "east", "west", "192.0.2.50", "by-address"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoTargets(t *testing.T) {
	f := newFleet(t, nil)
	if len(f.Routers()) != 0 {
		t.Errorf("%d routers", len(f.Routers()))
	}
	if _, err := f.Lookup("a"); err == nil || err.Error() != "unknown target" {
		t.Errorf("%v, want unknown target", err)
	}
}

func TestHas(t *testing.T) {
	f := newFleet(t, nil, target("a", "https://192.0.2.1", "collectors: [allowance]"))
	router := lookup(t, f, "a")
	for name, want := range map[string]bool{"allowance": true, "wan": false, "": false, "weather": false} {
		if got := router.Has(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestCollectors(t *testing.T) {
	known := fleet.Collectors()
	for _, name := range []string{"wan", "allowance"} {
		if !slices.Contains(known.Known, name) || !slices.Contains(known.Default, name) {
			t.Errorf("%s is not among %q and %q", name, known.Known, known.Default)
		}
	}
}
