package collector_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// shown are messages of WANs without Wi-Fi, as they are by default and with addresses
// exposed.
var shown = map[string]struct{ hidden, exposed string }{
	"Connected":                           {"Connected", "Connected"},
	"Connected to Example Mobile":         {"Connected to Example Mobile", "Connected to Example Mobile"},
	"Obtaining IP Address...":             {"Obtaining IP Address...", "Obtaining IP Address..."},
	"Health check failed, retry in 27 s":  {"Health check failed, retry in # s", "Health check failed, retry in # s"},
	"retry 3/10 in 01:59":                 {"retry #/# in #:#", "retry #/# in #:#"},
	"Firmware 8.3.0":                      {"Firmware #.#.#", "Firmware #.#.#"},
	"LTE Band 1 (2100 MHz)":               {"LTE Band # (# MHz)", "LTE Band # (# MHz)"},
	"ping 192.0.2.7 failed":               {"ping <address> failed", "ping 192.0.2.7 failed"},
	"ping 192.0.2.7.":                     {"ping <address>.", "ping 192.0.2.7."},
	"192.0.2.7":                           {"<address>", "192.0.2.7"},
	"(192.0.2.7)":                         {"(<address>)", "(192.0.2.7)"},
	"192.0.2.7, 198.51.100.1":             {"<address>, <address>", "192.0.2.7, 198.51.100.1"},
	"192.0.2.7,198.51.100.1":              {"<address>,<address>", "192.0.2.7,198.51.100.1"},
	"192.0.2.0/24":                        {"<address>/#", "192.0.2.0/#"},
	"DNS:192.0.2.7":                       {"DNS:<address>", "DNS:192.0.2.7"},
	"192.0.2.7: no answer":                {"<address>: no answer", "192.0.2.7: no answer"},
	"192.0.2.7:8443 refused":              {"<address> refused", "192.0.2.7:8443 refused"},
	"via 2001:db8::1":                     {"via <address>", "via 2001:db8::1"},
	"via 2001:DB8:0:0:0:0:0:1.":           {"via <address>.", "via 2001:DB8:0:0:0:0:0:1."},
	"via fe80::1%eth0":                    {"via <address>%eth#", "via fe80::1%eth#"},
	"[2001:db8::1]:443":                   {"[<address>]:#", "[2001:db8::1]:#"},
	"dead:beef::cafe":                     {"<address>", "dead:beef::cafe"},
	"gateway ::1":                         {"gateway <address>", "gateway ::1"},
	"MAC 00:00:5E:00:53:01 is in use":     {"MAC <address> is in use", "MAC 00:00:5E:00:53:01 is in use"},
	"aa:bb:cc:dd:ee:ff":                   {"<address>", "aa:bb:cc:dd:ee:ff"},
	"aa-bb-cc-dd-ee-ff":                   {"<address>", "aa-bb-cc-dd-ee-ff"},
	"0000.5e00.5301":                      {"<address>", "0000.5e00.5301"},
	"MAC=00:00:5E:00:53:01, 5 clients":    {"MAC=<address>, # clients", "MAC=00:00:5E:00:53:01, # clients"},
	"192.0.2.300 is none":                 {"#.#.#.# is none", "#.#.#.# is none"},
	"٣ retries":                           {"٣ retries", "٣ retries"},
	"Übertragung 12 %":                    {"Übertragung # %", "Übertragung # %"},
	"no-service - retry":                  {"no-service - retry", "no-service - retry"},
	"connected to 5G at 192.0.2.7 for 9s": {"connected to #G at <address> for #s", "connected to #G at 192.0.2.7 for #s"},
}

func TestMessages(t *testing.T) {
	objects, hidden, exposed := map[string]string{}, map[string]string{}, map[string]string{}
	for message, want := range shown {
		object, err := json.Marshal(map[string]string{"type": "cellular", "message": message})
		if err != nil {
			t.Fatal(err)
		}
		objects[message] = string(object)
		hidden[message], exposed[message] = want.hidden, want.exposed
	}
	samples := answers(t, wanEndpoint, objects)
	if diff := cmp.Diff(hidden, labelled(samples, "peplink_wan_status_info", "message")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	samples = answers(t, wanEndpoint, objects, exposing(collector.Expose{Addresses: true}))
	if diff := cmp.Diff(exposed, labelled(samples, "peplink_wan_status_info", "message")); diff != "" {
		t.Errorf("addresses exposed (-want +got):\n%s", diff)
	}
}

// Where a Wi-Fi WAN is connected, its message ends in the name of somebody's network.
func TestMessagesOfWiFi(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"wifi":            `{"type":"wifi","message":"Connected to Depot Guest"}`,
		"wireless":        `{"type":"wireless","message":"CONNECTED TO Depot Guest"}`,
		"with an object":  `{"wifi":{"ssid":"Depot Guest"},"message":"Connected to Depot Guest"}`,
		"in a sentence":   `{"type":"wifi","message":"Link 2 is connected to Depot Guest"}`,
		"only connected":  `{"type":"wifi","message":"Connected"}`,
		"not connected":   `{"type":"wifi","message":"Connecting to access point 2"}`,
		"of another type": `{"type":"cellular","message":"Connected to Example Mobile"}`,
	}, exposing(collector.Expose{Addresses: true, Subscriber: true, Location: true}))
	want := map[string]string{
		"wifi": "Connected to", "wireless": "CONNECTED TO", "with an object": "Connected to", "in a sentence": "Link # is connected to",
		"only connected": "Connected", "not connected": "Connecting to access point #", "of another type": "Connected to Example Mobile",
	}
	if diff := cmp.Diff(want, labelled(samples, "peplink_wan_status_info", "message")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A countdown must not make a new series every second.
func TestCountdownIsOneSeries(t *testing.T) {
	router := simulate(t)
	router.change(wanEndpoint, "/1/message", "Reconnecting in 10 seconds")
	before := lines(router.samples(), "peplink_wan_status_info")
	router.change(wanEndpoint, "/1/message", "Reconnecting in 9 seconds")
	if diff := cmp.Diff(before, lines(router.samples(), "peplink_wan_status_info")); diff != "" {
		t.Errorf("(-at ten +at nine):\n%s", diff)
	}
}
