package peplinktest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

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
	peers := func(list ...string) string { return `"peer":[` + strings.Join(list, ",") + `]` }
	tunnels := func(list ...string) string { return `"tunnel":{` + strings.Join(list, ",") + `}` }
	for query, want := range map[string]string{
		"":                                  fullProfile + "," + allPeers,
		"infoType=profile%20peer":           fullProfile + "," + allPeers,
		"infoType=profile":                  fullProfile,
		"infoType=peer":                     allPeers,
		"infoType=peer&infoType=profile":    fullProfile + "," + allPeers,
		"infoType=tunnel":                   "", // tunnels only with tunnelOption
		"lite=yes":                          liteProfile + "," + allPeers,
		"lite=no":                           fullProfile + "," + allPeers,
		"lite=yes&infoType=profile":         liteProfile,
		"infoType=tunnel&tunnelOption=1-1":  tunnels(linksOne, `"order":["1-1"]`),
		"infoType=profile&tunnelOption=1-2": fullProfile + "," + tunnels(linksTwo, `"order":["1-2"]`),
		"infoType=tunnel&tunnelOption=1-2&tunnelOption=1-1":     tunnels(linksOne, linksTwo, `"order":["1-1","1-2"]`),
		"infoType=tunnel&tunnelOption=1-1&tunnelOption=9-9":     tunnels(linksOne, `"order":["1-1"]`),
		"infoType=tunnel&tunnelOption=1-3":                      tunnels(`"order":[]`),
		"infoType=tunnel&tunnelOption=1-1%201-2":                tunnels(`"order":[]`), // no list: that is unproven
		"infoType=tunnel&tunnelOption=":                         tunnels(`"order":[]`),
		"infoType=peer&size=2":                                  peers(peerOne, peerTwo),
		"infoType=peer&start=1&size=1":                          peers(peerTwo),
		"infoType=peer&start=2&size=9":                          peers(peerThree),
		"infoType=peer&start=3&size=9":                          peers(),
		"infoType=peer&start=4000":                              peers(),
		"infoType=peer&start=1":                                 peers(peerTwo, peerThree),
		"infoType=peer&searchPattern=bUS":                       peers(peerTwo, peerThree),
		"infoType=peer&searchPattern=flee":                      peers(peerTwo),
		"infoType=peer&searchPattern=bus&start=1&size=1":        peers(peerThree),
		"infoType=peer&searchPattern=":                          peers(peerOne, peerTwo, peerThree),
		"infoType=peer&searchPattern=nobody":                    peers(),
		"infoType=peer&serialNumber=AAAA-0000-0002":             peers(peerTwo),
		"infoType=peer&serialNumber=AAAA":                       peers(),
		"infoType=peer&serialNumber=AAAA-0000-0002&size=9":      peers(peerTwo),
		"infoType=profile%20peer%20tunnel&tunnelOption=1-1":     fullProfile + "," + tunnels(linksOne, `"order":["1-1"]`) + "," + allPeers,
		"infoType=profile%20peer&lite=yes&tunnelOption=1-1":     liteProfile + "," + tunnels(linksOne, `"order":["1-1"]`) + "," + allPeers,
		"infoType=peer&tunnelOption=1-1&searchPattern=bus%2013": tunnels(linksOne, `"order":["1-1"]`) + "," + peers(peerThree),
	} {
		t.Run(query, func(t *testing.T) {
			b := newDialect(t, "", files{pepvpn: truth})
			b.wantResponse(b.token(), pepvpn, query, "{"+want+"}")
		})
	}
}

func TestPepVPNRefusals(t *testing.T) {
	b := newDialect(t, "", files{pepvpn: truth})
	token := b.token()
	for query, bad := range map[string]string{
		"infoType=": "infoType", "infoType=peers": "infoType", "infoType=profile+peer": "infoType",
		"infoType=peer%20peer": "infoType", "infoType=profile&infoType=x": "infoType",
		"lite=true": "lite", "lite=yes&lite=no": "lite",
		"size=0": "size", "size=-1": "size", "size=05": "size", "size=1.5": "size", "size=": "size", "size=ten": "size",
		"start=-1": "start", "start=%201": "start", "start=+1": "start", "start=": "start", "start=1&start=2": "start",
		"serialNumber=a&serialNumber=b": "serialNumber", "id=1": "id", "tunnelOption": "tunnelOption",
	} {
		t.Run(query, func(t *testing.T) { b.get(pepvpn, token, query).wantFail(t, 3, "invalid parameter "+bad) })
	}
	b.get(pepvpn, "", "").wantFail(t, 401, "Unauthorized")
	b.get(pepvpn, token, "tunnelOption=1-1&tunnelOption=1-2")
	requests := b.Requests()
	want := map[string]string{"tunnelOption": "1-1&1-2"}
	if diff := cmp.Diff(want, requests[len(requests)-1].Params); diff != "" {
		t.Errorf("log of a repeated parameter (-want +got):\n%s", diff)
	}
}

func TestRouterThatAnswersOneTunnelOnly(t *testing.T) {
	b := newDialect(t, `"tunnelOptions":"one"`, files{pepvpn: truth})
	token := b.token()
	const query = "infoType=tunnel&tunnelOption=1-2&tunnelOption=1-1"
	b.wantResponse(token, pepvpn, query, `{"tunnel":{`+linksOne+`,"order":["1-1"]}}`)
	b.wantResponse(token, pepvpn, "infoType=tunnel&tunnelOption=1-2", `{"tunnel":{`+linksTwo+`,"order":["1-2"]}}`)
	many := newDialect(t, `"tunnelOptions":"many"`, files{pepvpn: truth})
	many.wantResponse(many.token(), pepvpn, query, `{"tunnel":{`+linksOne+`,`+linksTwo+`,"order":["1-1","1-2"]}}`)
}

func TestLongListsOfPeersNeedASize(t *testing.T) {
	list := make([]string, 23)
	for i := range list {
		list[i] = fmt.Sprintf(`{"peerId":"1-%d"}`, i+1)
	}
	b := newDialect(t, `"defaultPeers":10`, files{pepvpn: `{"peer":[` + strings.Join(list, ",") + `]}`})
	token := b.token()
	for query, want := range map[string][2]int{ // from, to
		"":                {0, 10},
		"start=20":        {20, 23},
		"start=5":         {5, 15},
		"size=23":         {0, 23},
		"size=100":        {0, 23},
		"start=9&size=11": {9, 20},
	} {
		b.wantResponse(token, pepvpn, query, `{"peer":[`+strings.Join(list[want[0]:want[1]], ",")+`]}`)
	}
}

// A page asked of what is no list, or profiles that are no objects, pass as they
// are: a router that errs is simulated by its fixture.
func TestPepVPNOfAnotherShape(t *testing.T) {
	const odd = `{"profile":{"1":"x","order":null},"peer":{"1":{}},"tunnel":{"1-1":[],"1-2":[],"n":1}}`
	b := newDialect(t, "", files{pepvpn: odd})
	token := b.token()
	want := strings.Replace(odd, `,"1-2":[],"n":1`, "", 1)
	b.wantResponse(token, pepvpn, "lite=yes&size=1&tunnelOption=1-1", want)
	flat := newDialect(t, "", files{pepvpn: `"nothing"`})
	flat.wantResponse(flat.token(), pepvpn, "", `"nothing"`)
}

func TestModelsAnswerEveryTunnelOfTheirPeers(t *testing.T) {
	for _, model := range peplinktest.Models() {
		router, err := peplinktest.New(model)
		if err != nil {
			t.Fatal(err)
		}
		text, err := router.Document(pepvpn)
		if err != nil {
			continue // it has none
		}
		var whole struct {
			Tunnel map[string]json.RawMessage `json:"tunnel"`
		}
		if err := json.Unmarshal(text, &whole); err != nil {
			t.Fatal(err)
		}
		delete(whole.Tunnel, "order")
		b := serveBench(t, router)
		session := b.open()
		for _, id := range slices.Sorted(maps.Keys(whole.Tunnel)) {
			var some struct {
				Tunnel map[string]json.RawMessage `json:"tunnel"`
			}
			r := session(pepvpn + "?infoType=tunnel&tunnelOption=" + url.PathEscape(id))
			if err := json.Unmarshal(r.envelope.Response, &some); err != nil {
				t.Fatalf("%s: %s: %v", model, r.body, err)
			}
			delete(some.Tunnel, "order")
			if len(some.Tunnel) != 1 || some.Tunnel[id] == nil {
				t.Errorf("%s: tunnelOption=%s answers the tunnels of %v", model, id, slices.Collect(maps.Keys(some.Tunnel)))
			}
		}
	}
}
