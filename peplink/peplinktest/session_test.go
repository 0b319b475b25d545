package peplinktest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestGrantAnswers(t *testing.T) {
	for want, opts := range map[string][]peplinktest.Option{
		`{"accessToken":"T","authorizationType":3,"scope":"api.read-only","expiresIn":172800}`:     nil,
		`{"accessToken":"T","authorizationType":"3","scope":"api.read-only","expiresIn":"172800"}`: {peplinktest.WithExpiresInString()},
		`{"accessToken":"T","authorizationType":3,"scope":"api.read-only","expiresIn":60}`:         {peplinktest.WithTokenLife(time.Minute)},
	} {
		b := newBench(t, "max-hd2-8.3", opts...)
		r := b.post(grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret))
		tokens := b.Tokens()
		if len(tokens) != 1 || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(tokens[0]) {
			t.Fatalf("tokens issued: %q, want one of 32 hex digits", tokens)
		}
		r.envelope.Response = []byte(strings.ReplaceAll(string(r.envelope.Response), tokens[0], "T"))
		r.wantResponse(t, want)
	}
}

func TestWhatIsPostedIsChecked(t *testing.T) {
	const jsonType = "application/json"
	b := newBench(t, "max-hd2-8.3")
	good := map[string]string{
		grant:   credentials(peplinktest.ClientID, peplinktest.ClientSecret),
		"login": account(peplinktest.Username, peplinktest.Password),
	}
	plus := func(more string) string { return strings.TrimSuffix(good[grant], "}") + "," + more + "}" }
	for name, test := range map[string]struct {
		endpoint, contentType, body string
		code                        int
		message                     string
	}{
		"wrong secret":       {grant, jsonType, credentials(peplinktest.ClientID, "wrong"), 401, "Unauthorized"},
		"unknown client":     {grant, jsonType, credentials("unknown", peplinktest.ClientSecret), 401, "Unauthorized"},
		"no secret":          {grant, jsonType, `{"clientId":"x"}`, 3, "invalid parameter clientSecret"},
		"secret no string":   {grant, jsonType, `{"clientId":"x","clientSecret":5}`, 3, "invalid parameter clientSecret"},
		"secret null":        {grant, jsonType, `{"clientId":"x","clientSecret":null}`, 3, "invalid parameter clientSecret"},
		"scope":              {grant, jsonType, plus(`"scope":"api.read-only"`), 3, "invalid parameter scope"},
		"key twice":          {grant, jsonType, plus(`"clientId":"x"`), 3, "invalid parameter clientId"},
		"array":              {grant, jsonType, `[` + good[grant] + `]`, 3, "invalid request"},
		"text after it":      {grant, jsonType, good[grant] + "x", 3, "invalid request"},
		"empty body":         {grant, jsonType, "", 3, "invalid request"},
		"too long":           {grant, jsonType, good[grant] + strings.Repeat(" ", 64<<10), 3, "invalid request"},
		"JSON called a form": {grant, "application/x-www-form-urlencoded", good[grant], 3, "invalid content type"},
		"no content type":    {grant, "", good[grant], 3, "invalid content type"},
		"wrong password":     {"login", jsonType, account(peplinktest.Username, "wrong"), 301, "Invalid username or password"},
		"unknown user":       {"login", jsonType, account("nobody", peplinktest.Password), 301, "Invalid username or password"},
		"no password":        {"login", jsonType, `{"username":"x"}`, 3, "invalid parameter password"},
		"a login's form":     {"login", "application/x-www-form-urlencoded", good["login"], 3, "invalid content type"},
	} {
		t.Run(name, func(t *testing.T) {
			request := b.request(http.MethodPost, test.endpoint, test.body)
			request.Header.Set("Content-Type", test.contentType)
			b.must(request).wantFail(t, test.code, test.message)
		})
	}
	if len(b.Tokens()) != 0 || len(b.Cookies()) != 0 {
		t.Errorf("sessions issued by what was refused: %q %q", b.Tokens(), b.Cookies())
	}
	for endpoint, body := range good {
		request := b.request(http.MethodPost, endpoint, body)
		request.Header.Set("Content-Type", "application/json; charset=utf-8")
		b.must(request).wantOK(t)
	}
}

func TestSessionsEndOnTheRoutersClock(t *testing.T) {
	b := granted(t, "max-hd2-8.3", peplinktest.WithTokenLife(time.Hour))
	b.Clock().Advance(time.Hour - time.Second)
	b.get(wan).wantOK(t)
	b.Clock().Advance(time.Second)
	b.get(wan).wantUnauthorized(t)
	if diff := cmp.Diff([]string{b.token}, b.Tokens()); diff != "" || b.ValidTokens() != 0 {
		t.Errorf("%d valid tokens after the end; ever issued (-want +got):\n%s", b.ValidTokens(), diff)
	}

	b.token, b.cookie = "", b.login(peplinktest.Username, peplinktest.Password)
	for range 3 { // in use, a login outlives its idle time
		b.Clock().Advance(peplinktest.DefaultSessionIdle - time.Second)
		b.get(wan).wantOK(t)
	}
	b.Clock().Advance(peplinktest.DefaultSessionIdle)
	b.get(wan).wantUnauthorized(t)
	if diff := cmp.Diff([]string{b.cookie.Value}, b.Cookies()); diff != "" || b.ValidCookies() != 0 {
		t.Errorf("%d valid cookies after the end; ever issued (-want +got):\n%s", b.ValidCookies(), diff)
	}
}

func TestRevokeOfOthers(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	token := b.token
	b.token, b.cookie = "", b.login(peplinktest.Username, peplinktest.Password)
	b.post(revoke, `{"accessToken":"`+token+`"}`).wantUnauthorized(t)
	b.post(revoke, `{"accessToken":""}`).wantUnauthorized(t)
	b.cookie = b.login(peplinktest.AdminName, peplinktest.AdminPassword)
	b.post(revoke, `{"accessToken":"`+token+`"}`).wantOK(t)
	b.get(wan + "?accessToken=" + token).wantUnauthorized(t)
}

func TestRevokeEndsTheTokenThatAsks(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	other := b.grant()
	body := func(token string) string { return `{"accessToken":"` + token + `"}` }
	b.post("/api/"+revoke, body(b.token)).wantUnauthorized(t)
	b.post(revoke, body(other)).wantUnauthorized(t)
	b.post(revoke, `{"token":"x"}`).wantFail(t, 3, "invalid parameter token")
	if got := b.ValidTokens(); got != 2 {
		t.Fatalf("%d valid tokens after refused revocations, want 2", got)
	}
	if r := b.post(revoke, body(b.token)); r.body != `{"stat":"ok"}` {
		t.Errorf("answer %s, want no response", r.body)
	}
	b.get(wan).wantUnauthorized(t)
	b.token = other
	b.get(wan).wantOK(t)
}

func TestLostSessions(t *testing.T) {
	for name, test := range map[string]struct {
		lose    func(*bench)
		cookies int // left
	}{
		"revoked":        {func(b *bench) { b.RevokeTokens() }, 0},
		"reboot":         {func(b *bench) { b.Reboot(0) }, 0},
		"client removed": {func(b *bench) { b.RemoveClient(peplinktest.ClientID) }, 1},
		"newer grant": {func(b *bench) {
			b.SetGrantEndsOlderTokens(true)
			b.grant()
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := granted(t, "max-hd2-8.3")
			b.login(peplinktest.Username, peplinktest.Password)
			b.grant()
			b.get(wan).wantOK(t) // a newer grant alone does no harm
			test.lose(b)
			b.get(wan).wantUnauthorized(t)
			if got := b.ValidCookies(); got != test.cookies {
				t.Errorf("%d cookies left, want %d", got, test.cookies)
			}
		})
	}
	young := granted(t, "max-br1-5g-8.6") // a model on which grants end older tokens
	young.grant()
	young.get(wan).wantUnauthorized(t)
}

func TestReboot(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.Reboot(40 * time.Second)
	for range 2 {
		if _, err := b.do(b.request("GET", firmware, "")); err == nil {
			t.Fatal("a router that is off answers")
		}
		b.Clock().Advance(39 * time.Second)
	}
	if want := peplinktest.ReferenceTime().Add(40 * time.Second); !b.Booted().Equal(want) {
		t.Errorf("booted at %v, want %v", b.Booted(), want)
	}
	b.get(firmware).wantOK(t)
}

func TestClients(t *testing.T) {
	b := newBench(t, "max-hd2-8.3", peplinktest.WithClient("one", "s1"), peplinktest.WithClient("two", "s2"))
	b.post(grant, credentials("one", "s1")).wantOK(t)
	b.post(grant, credentials("two", "s2")).wantOK(t)
	b.post(grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)).wantUnauthorized(t)
	b.AddClient("one", "rotated")
	b.post(grant, credentials("one", "s1")).wantUnauthorized(t)
	b.post(grant, credentials("one", "rotated")).wantOK(t)
	if b.ValidTokens() != 3 {
		t.Errorf("%d valid tokens, want all 3", b.ValidTokens())
	}
}

func TestLogin(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for name, opts := range map[string][]peplinktest.Option{"pauth": nil, "bauth": {peplinktest.WithCertificate(certificate)}} {
		b := newBench(t, "fusionhub-8.3", opts...)
		r := b.post("login", account(peplinktest.Username, peplinktest.Password))
		r.wantResponse(t, `{"permission":{"GET":1,"POST":0}}`)
		cookie := r.Cookies()[0]
		if cookie.Name != name || cookie.Secure != (name == "bauth") || cookie.Value != b.Cookies()[0] {
			t.Errorf("cookie %v, want %s", cookie, name)
		}
		b.cookie = cookie
		b.get(wan).wantOK(t)
		for path, cookie := range map[string]*http.Cookie{
			wan:                            {Name: "sid", Value: cookie.Value},
			"/api/" + wan:                  {Name: name, Value: "00000000000000000000000000000000"},
			wan + "?accessToken=unknown":   cookie, // where a token is refused no cookie helps
			wan + "?accessToken=":          cookie,
			wan + "?lite=no&accessToken=x": cookie,
		} {
			b.cookie = cookie
			b.get(path).wantUnauthorized(t)
		}
	}
}

func TestLogout(t *testing.T) {
	b := loggedIn(t, "fusionhub-8.3")
	one, other := b.cookie, b.login(peplinktest.Username, peplinktest.Password)
	b.cookie = nil
	b.post("logout", "").wantUnauthorized(t)
	b.cookie = one
	b.get("logout").wantFail(t, 2, "Unsupported request")
	b.post("logout", `{"all":"yes"}`).wantFail(t, 3, "invalid parameter all")
	if got := b.ValidCookies(); got != 2 {
		t.Fatalf("%d sessions after refused logouts, want 2", got)
	}
	if r := b.post("logout", ""); r.body != `{"stat":"ok"}` {
		t.Errorf("logout answers %s", r.body)
	}
	b.get(wan).wantUnauthorized(t)
	b.cookie = other
	b.get(wan).wantOK(t)
	b.post("logout", "{}").wantOK(t)
	b.post("logout", "").wantUnauthorized(t)
}
