package peplinktest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// controlled is a bench and its control port, which is asked as if it were the
// router itself.
func controlled(t *testing.T) (b, port *bench) {
	t.Helper()
	b = newBench(t)
	server, err := b.ServeControl(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return b, &bench{Router: b.Router, t: t, url: server.URL, client: b.client}
}

func (b *bench) wantControl(method, path, body string, status int, want string) {
	b.t.Helper()
	r := b.must(b.request(method, path, body))
	if r.status != status || strings.TrimSpace(r.body) != want {
		b.t.Errorf("%s %s %s: answer %d %q, want %d %q", method, path, body, r.status, r.body, status, want)
	}
}

func (b *bench) did(method, path, body string) {
	b.t.Helper()
	b.wantControl(method, path, body, http.StatusNoContent, "")
}

func TestControlDrivesTheRouter(t *testing.T) {
	b, port := controlled(t)
	token := b.token()

	port.did("POST", "/fault", `{"endpoint":"status.wan.connection","fault":{"fail":{"code":401,"message":"x"},"times":1}}`)
	b.get(wan, token, "").wantFail(t, 401, "x")
	b.get(wan, token, "").wantOK(t)
	port.did("POST", "/fault", `{"endpoint":"*","fault":{"status":500}}`)
	if got := b.get(wan, token, "").status; got != http.StatusInternalServerError {
		t.Errorf("status %d under a fault, want 500", got)
	}
	port.did("DELETE", "/fault?endpoint=*", "")
	b.get(wan, token, "").wantOK(t)

	port.did("POST", "/change", `{"endpoint":"info.firmware","pointer":"/2/version","value":"8.4.0 build 1"}`)
	port.did("DELETE", "/change?endpoint=info.firmware&pointer=/1", "")
	document := `{"2":{"version":"8.4.0 build 1","bootable":true,"inUse":true},"order":[1,2]}`
	port.wantControl("GET", "/document?endpoint=info.firmware", "", http.StatusOK, document)
	port.did("POST", "/change", `{"endpoint":"info.firmware","pointer":"/2/version","value":null}`)
	if v, err := b.Value(firmware, "/2/version"); err != nil || v != nil {
		t.Errorf("version %v (%v), want null", v, err)
	}
	port.did("POST", "/restore", `{"endpoint":"info.firmware"}`)
	if v, err := b.Value(firmware, "/1/inUse"); err != nil || v != false {
		t.Errorf("slot 1 in use: %v (%v), want false as in the fixture", v, err)
	}

	port.did("POST", "/clock", `{"advance":"10m"}`)
	if got := b.Clock().Now().Sub(peplinktest.ReferenceTime()).Minutes(); got != 10 {
		t.Errorf("clock advanced by %v minutes, want 10", got)
	}
	port.did("POST", "/clock", `{"set":"2026-03-14T10:26:53+01:00"}`)
	if got := b.Clock().Now(); !got.Equal(peplinktest.ReferenceTime()) {
		t.Errorf("clock shows %v, want the reference time", got)
	}

	port.did("POST", "/revoke", "")
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
	b.token()
	port.did("POST", "/reboot", "")
	if got := b.ValidTokens(); got != 0 {
		t.Errorf("%d valid tokens after a reboot, want none", got)
	}
	if got := value(t, b.Router, wan, "/1/uptime"); got != 0 {
		t.Errorf("uptime %v just after a reboot, want 0", got)
	}
	port.did("DELETE", "/requests", "")
	port.wantControl("GET", "/requests", "", http.StatusOK, "[]")
	port.did("POST", "/wedge", "")
}

func TestControlTells(t *testing.T) {
	b, port := controlled(t)
	token := b.token()
	b.get(wan, token, "id=2")
	b.SetFault(allowance, peplinktest.Fault{Status: 500, Times: 3})
	b.get(allowance, token, "")
	documents, err := json.Marshal(slices.Sorted(slices.Values(b.State().Documents)))
	if err != nil || !slices.Contains(b.State().Documents, wan) {
		t.Fatalf("documents %v (%v), want %s among them", b.State().Documents, err, wan)
	}
	state := `{"model":"max-hd2-8.3","firmware":"8.3.0 build 5229","clock":"2026-03-14T09:26:53Z","valid_tokens":1,"valid_cookies":0,"in_flight":0,` +
		`"faults":{"status.wan.connection.allowance":{"status":500,"times":2}},` +
		`"requests":{"auth.token.grant":1,"status.wan.connection":1,"status.wan.connection.allowance":1},` +
		`"documents":` + string(documents) + `}`
	port.wantControl("GET", "/state", "", http.StatusOK, state)
	port.wantControl("GET", "/tokens", "", http.StatusOK, `["`+token+`"]`)

	r := port.must(port.request("GET", "/requests", ""))
	var requests []peplinktest.Request
	if err := json.Unmarshal([]byte(r.body), &requests); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.Requests(), requests, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("requests (-log +told):\n%s", diff)
	}
	if strings.Contains(r.body, token) {
		t.Errorf("the log tells the token: %s", r.body)
	}
}

func TestControlRefuses(t *testing.T) {
	b, port := controlled(t)
	before := string(document(t, b.Router, wan))
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/fault", `{"endpoint":"status.nothing","fault":{"status":500}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"status":99}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"oversize_bytes":-1}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"oversize_bytes":1000000000}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"nesting":1000000000}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"hang":true,"times":-1}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"explode":true}}`},
		{"POST", "/fault", `{"endpoint":"*","fault":{"hang":true}} x`},
		{"POST", "/fault", ``},
		{"DELETE", "/fault", ``},
		{"DELETE", "/fault?endpoint=status.nothing", ``},
		{"DELETE", "/fault?endpoint=*&more=1", ``},
		{"POST", "/change", `{"endpoint":"status.wan.connection","pointer":"/9/x","value":1}`},
		{"POST", "/change", `{"endpoint":"status.wan.connection","pointer":"/1/name"}`},
		{"POST", "/change", `x`},
		{"DELETE", "/change?endpoint=status.wan.connection&pointer=/9", ``},
		{"DELETE", "/change?endpoint=status.wan.connection", ``},
		{"DELETE", "/change?endpoint=%zz", ``},
		{"POST", "/restore", `{"endpoint":"status.nothing"}`},
		{"POST", "/restore", ``},
		{"POST", "/clock", `{}`},
		{"POST", "/clock", ``},
		{"POST", "/clock", `{"advance":"1s","set":"2026-03-14T09:26:53Z"}`},
		{"POST", "/clock", `{"advance":"soon"}`},
		{"POST", "/clock", `{"set":"soon"}`},
		{"GET", "/document?endpoint=status.nothing", ``},
		{"GET", "/document", ``},
	} {
		r := port.must(port.request(test.method, test.path, test.body))
		var told struct {
			Error string `json:"error"`
		}
		if err := json.Unmarshal([]byte(r.body), &told); err != nil || r.status != http.StatusBadRequest || told.Error == "" {
			t.Errorf("%s %s %s: answer %d %s, want 400 and an error", test.method, test.path, test.body, r.status, r.body)
		}
	}
	if faults := b.State().Faults; len(faults) != 0 {
		t.Errorf("faults in force: %v", faults)
	}
	if after := string(document(t, b.Router, wan)); after != before || !b.Clock().Now().Equal(peplinktest.ReferenceTime()) {
		t.Error("a refused request changed the router")
	}
}

func TestControlAnswersToThisMachineOnly(t *testing.T) {
	b, port := controlled(t)
	for host, want := range map[string]int{
		"127.0.0.1": 200, "localhost:1": 200, "[::1]:80": 200, "[::1]": 200, "127.9.9.9": 200,
		"192.0.2.1": 403, "attacker.example": 403, "attacker.example:80": 403, "localhost.attacker.example": 403, "[2001:db8::1]:80": 403,
	} {
		request := port.request("GET", "/state", "")
		request.Host = host
		if got := port.must(request).status; got != want {
			t.Errorf("Host %s: status %d, want %d", host, got, want)
		}
	}
	request := port.request("POST", "/revoke", "")
	request.Header.Set("Origin", "https://attacker.example")
	b.token()
	if got := port.must(request).status; got != http.StatusForbidden || b.ValidTokens() != 1 {
		t.Errorf("a request from another site: status %d, %d tokens left, want 403 and 1", got, b.ValidTokens())
	}
	for _, address := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.net:0", "127.0.0.1"} {
		if server, err := b.ServeControl(t.Context(), address); err == nil {
			_ = server.Close()
			t.Errorf("the control port was opened on %s", address)
		}
	}
}
