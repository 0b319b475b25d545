package collector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// wanStates are WANs with the state they are in; "" is for none.
var wanStates = map[string][2]string{
	"disabled is first":           {`{"enable":false,"scheduledOff":true,"asLan":true,"locked":true,"statusLed":"green","message":"Connected"}`, "disabled"},
	"disabled":                    {`{"enable":false,"statusLed":"gray","message":"Disabled"}`, "disabled"},
	"disabled without more":       {`{"enable":false}`, "disabled"},
	"scheduled off is second":     {`{"enable":true,"scheduledOff":true,"asLan":true,"locked":true,"statusLed":"green"}`, "scheduled_off"},
	"scheduled off without more":  {`{"scheduledOff":true}`, "scheduled_off"},
	"as lan is third":             {`{"enable":true,"asLan":true,"locked":true,"statusLed":"green"}`, "as_lan"},
	"as lan without more":         {`{"asLan":true}`, "as_lan"},
	"locked, red":                 {`{"enable":true,"locked":true,"statusLed":"red","message":"No Cable Detected"}`, "locked"},
	"locked, yellow":              {`{"locked":true,"statusLed":"yellow","message":"Standby"}`, "locked"},
	"locked, empty":               {`{"locked":true,"statusLed":"empty"}`, "locked"},
	"locked, no LED":              {`{"locked":true,"message":"Connected"}`, "locked"},
	"locked, green":               {`{"locked":true,"statusLed":"green","message":"Connected"}`, "up"},
	"locked, nothing":             {`{"enable":true,"locked":true}`, ""},
	"green":                       {`{"enable":true,"scheduledOff":false,"asLan":false,"locked":false,"statusLed":"green","message":"Connected"}`, "up"},
	"green without enable":        {`{"statusLed":"green"}`, "up"},
	"green, whatever it says":     {`{"statusLed":"green","message":"No Device Detected"}`, "up"},
	"GREEN":                       {`{"statusLed":"GREEN"}`, "up"},
	"no LED, connected":           {`{"message":"Connected"}`, "up"},
	"no LED, connected to":        {`{"message":"CONNECTED to Example Mobile"}`, "up"},
	"LED is empty text":           {`{"statusLed":"","message":"Connected"}`, "up"},
	"LED is null":                 {`{"statusLed":null,"message":"connected"}`, "up"},
	"no LED, disconnected":        {`{"message":"Disconnected"}`, "down"},
	"red, connected":              {`{"statusLed":"red","message":"Connected"}`, "down"},
	"empty":                       {`{"enable":true,"statusLed":"empty","message":"No Device Detected"}`, "no_device"},
	"empty, whatever it says":     {`{"statusLed":"empty","message":"No Cable Detected"}`, "no_device"},
	"red, no device":              {`{"statusLed":"red","message":"NO DEVICE detected"}`, "no_device"},
	"no LED, no device":           {`{"message":"No Device Detected"}`, "no_device"},
	"red, no cable":               {`{"statusLed":"red","message":"No Cable Detected"}`, "no_cable"},
	"yellow, no cable":            {`{"statusLed":"yellow","message":"no cable"}`, "no_cable"},
	"no LED, no cable":            {`{"message":"No Cable Detected"}`, "no_cable"},
	"yellow, standby":             {`{"statusLed":"yellow","message":"Standby"}`, "standby"},
	"yellow, standby with more":   {`{"statusLed":"yellow","message":"STANDBY (3 m left)"}`, "standby"},
	"flash, standby":              {`{"statusLed":"flash","message":"Standby"}`, "connecting"},
	"red, standby":                {`{"statusLed":"red","message":"Standby"}`, "down"},
	"no LED, standby":             {`{"message":"Standby"}`, "unknown"},
	"yellow":                      {`{"statusLed":"yellow","message":"Connecting…"}`, "connecting"},
	"yellow without message":      {`{"statusLed":"yellow"}`, "connecting"},
	"flash":                       {`{"statusLed":"flash","message":"Obtaining IP address"}`, "connecting"},
	"red":                         {`{"statusLed":"red","message":"No Service"}`, "down"},
	"gray":                        {`{"enable":true,"statusLed":"gray"}`, "down"},
	"blue":                        {`{"statusLed":"blue","message":"Connected"}`, "unknown"},
	"only some message":           {`{"message":"Rebooting"}`, "unknown"},
	"says nothing":                {`{"name":"synergy"}`, ""},
	"says only that it is on":     {`{"enable":true,"scheduledOff":false,"asLan":false,"locked":false}`, ""},
	"neither is text":             {`{"enable":true,"statusLed":true,"message":{"a":1}}`, ""},
	"enable is not a boolean":     {`{"enable":"false","statusLed":"green"}`, "up"},
	"phrase is not the beginning": {`{"statusLed":"red","message":"Sorry: no cable"}`, "down"},
}

func TestWANState(t *testing.T) {
	objects, want, wantUp := map[string]string{}, map[string]string{}, map[string]float64{}
	for name, test := range wanStates {
		objects[name] = test[0]
		if test[1] != "" {
			want[name] = test[1]
			wantUp[name] = 0
			if test[1] == "up" {
				wantUp[name] = 1
			}
		}
	}
	samples := answers(t, wanEndpoint, objects)
	if diff := cmp.Diff(want, states(t, samples, "peplink_wan_state")); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantUp, family(t, samples, "peplink_wan_up", "wan_id")); diff != "" {
		t.Errorf("up (-want +got):\n%s", diff)
	}
}

// A set is complete: a state that a WAN is not in is 0, so that it can be asked for.
func TestStateSetsAreComplete(t *testing.T) {
	const known = 11
	samples := answers(t, wanEndpoint, map[string]string{"1": `{"statusLed":"red"}`})
	if got := family(t, samples, "peplink_wan_state", "state"); len(got) != known || got["down"] != 1 {
		t.Errorf("%v, want %d states", got, known)
	}
}

func TestUptimeOnlyWhileUp(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"up":       `{"statusLed":"green","uptime":"86412"}`,
		"at once":  `{"statusLed":"green","uptime":0}`,
		"no value": `{"statusLed":"green"}`,
		"no cable": `{"statusLed":"red","message":"No Cable Detected","uptime":86412}`,
		"standby":  `{"statusLed":"yellow","message":"Standby","uptime":0}`,
		"disabled": `{"enable":false,"statusLed":"green","uptime":5}`,
		"unknown":  `{"uptime":5}`,
	})
	want := map[string]float64{"up": 86412, "at once": 0}
	if diff := cmp.Diff(want, family(t, samples, "peplink_wan_uptime_seconds", "wan_id")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Absent is no sample, and what cannot be read is no sample and counted: never a zero
// that nobody measured.
func TestAbsentAndUnreadable(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"number":     `{"mtu":1500}`,
		"text":       `{"mtu":"1500"}`,
		"zero":       `{"mtu":0}`,
		"fraction":   `{"mtu":1.5e3}`,
		"missing":    `{"name":"x"}`,
		"null":       `{"mtu":null}`,
		"empty":      `{"mtu":""}`,
		"no reading": `{"mtu":-9999}`,
		"its text":   `{"mtu":"-9999"}`,
		"word":       `{"mtu":"auto"}`,
		"boolean":    `{"mtu":true}`,
		"nested":     `{"mtu":{"a":1}}`,
		"NaN":        `{"mtu":"NaN"}`,
		"Inf":        `{"mtu":"Inf"}`,
		"hex":        `{"mtu":"0x5dc"}`,
		"huge":       `{"mtu":1e999}`,
	})
	want := map[string]float64{"number": 1500, "text": 1500, "zero": 0, "fraction": 1500}
	if diff := cmp.Diff(want, family(t, samples, "peplink_wan_mtu_bytes", "wan_id")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := unreadable(t, samples, "wan"); got != 7 {
		t.Errorf("%v unreadable fields, want 7", got)
	}
}

func TestCountsOfLists(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"two":     `{"dns":["192.0.2.1","192.0.2.2"],"additionalIp":["192.0.2.3"]}`,
		"none":    `{"dns":[],"additionalIp":[]}`,
		"missing": `{"name":"x"}`,
		"null":    `{"dns":null,"additionalIp":null}`,
	})
	if diff := cmp.Diff(map[string]float64{"two": 2, "none": 0}, family(t, samples, "peplink_wan_dns_servers", "wan_id")); diff != "" {
		t.Errorf("DNS servers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]float64{"two": 1, "none": 0}, family(t, samples, "peplink_wan_additional_addresses", "wan_id")); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

// What stands beside the ids is no WAN, and order only sorts.
func TestObjectsAreReadFromTheMap(t *testing.T) {
	samples := answersText(t, wanEndpoint, `{"order":[9,"vwan5"],"timestamp":"1773480413","reportTimestamp":1,
		"supportGatewayProxy":true,"connection":[{"name":"no"}],
		"1":{"name":"one","enable":true},"vwan5":{"name":"five","enable":true},
		"1":{"name":"again","enable":false},"":{"name":"no id","enable":false},"2":null,"3":"text","4":[1],"5":[],"6":{}}`)
	want := []string{
		`peplink_wan_enabled{wan="five", wan_id="vwan5"} 1`,
		`peplink_wan_enabled{wan="one", wan_id="1"} 1`,
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_wan_enabled")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"peplink_device_time_seconds 1773480413"}, lines(samples, "peplink_device_time_seconds")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := unreadable(t, samples, "wan"); got != 4 {
		t.Errorf("%v unreadable objects, want 4: the repeated id, the empty one, and two that are no objects", got)
	}
}

func TestNoWANs(t *testing.T) {
	for _, document := range []string{`{}`, `{"order":[]}`, `[]`, `null`} {
		if got := lines(answersText(t, wanEndpoint, document), "peplink_wan_enabled"); len(got) > 0 {
			t.Errorf("%s: %q", document, got)
		}
	}
}

func TestAddressesOnlyWhereExposed(t *testing.T) {
	objects := map[string]string{
		"whole": `{"name":"w","ip":"192.0.2.34","mask":29,"gateway":"192.0.2.33","mac":"00:00:5E:00:53:01"}`,
		"part":  `{"name":"p","mac":"00:00:5E:00:53:02"}`,
		"none":  `{"name":"n"}`,
	}
	if got := lines(answers(t, wanEndpoint, objects), "peplink_wan_address_info"); len(got) > 0 {
		t.Errorf("not exposed: %q", got)
	}
	got := lines(answers(t, wanEndpoint, objects, exposing(collector.Expose{Addresses: true})), "peplink_wan_address_info")
	want := []string{
		`peplink_wan_address_info{gateway="", ip="", mac="00:00:5E:00:53:02", mask="", wan="p", wan_id="part"} 1`,
		`peplink_wan_address_info{gateway="192.0.2.33", ip="192.0.2.34", mac="00:00:5E:00:53:01", mask="29", wan="w", wan_id="whole"} 1`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTypesHaveOneName(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"gobi": `{"type":"gobi"}`, "wireless": `{"type":"wireless","virtualType":"gobi"}`, "wovlan": `{"type":"wovlan"}`, "none": `{"type":""}`,
	})
	want := map[string]string{"gobi": "cellular", "wireless": "wifi", "wovlan": "wovlan", "none": ""}
	if diff := cmp.Diff(want, labelled(samples, "peplink_wan_info", "type")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
