package peplinktest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// putInto makes a text the whole document of an endpoint.
func (b *bench) putInto(endpoint, text string) {
	b.t.Helper()
	b.Change(endpoint, "", json.RawMessage(text))
}

const (
	fullProfile = `"profile":{"1":{"name":"Hub","master":true,"vlanId":3,"status":"CONNECTED","conflictCount":0,` +
		`"peerCount":3,"userShared":false,"userCount":0,"type":"l3"},"siteId":"7","order":[1]}`
	liteProfile = `"profile":{"1":{"name":"Hub","master":true},"siteId":"7","order":[1]}`
	peerOne     = `{"peerId":"1-1","name":"Depot","serialNumber":"AAAA-0000-0001","status":"CONNECTED"}`
	peerTwo     = `{"peerId":"1-2","name":"Bus 12","serialNumber":"AAAA-0000-0002","username":"Fleet","status":"CONNECTED"}`
	peerThree   = `{"peerId":"1-3","name":"Bus 13","serialNumber":"AAAA-0000-0003","status":"START"}`
	linksOne    = `"1-1":{"wan":{"order":[1],"1":{"state":"ACTIVE","rtt":9}}}`
	linksTwo    = `"1-2":{"wan":{"order":[1],"1":{"state":"STANDBY"}}}`
	allPeers    = `"peer":[` + peerOne + `,` + peerTwo + `,` + peerThree + `]`
	truth       = `{` + fullProfile + `,"tunnel":{` + linksOne + `,` + linksTwo + `,"order":["1-1","1-2"]},` + allPeers + `}`
)

func TestWhatOfPepVPNIsAnswered(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.putInto(pepvpn, truth)
	peers := func(list ...string) string { return `"peer":[` + strings.Join(list, ",") + `]` }
	tunnels := func(list ...string) string { return `"tunnel":{` + strings.Join(list, ",") + `}` }
	for query, want := range map[string]string{
		"accessToken=" + b.token:                            fullProfile + "," + allPeers,
		"infoType=profile%20peer":                           fullProfile + "," + allPeers,
		"infoType=peer&infoType=profile":                    fullProfile + "," + allPeers,
		"infoType=tunnel":                                   "", // tunnels only with tunnelOption
		"lite=yes":                                          liteProfile + "," + allPeers,
		"lite=no":                                           fullProfile + "," + allPeers,
		"infoType=tunnel&tunnelOption=1-1":                  tunnels(linksOne, `"order":["1-1"]`),
		"infoType=profile&tunnelOption=1-2":                 fullProfile + "," + tunnels(linksTwo, `"order":["1-2"]`),
		"infoType=tunnel&tunnelOption=1-2&tunnelOption=1-1": tunnels(linksOne, linksTwo, `"order":["1-1","1-2"]`),
		"infoType=tunnel&tunnelOption=1-1&tunnelOption=9-9": tunnels(linksOne, `"order":["1-1"]`),
		"infoType=tunnel&tunnelOption=1-3":                  tunnels(`"order":[]`),
		"infoType=tunnel&tunnelOption=1-1%201-2":            tunnels(`"order":[]`), // no list: that is unproven
		"infoType=peer&size=2":                              peers(peerOne, peerTwo),
		"infoType=peer&start=1&size=1":                      peers(peerTwo),
		"infoType=peer&start=3&size=9":                      peers(),
		"infoType=peer&start=1":                             peers(peerTwo, peerThree),
		"infoType=peer&searchPattern=bUS":                   peers(peerTwo, peerThree),
		"infoType=peer&searchPattern=flee":                  peers(peerTwo),
		"infoType=peer&searchPattern=bus&start=1&size=1":    peers(peerThree),
		"infoType=peer&serialNumber=AAAA-0000-0002":         peers(peerTwo),
		"infoType=peer&serialNumber=AAAA":                   peers(),
	} {
		t.Run(query, func(t *testing.T) { b.get(pepvpn+"?"+query).wantResponse(t, "{"+want+"}") })
	}
}

// What is no list or no object passes as it is: a router that errs is simulated
// by its fixture.
func TestPepVPNOfAnotherShape(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.putInto(pepvpn, `{"profile":{"1":"x","order":null},"peer":{"1":{}},"tunnel":{"1-1":[],"1-2":[],"n":1}}`)
	b.get(pepvpn+"?lite=yes&size=1&tunnelOption=1-1").wantResponse(t, `{"profile":{"1":"x","order":null},"peer":{"1":{}},"tunnel":{"1-1":[]}}`)
	b.putInto(pepvpn, `"nothing"`)
	b.get(pepvpn).wantResponse(t, `"nothing"`)
}

func TestDialectsOfPepVPN(t *testing.T) {
	const query = pepvpn + "?infoType=tunnel&tunnelOption=1-2&tunnelOption=1-1"
	one := granted(t, "balance-8.0") // answers the last one only
	one.putInto(pepvpn, truth)
	one.get(query).wantResponse(t, `{"tunnel":{`+linksOne+`,"order":["1-1"]}}`)

	hub := loggedIn(t, "fusionhub-8.3") // lists 100 peers if not told a size
	for query, want := range map[string]int{"": 100, "&start=200": 60, "&size=260": 260, "&start=90&size=11": 11} {
		var response struct{ Peer []json.RawMessage }
		err := json.Unmarshal(hub.get(pepvpn+"?infoType=peer"+query).envelope.Response, &response)
		if err != nil || len(response.Peer) != want {
			t.Errorf("%s: %d peers (%v), want %d", query, len(response.Peer), err, want)
		}
	}
}

func TestModelsAnswerEveryTunnelOfTheirPeers(t *testing.T) {
	for _, model := range peplinktest.Models() {
		b := open(t, model)
		text, err := b.Document(pepvpn)
		if err != nil {
			continue // it has none
		}
		type tunnels struct{ Tunnel map[string]json.RawMessage }
		var whole tunnels
		if err := json.Unmarshal(text, &whole); err != nil {
			t.Fatal(err)
		}
		delete(whole.Tunnel, "order")
		for id := range whole.Tunnel {
			var some tunnels
			err := json.Unmarshal(b.get(pepvpn+"?infoType=tunnel&tunnelOption="+id).envelope.Response, &some)
			delete(some.Tunnel, "order")
			if err != nil || len(some.Tunnel) != 1 || some.Tunnel[id] == nil {
				t.Errorf("%s: tunnelOption=%s answers the tunnels of %v (%v)", model, id, slices.Collect(maps.Keys(some.Tunnel)), err)
			}
		}
	}
}

func TestChosenByID(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	const one, two = `"1":{"a":1}`, `"2":{"1":{"usage":7},"order":[1]}`
	for _, endpoint := range []string{wan, allowance, lan} {
		b.putInto(endpoint, `{`+one+`,`+two+`,"timestamp":9,"order":[2,"1"]}`)
		name := map[bool]string{true: "connId", false: "id"}[endpoint == allowance]
		for query, want := range map[string]string{
			"accessToken=" + b.token: `{` + one + `,` + two + `,"timestamp":9,"order":[2,"1"]}`,
			name + "=2":              `{` + two + `,"timestamp":9,"order":[2]}`,
			name + "=1":              `{` + one + `,"timestamp":9,"order":["1"]}`,
			name + "=1%202":          `{` + one + `,` + two + `,"timestamp":9,"order":[2,"1"]}`,
			name + "=2%201":          `{` + one + `,` + two + `,"timestamp":9,"order":[2,"1"]}`,
		} {
			b.get(endpoint+"?"+query).wantResponse(t, want)
		}
	}
	b.get(wan+"?id=2&lite=yes").wantResponse(t, `{`+two+`,"timestamp":9,"order":[2]}`) // no effect on MAX
	old := granted(t, "balance-8.0")
	old.putInto(allowance, `{`+one+`,`+two+`,"order":[1,2]}`)
	old.get(allowance).wantFail(t, 3, "invalid connId")
	old.get(allowance+"?connId=1").wantFail(t, 3, "invalid connId") // no cellular WAN
	old.get(allowance+"?connId=2").wantResponse(t, `{`+two+`,"order":[2]}`)
}

func TestPartsOfTheSystem(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	const device, uptime = `"device":{"name":"x"}`, `"uptime":{"second":9}`
	b.putInto(system, "{"+device+","+uptime+"}")
	b.get(system).wantResponse(t, "{"+device+","+uptime+"}")
	b.get(system+"?infoType=uptime%20device").wantResponse(t, "{"+device+","+uptime+"}")
	b.get(system+"?infoType=uptime").wantResponse(t, "{"+uptime+"}")
	b.get(system+"?infoType=device%20cpuLoad").wantFail(t, 2, "Unsupported request")
}

func TestFirmwareWithoutLoginShowsOnlyTheSlotInUse(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	const inUse = `{"2":{"version":"8.3.0 build 5229","bootable":true,"inUse":true},"order":[2]}`
	b.get("/api/"+firmware).wantResponse(t, inUse)
	b.get(firmware+"?accessToken=unknown").wantResponse(t, inUse)
	b.get(firmware).wantResponse(t, `{"1":{"version":"8.2.0s036 build 4979","bootable":true,"inUse":false},`+
		`"2":{"version":"8.3.0 build 5229","bootable":true,"inUse":true},"order":[1,2]}`)
}

func TestNotices(t *testing.T) {
	for model, want := range map[string]string{
		"balance-710-8.5": `{"stat":"ok","notice":{"status":"beta"},"response":{"profile"`,
		"max-br1-pro-8.6": `{"stat":"ok","response":{"peer"`, // without profiles
	} {
		if r := granted(t, model).get(pepvpn); !strings.HasPrefix(r.body, want) {
			t.Errorf("%s answers %.80s, want %s", model, r.body, want)
		}
	}
}

// A list of WANs may be empty in every way (field notes, Learned since).
func TestEmptyLists(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	for _, empty := range []string{`{}`, `[]`, `null`} {
		b.putInto(wan, empty)
		b.get(wan).wantResponse(t, empty)
	}
	b.SetFault(wan, peplinktest.Fault{Body: new(`{"stat":"ok"}`)})
	b.get(wan).wantResponse(t, "")
}
