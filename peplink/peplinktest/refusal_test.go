package peplinktest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestPathsOutsideTheAPIAnswerTheLoginPage(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	for _, path := range []string{"/", "/api", "/index.html", "//api/" + wan, "/cgi-bin/MANGA/api.cgi"} {
		r := b.get(path)
		if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") || !strings.Contains(r.body, "<html>") {
			t.Errorf("%s: answer %d %s, want a page of HTML with status 200", path, r.StatusCode, r.body)
		}
	}
}

func TestRefusals(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	for name, test := range map[string]struct {
		method, path string
		code         int
		message      string
	}{
		"unknown endpoint":         {"GET", "status.nothing", 1, "unknown function"},
		"no endpoint":              {"GET", "?accessToken=x", 1, "unknown function"},
		"slash at the end":         {"GET", wan + "/", 1, "unknown function"},
		"POST to a GET":            {"POST", wan, 2, "Unsupported request"},
		"PUT":                      {"PUT", wan, 2, "Unsupported request"},
		"GET of a grant":           {"GET", grant, 2, "Unsupported request"},
		"no token":                 {"GET", "/api/" + wan, 401, "Unauthorized"},
		"empty token":              {"GET", wan + "?accessToken=", 401, "Unauthorized"},
		"unknown token":            {"GET", wan + "?accessToken=00000000000000000000000000000000", 401, "Unauthorized"},
		"token of another name":    {"GET", "/api/" + wan + "?accesstoken=" + b.token, 401, "Unauthorized"},
		"unknown parameter":        {"GET", wan + "?ids=1", 3, "invalid parameter ids"},
		"parameter of another":     {"GET", wan + "?connId=2", 3, "invalid parameter connId"},
		"parameter where none is":  {"GET", firmware + "?id=1", 3, "invalid parameter id"},
		"parameter twice":          {"GET", wan + "?id=1&id=2", 3, "invalid parameter id"},
		"token twice":              {"GET", wan + "?accessToken=" + b.token + "&accessToken=" + b.token, 3, "invalid parameter accessToken"},
		"no equals sign":           {"GET", wan + "?lite", 3, "invalid parameter lite"},
		"broken escape":            {"GET", wan + "?id=%zz", 3, "invalid parameter id"},
		"empty part":               {"GET", wan + "?accessToken=" + b.token + "&", 3, "invalid parameter "},
		"empty id":                 {"GET", wan + "?id=", 3, "invalid parameter id"},
		"ids joined by a plus":     {"GET", wan + "?id=1+2", 3, "invalid id"},
		"ids joined by a comma":    {"GET", wan + "?id=1,2", 3, "invalid id"},
		"id twice in the list":     {"GET", wan + "?id=1%201", 3, "invalid parameter id"},
		"unknown id":               {"GET", wan + "?id=99", 3, "invalid id"},
		"a key that is no id":      {"GET", wan + "?id=order", 3, "invalid id"},
		"lite is neither":          {"GET", wan + "?lite=true", 3, "invalid parameter lite"},
		"unknown connId":           {"GET", allowance + "?connId=99", 3, "invalid connId"},
		"connId without allowance": {"GET", allowance + "?connId=7", 3, "invalid connId"},
		"a peer that is a key":     {"GET", pepvpn + "?infoType=peer%20peer", 3, "invalid parameter infoType"},
		"infoType of nothing":      {"GET", pepvpn + "?infoType=profile&infoType=x", 3, "invalid parameter infoType"},
		"lite twice":               {"GET", pepvpn + "?lite=yes&lite=no", 3, "invalid parameter lite"},
		"size 0":                   {"GET", pepvpn + "?size=0", 3, "invalid parameter size"},
		"size 05":                  {"GET", pepvpn + "?size=05", 3, "invalid parameter size"},
		"no size":                  {"GET", pepvpn + "?size=", 3, "invalid parameter size"},
		"start with a sign":        {"GET", pepvpn + "?start=+1", 3, "invalid parameter start"},
		"start below 0":            {"GET", pepvpn + "?start=-1", 3, "invalid parameter start"},
		"a part that is not there": {"GET", system + "?infoType=device%20weather", 3, "invalid parameter infoType"},
	} {
		t.Run(name, func(t *testing.T) {
			r := b.ask(test.method, test.path, "")
			r.wantFail(t, test.code, test.message)
			if r.StatusCode != http.StatusOK {
				t.Errorf("HTTP status %d, want 200", r.StatusCode)
			}
		})
	}
}

func TestTokenIsReadFromTheQueryOnly(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	token := b.grant()
	request := b.request("GET", wan, "")
	request.Header.Set("Authorization", "Bearer "+token)
	request.AddCookie(&http.Cookie{Name: "accessToken", Value: token})
	b.must(request).wantUnauthorized(t)
	if last := b.Requests()[1]; last.Token != peplinktest.TokenNone {
		t.Errorf("a token in a header counts as %q, want %q", last.Token, peplinktest.TokenNone)
	}
}

func TestUnauthorizedAsHTTP401(t *testing.T) {
	b := newBench(t, "max-hd2-8.3", peplinktest.WithHTTP401())
	r := b.get(wan)
	r.wantUnauthorized(t)
	b.token = b.grant()
	b.Forbid(wan)
	for _, r := range []reply{r, b.get(wan)} {
		if r.StatusCode != http.StatusUnauthorized {
			t.Errorf("HTTP status %d, want 401", r.StatusCode)
		}
	}
	b.get(allowance).wantOK(t)
}

func TestHowAnEndpointIsRefusedThatTheFirmwareLacks(t *testing.T) {
	for model, want := range map[string]struct {
		code    int
		message string
	}{
		"balance-8.0":    {1, "unknown function"},
		"max-br1-5g-8.6": {2, "Unsupported request"},
	} {
		b := granted(t, model)
		for _, endpoint := range []string{"status.nothing", "config.nothing"} {
			b.get(endpoint).wantFail(t, want.code, want.message)
			b.get("/api/"+endpoint).wantFail(t, want.code, want.message) // with or without a session
		}
	}
	if r := granted(t, "sloppy").get("status.nothing"); r.StatusCode != http.StatusNotFound || r.envelope.Stat != "" {
		t.Errorf("answer %d %s, want a page with status 404", r.StatusCode, r.body)
	}
	hub := newBench(t, "fusionhub-8.3")
	hub.post(grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)).wantFail(t, 1, "unknown function")
}

func TestOnlyHTTP1(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	b.client.Transport.(*http.Transport).Protocols = new(http.Protocols)
	b.client.Transport.(*http.Transport).Protocols.SetUnencryptedHTTP2(true)
	if r, err := b.do(b.request("GET", firmware, "")); err == nil {
		t.Errorf("HTTP/2 was answered: %d %s", r.StatusCode, r.body)
	}
}

// What every document demands of those who ask for it.
func TestEveryDocumentIsGuarded(t *testing.T) {
	for _, model := range peplinktest.Models() {
		b := open(t, model)
		for _, endpoint := range b.State().Documents {
			if endpoint != firmware {
				b.get("/api/" + endpoint + "?accessToken=").wantUnauthorized(t)
			}
			b.get(endpoint+"?colour=red").wantFail(t, 3, "invalid parameter colour")
			b.ask(http.MethodDelete, endpoint, "").wantFail(t, 2, "Unsupported request")
		}
	}
}

func TestOneConnectionOnly(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	for endpoint, want := range map[string]string{
		"cmd.wan.cellular?connId=3": `{"enabledSim":[1],"preferredSim":null}`,
		"cmd.wifi.result?connId=6":  `{"result":"TIMEOUT","timestamp":1771000000,"ssid":"Depot Guest 5","securityPolicy":"wpa-psk","message":"timeout"}`,
	} {
		b.get(endpoint).wantResponse(t, want)
		name, _, _ := strings.Cut(endpoint, "?")
		b.get(name).wantFail(t, 3, "invalid connId")
		b.get(name+"?connId=1").wantFail(t, 3, "invalid connId") // another kind of WAN
		b.get(name+"?connId=2%203").wantFail(t, 3, "invalid parameter connId")
		b.get(name+"?connId=order").wantFail(t, 3, "invalid parameter connId")
	}
	b.get("status.port.lan").wantFail(t, 1, "unknown function") // not on this model
}
