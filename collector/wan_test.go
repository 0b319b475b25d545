package collector_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// stateTests are WANs with the state they are in; "" is for none.
var stateTests = map[string]struct{ object, want string }{
	"disabled is first":             {`{"enable":false,"scheduledOff":true,"asLan":true,"locked":true,"statusLed":"green","message":"Connected"}`, "disabled"},
	"disabled without more":         {`{"enable":false}`, "disabled"},
	"scheduled off is second":       {`{"enable":true,"scheduledOff":true,"asLan":true,"locked":true,"statusLed":"green"}`, "scheduled_off"},
	"scheduled off without more":    {`{"scheduledOff":true}`, "scheduled_off"},
	"as lan is third":               {`{"enable":true,"asLan":true,"locked":true,"statusLed":"green"}`, "as_lan"},
	"as lan without more":           {`{"asLan":true}`, "as_lan"},
	"locked, red":                   {`{"enable":true,"locked":true,"statusLed":"red","message":"No Cable Detected"}`, "locked"},
	"locked, no LED":                {`{"locked":true,"message":"Connected"}`, "locked"},
	"locked, green":                 {`{"locked":true,"statusLed":"green","message":"Connected"}`, "up"},
	"locked, nothing":               {`{"enable":true,"locked":true}`, ""},
	"green without enable":          {`{"statusLed":"green"}`, "up"},
	"green, whatever it says":       {`{"statusLed":"green","message":"No Device Detected"}`, "up"},
	"GREEN":                         {`{"statusLed":"GREEN"}`, "up"},
	"yellow, connected":             {`{"statusLed":"yellow","message":"Connected","uptime":86412,"ip":"192.0.2.1"}`, "up"},
	"yellow, connected to":          {`{"statusLed":"yellow","message":"CONNECTED to Example Mobile"}`, "up"},
	"flash, connected":              {`{"statusLed":"flash","message":"Connected"}`, "up"},
	"no LED, connected to":          {`{"message":"Connected to 2930-0A11-1012 (Synergy)","synergyLink":true}`, "up"},
	"LED is empty text":             {`{"statusLed":"","message":"Connected"}`, "up"},
	"LED is null":                   {`{"statusLed":null,"message":"connected"}`, "up"},
	"red, connected":                {`{"statusLed":"red","message":"Connected"}`, "down"},
	"gray, connected":               {`{"statusLed":"gray","message":"Connected"}`, "down"},
	"empty, connected":              {`{"statusLed":"empty","message":"Connected"}`, "no_device"},
	"empty, whatever it says":       {`{"statusLed":"empty","message":"No Cable Detected"}`, "no_device"},
	"red, no device":                {`{"statusLed":"red","message":"NO DEVICE detected"}`, "no_device"},
	"no LED, no device":             {`{"message":"No Device Detected"}`, "no_device"},
	"red, no cable":                 {`{"statusLed":"red","message":"No Cable Detected"}`, "no_cable"},
	"yellow, no cable":              {`{"statusLed":"yellow","message":"no cable"}`, "no_cable"},
	"yellow, standby":               {`{"statusLed":"yellow","message":"Standby"}`, "standby"},
	"yellow, standby in a sentence": {`{"statusLed":"yellow","message":"Hot Standby (3 m left)"}`, "standby"},
	"yellow, connected standby":     {`{"statusLed":"yellow","message":"Connected (Standby)"}`, "up"},
	"flash, standby":                {`{"statusLed":"flash","message":"Standby"}`, "connecting"},
	"red, standby":                  {`{"statusLed":"red","message":"Standby"}`, "down"},
	"no LED, standby":               {`{"message":"Standby"}`, "unknown"},
	"yellow":                        {`{"statusLed":"yellow","message":"Connecting…"}`, "connecting"},
	"yellow without message":        {`{"statusLed":"yellow"}`, "connecting"},
	"flash":                         {`{"statusLed":"flash","message":"Obtaining IP address"}`, "connecting"},
	"red":                           {`{"statusLed":"red","message":"No Service"}`, "down"},
	"gray":                          {`{"enable":true,"statusLed":"gray"}`, "down"},
	"no LED, no service":            {`{"message":"NO SERVICE"}`, "down"},
	"no LED, no signal":             {`{"message":"Modem: no signal"}`, "down"},
	"no LED, disconnected":          {`{"message":"Disconnected"}`, "down"},
	"no LED, health check":          {`{"message":"WAN Health Check in 3 s"}`, "down"},
	"no LED, failed":                {`{"message":"Authentication failed"}`, "down"},
	"no LED, error":                 {`{"message":"SIM Error"}`, "down"},
	"blue, disconnected":            {`{"statusLed":"blue","message":"Disconnected"}`, "unknown"},
	"blue":                          {`{"statusLed":"blue","message":"Connected"}`, "unknown"},
	"only some message":             {`{"message":"Rebooting"}`, "unknown"},
	"says nothing":                  {`{"name":"x"}`, ""},
	"says only that it is on":       {`{"enable":true,"scheduledOff":false,"asLan":false,"locked":false}`, ""},
	"neither is text":               {`{"enable":true,"statusLed":true,"message":{"a":1}}`, ""},
	"enable is not a boolean":       {`{"enable":"false","statusLed":"green"}`, "up"},
	"phrase is not the beginning":   {`{"statusLed":"red","message":"Sorry: no cable"}`, "down"},
}

func TestStatesOfWANs(t *testing.T) {
	for name, test := range stateTests {
		t.Run(name, func(t *testing.T) {
			samples := wanSamples(t, `{"1":`+test.object+`}`, &collector.View{})
			got, up := "", ""
			for _, sample := range samples {
				if rest, ok := strings.CutPrefix(sample, `wan_state{state="`); ok && strings.HasSuffix(sample, " 1") {
					got += rest[:strings.Index(rest, `"`)]
				}
				if strings.HasPrefix(sample, "wan_up{") {
					up = sample[len(sample)-1:]
				}
			}
			wantUp := map[string]string{"": "", "up": "1"}[test.want]
			if test.want != "" && test.want != "up" {
				wantUp = "0"
			}
			if got != test.want || up != wantUp {
				t.Errorf("%s: state %q, up %q, want %q, %q", test.object, got, up, test.want, wantUp)
			}
		})
	}
}

// wanSamples are those of a list of WANs, or only those of some metrics.
func wanSamples(t *testing.T, response string, view *collector.View, metrics ...string) []string {
	t.Helper()
	samples, _ := collected(t, response, (*peplink.Client).WANConnections, collector.CollectWANs, view)
	if len(metrics) == 0 {
		return samples
	}
	return slices.DeleteFunc(samples, func(sample string) bool {
		name, _, _ := strings.Cut(strings.Fields(sample)[0], "{")
		return !slices.Contains(metrics, name)
	})
}

func wantSamples(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A router without any WAN says so: 0 is told, however it is written.
func TestHowManyWANs(t *testing.T) {
	for response, want := range map[string]string{
		`{}`: "0", `[]`: "0", `null`: "0", `{"order":[],"timestamp":1}`: "0", `{"order":[7]}`: "0",
		`{"1":{},"2":{},"order":[2,1]}`: "2", `{"1":{"name":"a"},"2":{"name":"b"}}`: "2",
		`{"connection":[{"id":1}],"1":{"name":"a"}}`: "1",
	} {
		t.Run(response, func(t *testing.T) {
			wantSamples(t, wanSamples(t, response, &collector.View{}, "wans"), "wans "+want)
		})
	}
}

func TestSynergy(t *testing.T) {
	wantSamples(t, wanSamples(t, `{"1":{"name":"own"},"8":{"name":"link","synergyLink":true},"10":{"name":"theirs","synergy":true},"11":{"name":"no","synergy":false,"synergyLink":"x"}}`,
		&collector.View{}, "wan_synergy", "wan_synergy_link"),
		`wan_synergy{wan="theirs",wan_id="10"} 1`,
		`wan_synergy{wan="no",wan_id="11"} 0`,
		`wan_synergy_link{wan="link",wan_id="8"} 1`,
	)
}

// No pairing of codes with states is proven, so the message alone counts.
func TestRoamingByMessage(t *testing.T) {
	for roaming, want := range map[string]string{
		`{"code":1,"message":"home"}`:            "home",
		`{"code":0,"message":"Roaming"}`:         "roaming",
		`{"message":"Roaming partner"}`:          "roaming_partner",
		`{"code":0}`:                             "",
		`{"code":1,"message":""}`:                "",
		`{"code":2,"message":"searching (new)"}`: "searching_new_",
		`{}`:                                     "",
	} {
		t.Run(roaming, func(t *testing.T) {
			samples := wanSamples(t, `{"1":{"name":"w","cellular":{"roamingStatus":`+roaming+`}}}`, &collector.View{}, "cellular_roaming_state")
			var current []string
			for _, sample := range samples {
				if strings.HasSuffix(sample, " 1") {
					current = append(current, sample)
				}
			}
			var wanted []string
			if want != "" {
				wanted = []string{`cellular_roaming_state{state="` + want + `",wan="w",wan_id="1"} 1`}
			}
			wantSamples(t, current, wanted...)
		})
	}
}

// Slots have one name, wherever they stand.
func TestSIMsBesideTheSlots(t *testing.T) {
	wantSamples(t, wanSamples(t, `{"2":{"name":"m","cellular":{
		"sim":{"1":{"active":false,"simCardDetected":true,"apn":"a.example"},"order":[1]},
		"fusionSim":{"active":true,"simCardDetected":true,"autoApn":true},
		"eSim1":{"active":false,"status":"No SIM Card Detected"},
		"remoteSim":{"slot":2},
		"speedfusionConnect5gLte":{"active":false,"iccid":"1"},
		"mySimulator":{"active":true}, "simStatus":"ok", "eSim2":null, "eSim3":{}, "fusionSimNote":{"active":true}}}}`,
		&collector.View{}, "sim_active", "sim_detected", "sim_info"),
		`sim_active{sim="1",wan="m",wan_id="2"} 0`,
		`sim_active{sim="speedfusion_connect",wan="m",wan_id="2"} 0`,
		`sim_active{sim="e_sim1",wan="m",wan_id="2"} 0`,
		`sim_active{sim="fusion_sim",wan="m",wan_id="2"} 1`,
		`sim_detected{sim="1",wan="m",wan_id="2"} 1`,
		`sim_detected{sim="remote",wan="m",wan_id="2"} 1`,
		`sim_detected{sim="speedfusion_connect",wan="m",wan_id="2"} 1`,
		`sim_detected{sim="e_sim1",wan="m",wan_id="2"} 0`,
		`sim_detected{sim="fusion_sim",wan="m",wan_id="2"} 1`,
		`sim_info{apn="a.example",auto_apn="",iccid="",imsi="",mtn="",sim="1",wan="m",wan_id="2"} 1`,
		`sim_info{apn="",auto_apn="",iccid="",imsi="",mtn="",sim="remote",wan="m",wan_id="2"} 1`,
		`sim_info{apn="",auto_apn="",iccid="",imsi="",mtn="",sim="speedfusion_connect",wan="m",wan_id="2"} 1`,
		`sim_info{apn="",auto_apn="",iccid="",imsi="",mtn="",sim="e_sim1",wan="m",wan_id="2"} 1`,
		`sim_info{apn="",auto_apn="true",iccid="",imsi="",mtn="",sim="fusion_sim",wan="m",wan_id="2"} 1`,
	)
}
