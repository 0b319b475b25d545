package peplinktest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	clients  = "auth.client"
	priority = "config.wan.connection.priority"
	ssid     = "config.ssid.profile"
	scan     = "cmd.wifi.scan"
)

// asAdmin is logged in as administrator.
func asAdmin(t *testing.T, opts ...peplinktest.Option) *bench {
	t.Helper()
	b := newBench(t, "max-hd2-8.3", opts...)
	b.cookie = b.login(peplinktest.AdminName, peplinktest.AdminPassword)
	return b
}

// asWriter has the token of a new client that may change the configuration.
func asWriter(t *testing.T) *bench {
	t.Helper()
	b := asAdmin(t)
	added := b.addClient("writer", "api")
	b.cookie, b.token = nil, ""
	r := b.post(grant, credentials(added.ID, added.Secret))
	r.wantOK(t)
	b.token = b.Tokens()[0]
	if !strings.Contains(r.body, `"scope":"api",`) {
		t.Errorf("granted %s, want scope api", r.body)
	}
	return b
}

type apiClient struct {
	Name, Scope     string
	ID              string `json:"clientId"`
	Secret          string `json:"clientSecret"`
	Confidential    bool
	CreateTimestamp int64
}

func (b *bench) addClient(name, scope string) (added apiClient) {
	b.t.Helper()
	r := b.post(clients, fmt.Sprintf(`{"action":"add","name":%q,"scope":%q}`, name, scope))
	r.wantOK(b.t)
	if err := json.Unmarshal(r.envelope.Response, &added); err != nil {
		b.t.Fatal(err)
	}
	return added
}

// acts are the requests that change something, and one of each that is sound.
var acts = map[string]string{
	clients:                            `{"action":"add","name":"n","scope":"api.read-only"}`,
	"cmd.config.apply":                 ``,
	"cmd.config.discard":               `{}`,
	"cmd.sms.sendMessage":              `{"connId":2,"address":"+4930123456","content":"hello"}`,
	"cmd.ap":                           `{"enable":true}`,
	"cmd.cellularModule.rescanNetwork": `{"connId":"2"}`,
	"cmd.cellularModule.reset":         `{"connId":2}`,
	"cmd.wan.cellular":                 `{"connId":2,"enabledSim":[1,2],"preferredSim":null}`,
	"cmd.wifi.connect":                 `{"connId":5,"ssid":"Kiosk","securityPolicy":"open"}`,
	"cmd.wifi.disconnect":              `{"connId":5}`,
	"cmd.wifi.forget":                  `{"connId":5,"ssid":"Kiosk","securityPolicy":"open"}`,
	ssid:                               `{"action":"update","id":1}`,
	priority:                           `{"list":[{"connId":1,"priority":2}]}`,
	"cmd.system.reboot":                `{}`,
}

func TestWhoMayAct(t *testing.T) {
	for _, who := range []struct {
		name           string
		bench          func(*testing.T) *bench
		writes, admins bool
	}{
		{"nobody", func(t *testing.T) *bench { return newBench(t, "max-hd2-8.3") }, false, false},
		{"a read-only token", func(t *testing.T) *bench { return granted(t, "max-hd2-8.3") }, false, false},
		{"a read-only user", func(t *testing.T) *bench { return loggedIn(t, "max-hd2-8.3") }, false, false},
		{"a read-write token", asWriter, true, false},
		{"an administrator", func(t *testing.T) *bench { return asAdmin(t) }, true, true},
	} {
		for endpoint, body := range acts {
			t.Run(who.name+" "+endpoint, func(t *testing.T) {
				b := who.bench(t)
				r := b.post(endpoint, body)
				if may := who.admins || who.writes && endpoint != clients; !may {
					r.wantUnauthorized(t)
				} else {
					r.wantOK(t)
				}
			})
		}
		for _, endpoint := range []string{clients, "auth.client.token"} {
			if b := who.bench(t); !who.admins {
				b.get(endpoint).wantUnauthorized(t)
			} else {
				b.get(endpoint).wantOK(t)
			}
		}
	}
	hub := newBench(t, "fusionhub-8.3")
	hub.cookie = hub.login(peplinktest.AdminName, peplinktest.AdminPassword)
	hub.get(clients).wantFail(t, 1, "unknown function") // it has no API clients
	for _, endpoint := range []string{"cmd.wan.cellular", "cmd.wifi.connect", "cmd.sms.sendMessage"} {
		hub.post(endpoint, acts[endpoint]).wantFail(t, 2, "Unsupported request") // nor modems
	}
}

func TestWhatActsRefuse(t *testing.T) {
	b := asAdmin(t)
	for _, test := range []struct{ endpoint, body, message string }{
		{clients, `{"name":"n","scope":"api"}`, "invalid parameter action"},
		{clients, `{"action":"add","name":"n"}`, "invalid parameter scope"},
		{clients, `{"action":"add","scope":"api"}`, "invalid parameter name"},
		{clients, `{"action":"add","name":"n","scope":"admin"}`, "invalid parameter scope"},
		{clients, `{"action":"add","name":"n","scope":"api","clientId":"x"}`, "invalid parameter clientId"},
		{clients, `{"action":"remove","clientId":"x"}`, "invalid parameter clientId"},
		{clients, `{"action":"remove"}`, "invalid parameter clientId"},
		{"cmd.config.apply", `{"all":true}`, "invalid parameter all"},
		{"cmd.sms.sendMessage", `{"content":"x"}`, "invalid parameter address"},
		{"cmd.sms.sendMessage", `{"address":"+0301234"}`, "invalid parameter address"},
		{"cmd.sms.sendMessage", `{"address":"+4930123456","connId":1}`, "invalid connId"},
		{"cmd.system.reboot", `{"firmwareId":3}`, "invalid parameter firmwareId"},
		{"cmd.ap", `{}`, "invalid parameter enable"},
		{"cmd.ap", `{"enable":"true"}`, "invalid parameter enable"},
		{"cmd.cellularModule.reset", `{"connId":1}`, "invalid connId"},
		{"cmd.cellularModule.reset", `{"connId":"two"}`, "invalid parameter connId"},
		{"cmd.wan.cellular", `{"connId":2,"enabledSim":[3]}`, "invalid parameter enabledSim"},
		{"cmd.wan.cellular", `{"connId":2,"preferredSim":"1"}`, "invalid parameter preferredSim"},
		{"cmd.wan.cellular", `{"connId":5}`, "invalid connId"},
		{"cmd.wifi.connect", `{"connId":2,"ssid":"x","securityPolicy":"open"}`, "invalid connId"},
		{"cmd.wifi.connect", `{"connId":5,"ssid":"x","securityPolicy":"wpa3"}`, "invalid parameter securityPolicy"},
		{"cmd.wifi.connect", `{"connId":5,"ssid":"Bakery","securityPolicy":"wpa-psk"}`, "invalid parameter key"},
		{"cmd.wifi.connect", `{"connId":5,"ssid":"Depot","securityPolicy":"wpa-eap","key":"x"}`, "invalid parameter password"},
		{"cmd.wifi.disconnect", `{"connId":1}`, "invalid connId"},
		{"cmd.wifi.forget", `{"connId":5,"ssid":"Kiosk"}`, "invalid parameter securityPolicy"},
		{ssid, `{"action":"update","id":9}`, "invalid parameter id"},
		{ssid, `{"action":"add","id":1}`, "invalid parameter action"},
		{ssid, `{"action":"update","id":1,"captivePortal":true}`, "invalid parameter captivePortal"},
		{ssid, `{"action":"update","id":1,"security":{"wpa2Personal":{"key":"short"}}}`, "invalid parameter security"},
		{ssid, `{"action":"update","id":1,"security":{"wpaWpa2Personal":{"fastTransition":true}}}`, "invalid parameter security"},
		{ssid, `{"action":"update","id":1,"security":{"policy":"WPA3 Personal"}}`, "invalid parameter security"},
		{priority, `{}`, "invalid parameter list"},
		{priority, `{"list":[{"priority":1}]}`, "invalid parameter list"},
		{priority, `{"list":[{"connId":1,"prio":1}]}`, "invalid parameter list"},
		{priority, `{"list":[{"connId":9}]}`, "invalid connId"},
		{priority, `{"list":[],"instantActive":1}`, "invalid parameter instantActive"},
	} {
		t.Run(test.endpoint+test.body, func(t *testing.T) { b.post(test.endpoint, test.body).wantFail(t, 3, test.message) })
	}
	b.get(scan).wantFail(t, 3, "invalid connId")
	b.get(scan+"?connId=5&sortBy=age").wantFail(t, 3, "invalid parameter sortBy")
	b.get("auth.client.token?id=1").wantFail(t, 3, "invalid parameter id")
}

func TestClientsComeAndGo(t *testing.T) {
	b := asAdmin(t)
	one, two := b.addClient("exporter", "api.read-only"), b.addClient("exporter", "api.read-only")
	if one.ID == two.ID || one.Secret == two.Secret || one.Name != "exporter" || one.CreateTimestamp != peplinktest.ReferenceTime().Unix() {
		t.Errorf("added %+v and %+v, want two clients of one name", one, two)
	}
	var list []apiClient
	if err := json.Unmarshal(b.get(clients).envelope.Response, &list); err != nil {
		t.Fatal(err)
	}
	first := apiClient{Name: list[0].Name, Scope: "api.read-only", ID: peplinktest.ClientID, Secret: peplinktest.ClientSecret, CreateTimestamp: one.CreateTimestamp}
	if diff := cmp.Diff([]apiClient{first, one, two}, list); diff != "" {
		t.Errorf("listed, with their secrets (-want +got):\n%s", diff)
	}

	b.post("/api/"+grant, credentials(one.ID, one.Secret)).wantOK(t)
	b.post("/api/"+grant, credentials(two.ID, two.Secret)).wantOK(t)
	tokens := b.Tokens()
	b.get("auth.client.token?clientId="+one.ID).wantResponse(t, fmt.Sprintf(
		`[{"accessToken":%q,"clientId":%q,"clientName":"exporter","authorizationType":3,"scope":"api.read-only","createTimestamp":%d}]`,
		tokens[0], one.ID, one.CreateTimestamp))
	b.post(clients, `{"action":"remove","clientId":"`+one.ID+`"}`).wantOK(t)
	b.get(wan + "?accessToken=" + tokens[0]).wantUnauthorized(t)
	b.get(wan + "?accessToken=" + tokens[1]).wantOK(t)
	b.get("auth.client.token?clientId="+one.ID).wantResponse(t, `[]`)
	b.post("/api/"+grant, credentials(one.ID, one.Secret)).wantUnauthorized(t)
}

func (b *bench) wantValues(endpoint string, values map[string]any) {
	b.t.Helper()
	for path, want := range values {
		got, _ := b.Router.Value(endpoint, path)
		if diff := cmp.Diff(want, got); diff != "" {
			b.t.Errorf("%s%s (-want +got):\n%s", endpoint, path, diff)
		}
	}
}

func TestPrioritiesAreStaged(t *testing.T) {
	b := asWriter(t)
	const list = `"list":[{"connId":1,"priority":4},{"connId":3,"enable":false}]`
	const want = `{"1":{"name":"WAN 1","priority":4,"enable":true},"3":{"name":"Cellular 2","priority":2,"enable":false},"order":[1,3]}`
	before := map[string]any{"/1/priority": json.Number("1"), "/3/enable": true, "/3/statusLed": "yellow", "/3/priority": json.Number("2")}
	after := map[string]any{
		"/1/priority": json.Number("4"), "/1/message": "Connected",
		"/3/enable": false, "/3/statusLed": "gray", "/3/message": "Disabled", "/3/priority": nil, "/3/ip": nil,
	}
	b.post(priority, "{"+list+"}").wantResponse(t, want)
	b.wantValues(wan, before)
	b.post("cmd.config.discard", "").wantOK(t)
	b.post("cmd.config.apply", "").wantOK(t)
	b.wantValues(wan, before)

	b.post(priority, `{"instantActive":false,`+list+"}").wantResponse(t, want)
	b.post("cmd.config.apply", "").wantOK(t)
	b.wantValues(wan, after)
	b.Restore(wan)
	b.post(priority, `{"instantActive":true,`+list+"}").wantResponse(t, want)
	b.wantValues(wan, after)
	b.post(priority, `{"instantActive":"true","list":[{"connId":"3","enable":true,"priority":1}]}`).wantOK(t)
	b.wantValues(wan, map[string]any{"/3/enable": true, "/3/statusLed": "yellow", "/3/message": "Connecting...", "/3/priority": json.Number("1")})
}

func TestSSIDsChange(t *testing.T) {
	b := asWriter(t)
	r := b.post(ssid, `{"action":"update","id":"1","enable":false,"vlanId":"40","security":{"wpa2Personal":{"key":"another-key"}}}`)
	const want = `{"1":{"name":"Bus 12","enable":false,"vlanId":40,"captivePortal":true,"incontrolManaged":false,"broadcast":true,` +
		`"security":{"policy":"WPA2 Personal","wpa2Personal":{"fastTransition":true,"key":"another-key"}}},"order":[1]}`
	r.wantResponse(t, want)
	b.get(ssid+"?id=1").wantResponse(t, want)
	b.post("cmd.config.discard", "").wantOK(t)
	b.wantValues(ssid, map[string]any{"/1/enable": true, "/1/security/wpa2Personal/key": "ssid-key-of-bus-12"})
	b.post(ssid, `{"action":"update","id":3,"name":"Depot","security":{"policy":"WPA2 Personal","wpa2Personal":{"key":"another-key"}}}`).wantOK(t)
	b.post("cmd.config.apply", "").wantOK(t)
	b.post("cmd.config.discard", "").wantOK(t)
	b.wantValues(ssid, map[string]any{"/3/name": "Depot", "/3/security/policy": "WPA2 Personal", "/1/vlanId": json.Number("20")})
}

func TestRebootByTheAPI(t *testing.T) {
	b := asWriter(t)
	b.post(priority, `{"list":[{"connId":1,"priority":4}]}`).wantOK(t)
	b.post("cmd.system.reboot", `{"firmwareId":1}`).wantOK(t)
	if _, err := b.do(b.request("GET", firmware, "")); err == nil {
		t.Error("a router that reboots answers")
	}
	b.Clock().Advance(2 * time.Minute)
	b.get(wan).wantUnauthorized(t)
	b.get("/api/"+firmware).wantResponse(t, `{"1":{"version":"8.2.0s036 build 4979","bootable":true,"inUse":true},"order":[1]}`)
	b.cookie, b.token = b.login(peplinktest.AdminName, peplinktest.AdminPassword), ""
	b.post("cmd.config.apply", "").wantOK(t)
	b.wantValues(wan, map[string]any{"/1/priority": json.Number("1")}) // what was pending is lost
}

func TestCellular(t *testing.T) {
	b := asWriter(t)
	b.post("cmd.wan.cellular", `{"connId":2,"enabledSim":[2],"preferredSim":2}`).wantOK(t)
	b.get("cmd.wan.cellular?connId=2").wantResponse(t, `{"enabledSim":[2],"preferredSim":2}`)
	b.wantValues(wan, map[string]any{"/2/cellular/sim/1/active": false, "/2/cellular/sim/2/active": true})
	b.post("cmd.wan.cellular", `{"connId":2,"enabledSim":[1,2],"preferredSim":null}`).wantOK(t)
	b.wantValues(wan, map[string]any{"/2/cellular/sim/2/active": true}) // it may stay
	b.post("cmd.cellularModule.reset", `{"connId":"2"}`).wantOK(t)
	b.wantValues(wan, map[string]any{"/2/uptime": json.Number("0")})
	b.post("cmd.sms.sendMessage", acts["cmd.sms.sendMessage"]).wantOK(t)
	b.post("cmd.sms.sendMessage", `{"address":"+4930123457"}`).wantOK(t)
	want := []peplinktest.Message{{ConnID: "2", Address: "+4930123456", Content: "hello"}, {Address: "+4930123457"}}
	if diff := cmp.Diff(want, b.Messages()); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestAccessPoint(t *testing.T) {
	b := asWriter(t)
	b.post("cmd.ap", `{"enable":false}`).wantResponse(t, `{"support":true,"enable":false,"wanDependent":false}`)
	b.get("cmd.ap").wantResponse(t, `{"support":true,"enable":false,"wanDependent":false}`)
	b.Change("cmd.ap", "", json.RawMessage(`{"support":false}`))
	b.post("cmd.ap", `{"enable":true}`).wantResponse(t, `{"support":false}`)
}

// names are the SSIDs of a scan, in their order.
func (b *bench) names(query string) (names string) {
	b.t.Helper()
	var list []struct{ SSID string }
	if err := json.Unmarshal(b.get(scan+"?connId=5"+query).envelope.Response, &list); err != nil {
		b.t.Fatal(err)
	}
	for _, found := range list {
		names += found.SSID + ","
	}
	return names
}

func TestWiFiScan(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	for query, want := range map[string]string{
		"":                              "Depot Guest 24,Bakery,Depot,Kiosk,", // known ones first
		"&sortBy=name":                  "Bakery,Depot,Depot Guest 24,Kiosk,",
		"&sortBy=signal&sortOrder=desc": "Depot Guest 24,Depot,Bakery,Kiosk,",
		"&sortBy=channel":               "Bakery,Depot Guest 24,Depot,Kiosk,",
		"&sortBy=security":              "Kiosk,Depot,Depot Guest 24,Bakery,",
	} {
		if got := b.names(query); got != want {
			t.Errorf("%q lists %s, want %s", query, got, want)
		}
	}
	const bare = `[{"ssid":"Depot Guest 5","bssid":"00:00:5E:00:53:A6","signal":-63,"channel":44,"securityPolicy":"wpa-psk"`
	b.get(scan+"?connId=6").wantResponse(t, bare+`}]`)
	b.get(scan+"?connId=6&infoType=config%20status").wantResponse(t, bare+
		`,"status":{"inUse":false,"connected":false},"config":{"profileId":1,"automatic":true}}]`)
}

func TestWiFiConnections(t *testing.T) {
	b := asWriter(t)
	connect := func(network, policy, more, result, message, led string) {
		t.Helper()
		b.post("cmd.wifi.connect", fmt.Sprintf(`{"connId":5,"ssid":%q,"securityPolicy":%q%s}`, network, policy, more)).wantOK(t)
		b.wantValues("cmd.wifi.result", map[string]any{
			"/5/result": result, "/5/ssid": network, "/5/timestamp": json.Number(fmt.Sprint(peplinktest.ReferenceTime().Unix())),
		})
		b.wantValues(wan, map[string]any{"/5/message": message, "/5/statusLed": led})
	}
	const old, key = "Connected to Depot Guest 24", `,"key":"` + peplinktest.WiFiKey + `"`
	connect("Nowhere", "open", "", "AP_NOT_FOUND", old, "green")
	connect("Kiosk", "wpa-psk", key, "AP_NOT_FOUND", old, "green") // of another policy
	connect("Bakery", "wpa-psk", `,"key":"wrong-key"`, "PSK_AUTH_FAIL", old, "green")
	connect("Depot", "wpa-eap", `,"loginId":"x","password":"wrong"`, "EAP_AUTH_FAIL", old, "green")
	connect("Bakery", "wpa-psk", key, "CONNECTED", "Connected to Bakery", "green")
	b.wantValues(wan, map[string]any{"/5/wifi/ssid": "Bakery", "/5/wifi/signal/strength": json.Number("-74")})
	if got := b.names(""); got != "Bakery,Depot Guest 24,Depot,Kiosk," {
		t.Errorf("%s: the new profile is not among the known", got)
	}
	b.post("cmd.wifi.disconnect", `{"connId":5,"ssid":"Kiosk"}`).wantOK(t) // not connected
	b.wantValues(wan, map[string]any{"/5/message": "Connected to Bakery"})
	b.post("cmd.wifi.disconnect", `{"connId":5,"ssid":"Bakery"}`).wantOK(t)
	b.wantValues(wan, map[string]any{"/5/message": "Disconnected", "/5/statusLed": "red", "/5/ip": nil})
	connect("Bakery", "wpa-psk", "", "CONNECTED", "Connected to Bakery", "green") // by its profile
	b.post("cmd.wifi.forget", `{"connId":5,"ssid":"Bakery","securityPolicy":"wpa-psk"}`).wantOK(t)
	b.wantValues(wan, map[string]any{"/5/message": "Disconnected"})
	b.post("cmd.wifi.connect", `{"connId":5,"ssid":"Bakery","securityPolicy":"wpa-psk"}`).wantFail(t, 3, "invalid parameter key")
	if got := b.names(""); got != "Depot Guest 24,Bakery,Depot,Kiosk," {
		t.Errorf("%s: the profile is not forgotten", got)
	}
}

func TestLockout(t *testing.T) {
	b := newBench(t, "max-hd2-8.3", peplinktest.WithLockout(3, 10*time.Minute))
	wrong := func() {
		t.Helper()
		b.post("login", account(peplinktest.AdminName, "wrong")).wantFail(t, 301, "Invalid username or password")
	}
	wrong()
	wrong()
	b.login(peplinktest.Username, peplinktest.Password) // begins anew
	wrong()
	wrong()
	wrong()
	b.Clock().Advance(10*time.Minute - time.Second)
	b.post("login", account(peplinktest.AdminName, peplinktest.AdminPassword)).wantFail(t, 301, "Invalid username or password")
	b.Clock().Advance(time.Second)
	b.login(peplinktest.AdminName, peplinktest.AdminPassword)
}

func TestEventLog(t *testing.T) {
	b := asWriter(t)
	b.post("login", account("somebody", "wrong"))
	b.post("cmd.config.apply", "").wantOK(t)
	writer := strings.TrimSuffix(strings.TrimPrefix(b.Events()[1], "2026-03-14 09:26:53 Client "), " added")
	want := []string{
		"2026-03-14 09:26:53 Admin: simulated-admin logged in",
		"2026-03-14 09:26:53 Client " + writer + " added",
		"2026-03-14 09:26:53 API: token granted to client " + writer,
		"2026-03-14 09:26:53 Admin: login of somebody failed",
		"2026-03-14 09:26:53 Changes applied",
	}
	if diff := cmp.Diff(want, b.Events()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for range 60 {
		b.post("cmd.config.apply", "")
	}
	if events := b.Events(); len(events) != 50 || events[0] != want[4] {
		t.Errorf("%d events from %s on, want the last 50", len(events), events[0])
	}
}
