package peplinktest_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	pepvpn = "status.pepvpn"
	system = "status.system.info"
	lan    = "status.lan.profile"
)

// files are those of a test's own model; facts are added to its model.json.
type files map[string]string

func (f files) model(facts string) fstest.MapFS {
	if facts != "" {
		facts = "," + facts
	}
	folder := fstest.MapFS{"m/model.json": {Data: []byte(`{"name":"m","firmware":"1"` + facts + `}`)}}
	for name, text := range f {
		folder["m/"+name+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	return folder
}

// newDialect is a bench whose router is of a test's own model.
func newDialect(t *testing.T, facts string, f files, opts ...peplinktest.Option) *bench {
	t.Helper()
	frozen := peplinktest.WithClock(peplinktest.NewClock(peplinktest.ReferenceTime()))
	router, err := peplinktest.NewFrom(f.model(facts), "m", append([]peplinktest.Option{frozen}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return serveBench(t, router)
}

// wantResponse asks an endpoint and compares the response, byte for byte.
func (b *bench) wantResponse(token, endpoint, query, want string) {
	b.t.Helper()
	r := b.get(endpoint, token, query)
	r.wantOK(b.t)
	if diff := cmp.Diff(want, string(r.envelope.Response)); diff != "" {
		b.t.Errorf("%s?%s (-want +got):\n%s", endpoint, query, diff)
	}
}

func TestFactsThatAreWrong(t *testing.T) {
	for _, facts := range []string{
		`"auth":["admin"]`, `"auth":"user"`, `"loginPermission":{"GET":2}`, `"loginPermission":{"get":1,"PUT":0}`,
		`"unknownEndpoint":"teapot"`, `"tunnelOptions":"two"`, `"defaultPeers":-1`, `"colour":"red"`,
	} {
		if _, err := peplinktest.NewFrom(files{}.model(facts), "m"); err == nil {
			t.Errorf("model.json with %s was taken", facts)
		}
	}
	for _, file := range []string{"login", "auth.token.grant", "status.nothing"} {
		if _, err := peplinktest.NewFrom(files{file: "{}"}.model(""), "m"); err == nil {
			t.Errorf("a fixture for %s was taken", file)
		}
	}
}

func TestHowAnEndpointIsRefusedThatTheFirmwareLacks(t *testing.T) {
	for facts, want := range map[string]struct {
		code    int
		message string
	}{
		"":                                     {1, "unknown function"},
		`"unknownEndpoint":"unknown function"`: {1, "unknown function"},
		`"unknownEndpoint":"Unsupported request"`: {2, "Unsupported request"},
	} {
		b := newDialect(t, facts, files{firmware: "{}"})
		token := b.token()
		for _, endpoint := range []string{pepvpn, system, lan, "status.cpu", wan, "status.nothing"} {
			b.get(endpoint, token, "").wantFail(t, want.code, want.message)
			b.get(endpoint, "", "").wantFail(t, want.code, want.message) // with or without a session
		}
		b.get(firmware, token, "").wantOK(t)
	}
	b := newDialect(t, `"unknownEndpoint":"http404"`, files{firmware: "{}"})
	if r := b.get(pepvpn, b.token(), ""); r.status != http.StatusNotFound || r.envelope.Stat != "" {
		t.Errorf("answer %d %s, want a page with status 404", r.status, r.body)
	}
}

func TestGrantsNeedAModelWithClients(t *testing.T) {
	b := newDialect(t, `"auth":["user"],"unknownEndpoint":"http404"`, files{firmware: "{}"})
	good := credentials(peplinktest.ClientID, peplinktest.ClientSecret)
	b.post("/api/"+grant, good).wantFail(t, 1, "unknown function")
	b.post("/api/"+revoke, `{"accessToken":""}`).wantFail(t, 1, "unknown function")
	if b.TakesClients() || !b.TakesUsers() || len(b.Tokens()) != 0 {
		t.Errorf("clients %v, users %v, tokens %v", b.TakesClients(), b.TakesUsers(), b.Tokens())
	}
	both := newDialect(t, `"auth":["client","user"]`, files{firmware: "{}"})
	both.token()
	both.login("/api/login", peplinktest.Username, peplinktest.Password)
}

func TestGrantThatEndsOlderTokensByModel(t *testing.T) {
	b := newDialect(t, `"grantEndsOlderTokens":true`, files{wan: "{}"})
	first, second := b.token(), b.token()
	b.get(wan, first, "").wantFail(t, 401, "Unauthorized")
	b.get(wan, second, "").wantOK(t)
	b.SetGrantEndsOlderTokens(false)
	b.token()
	b.get(wan, second, "").wantOK(t)
}

const allowances = `{"1":{"enable":true,"usage":5,"start":1},"2":{"1":{"enable":true,"usage":7},"order":[1]},"order":[1,2]}`

func TestAllowanceOfFirmware800(t *testing.T) {
	b := newDialect(t, `"allowanceNeedsConnId":true`, files{allowance: allowances})
	token := b.token()
	b.get(allowance, token, "").wantFail(t, 3, "invalid connId")
	b.get(allowance, token, "connId=1").wantFail(t, 3, "invalid connId") // no cellular WAN
	b.get(allowance, token, "connId=2%201").wantFail(t, 3, "invalid connId")
	b.get(allowance, token, "connId=").wantFail(t, 3, "invalid parameter connId")
	b.wantResponse(token, allowance, "connId=2", `{"2":{"1":{"enable":true,"usage":7},"order":[1]},"order":[2]}`)
	later := newDialect(t, "", files{allowance: allowances})
	later.wantResponse(later.token(), allowance, "", allowances)
}

func TestPartsOfTheSystem(t *testing.T) {
	const device, uptime = `"device":{"name":"x"}`, `"uptime":{"second":9}`
	b := newDialect(t, "", files{system: "{" + device + "," + uptime + "}"})
	token := b.token()
	b.wantResponse(token, system, "", "{"+device+","+uptime+"}")
	b.wantResponse(token, system, "infoType=uptime%20device", "{"+device+","+uptime+"}")
	b.wantResponse(token, system, "infoType=uptime", "{"+uptime+"}")
	b.get(system, token, "infoType=device%20cpuLoad").wantFail(t, 2, "Unsupported request")
	b.get(system, token, "infoType=fanSpeed").wantFail(t, 2, "Unsupported request")
	for _, query := range []string{"infoType=", "infoType=device+uptime", "infoType=voltage", "infoType=device%20device", "infoType=device&infoType=uptime"} {
		b.get(system, token, query).wantFail(t, 3, "invalid parameter infoType")
	}
}

func TestOtherStatusEndpoints(t *testing.T) {
	const profiles = `{"0":{"ip":"192.0.2.1","mask":24},"3":{"name":"Guests","vlanId":3},"order":[0,3]}`
	b := newDialect(t, "", files{lan: profiles, "status.cpu": `{"cpu":{"load":"1.00%"}}`})
	token := b.token()
	b.wantResponse(token, lan, "", profiles)
	b.wantResponse(token, lan, "id=0", `{"0":{"ip":"192.0.2.1","mask":24},"order":[0]}`)
	b.get(lan, token, "id=1").wantFail(t, 3, "invalid id")
	b.get(lan, token, "connId=0").wantFail(t, 3, "invalid parameter connId")
	b.wantResponse(token, "status.cpu", "", `{"cpu":{"load":"1.00%"}}`)
	b.get("status.cpu", token, "id=1").wantFail(t, 3, "invalid parameter id")
	for _, endpoint := range []string{lan, "status.cpu"} {
		b.get(endpoint, "", "").wantFail(t, 401, "Unauthorized")
	}
}

func TestForbiddenEndpoints(t *testing.T) {
	b := newBench(t, peplinktest.WithForbidden(allowance, firmware))
	token := b.token()
	for range 2 { // a token got anew changes nothing
		b.get(allowance, token, "").wantFail(t, 401, "Unauthorized")
		b.get(firmware, token, "").wantFail(t, 401, "Unauthorized")
		b.get(wan, token, "").wantOK(t)
		token = b.token()
	}
	b.Forbid(wan)
	b.Allow(allowance)
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
	b.get(allowance, token, "").wantOK(t)
	if diff := cmp.Diff([]string{firmware, wan}, b.Forbidden()); diff != "" {
		t.Errorf("forbidden (-want +got):\n%s", diff)
	}
	if requests := b.Requests(); requests[len(requests)-2].Token != peplinktest.TokenOK {
		t.Errorf("the token counts as %s where its account has no right", requests[len(requests)-2].Token)
	}
}

func TestForbiddingByTheControlPort(t *testing.T) {
	b, port := controlled(t)
	token := b.token()
	port.did("POST", "/forbid", `{"endpoint":"status.wan.connection"}`)
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
	if state := port.must(port.request("GET", "/state", "")).body; !strings.Contains(state, `"forbidden":["status.wan.connection"]`) {
		t.Errorf("state %s", state)
	}
	port.did("DELETE", "/forbid?endpoint=status.wan.connection", "")
	b.get(wan, token, "").wantOK(t)
	port.did("POST", "/fault", `{"endpoint":"status.wan.connection","fault":{"forbidden":true}}`)
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/forbid", `{"endpoint":"*"}`},
		{"POST", "/forbid", `{"endpoint":"status.nothing"}`},
		{"POST", "/forbid", ``},
		{"DELETE", "/forbid?endpoint=*", ``},
		{"DELETE", "/forbid", ``},
	} {
		if r := port.must(port.request(test.method, test.path, test.body)); r.status != http.StatusBadRequest {
			t.Errorf("%s %s %s: status %d, want 400", test.method, test.path, test.body, r.status)
		}
	}
}
