package peplinktest_test

import (
	"crypto/tls"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// newHub is a router with user logins only, as a FusionHub.
func newHub(t *testing.T, opts ...peplinktest.Option) *bench {
	t.Helper()
	return newDialect(t, `"auth":["user"]`, files{wan: `{"order":[]}`, firmware: firmwares}, opts...)
}

const firmwares = `{"1":{"inUse":false},"2":{"inUse":true},"order":[1,2]}`

func account(name, password string) string {
	return `{"username":"` + name + `","password":"` + password + `"}`
}

// login opens a session and answers its cookie.
func (b *bench) login(path, name, password string) *http.Cookie {
	b.t.Helper()
	response, err := b.client.Do(b.request(http.MethodPost, path, account(name, password)))
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	if cookies := response.Cookies(); len(cookies) == 1 {
		return cookies[0]
	}
	b.t.Fatalf("a login set the cookies %v, want one", response.Cookies())
	return nil
}

// ask sends a request with a cookie, and reads as bench.get does.
func (b *bench) ask(method, path, body string, name, value string) reply {
	b.t.Helper()
	request := b.request(method, "/api/"+path, body)
	request.Header.Set("Cookie", name+"="+value)
	return b.must(request)
}

func TestLogin(t *testing.T) {
	b := newHub(t)
	r := b.post("/api/login", account(peplinktest.Username, peplinktest.Password))
	r.wantOK(t)
	if diff := cmp.Diff(`{"permission":{"GET":1,"POST":0}}`, string(r.envelope.Response)); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
	cookie := b.login("/api/login", peplinktest.Username, peplinktest.Password)
	if cookie.Name != "pauth" || cookie.Path != "/" || !cookie.HttpOnly || cookie.Secure {
		t.Errorf("cookie %v, want pauth over plain http, for all paths, hidden from scripts", cookie)
	}
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(cookie.Value) {
		t.Errorf("cookie value %q, want 32 hex digits", cookie.Value)
	}
	if cookies := b.Cookies(); len(cookies) != 2 || cookies[1] != cookie.Value || cookies[0] == cookies[1] {
		t.Errorf("cookies issued %q, want two, the last of them %s", cookies, cookie.Value)
	}
	b.ask("GET", wan, "", "pauth", cookie.Value).wantOK(t)
	requests := b.Requests()
	if last := requests[len(requests)-1]; last.Cookie != peplinktest.TokenOK || last.CookieNumber != 2 || last.Token != peplinktest.TokenNone {
		t.Errorf("log says cookie %q, number %d, token %q", last.Cookie, last.CookieNumber, last.Token)
	}
	for path, want := range map[string]string{wan: `{"order":[]}`, firmware: firmwares} {
		if got := string(b.ask("GET", path, "", "pauth", cookie.Value).envelope.Response); got != want {
			t.Errorf("%s answers %s, want %s", path, got, want)
		}
	}
	if want := `{"2":{"inUse":true},"order":[2]}`; string(b.get(firmware, "", "").envelope.Response) != want {
		t.Errorf("without login both slots are shown, want %s", want)
	}
}

func TestLoginRefusals(t *testing.T) {
	b := newHub(t)
	good := account(peplinktest.Username, peplinktest.Password)
	for name, test := range map[string]struct {
		contentType, body string
		code              int
		message           string
	}{
		"wrong password":  {"application/json", account(peplinktest.Username, "wrong"), 301, "Invalid username or password"},
		"unknown user":    {"application/json", account("admin", peplinktest.Password), 301, "Invalid username or password"},
		"empty":           {"application/json", account("", ""), 301, "Invalid username or password"},
		"no password":     {"application/json", `{"username":"x"}`, 3, "invalid parameter password"},
		"unknown key":     {"application/json", strings.Replace(good, "{", `{"remember":"1",`, 1), 3, "invalid parameter remember"},
		"password number": {"application/json", `{"username":"x","password":5}`, 3, "invalid parameter password"},
		"form":            {"application/x-www-form-urlencoded", good, 3, "invalid content type"},
		"no JSON":         {"application/json", "x", 3, "invalid request"},
	} {
		request := b.request(http.MethodPost, "/api/login", test.body)
		request.Header.Set("Content-Type", test.contentType)
		t.Run(name, func(t *testing.T) { b.must(request).wantFail(t, test.code, test.message) })
	}
	b.must(b.request(http.MethodGet, "/api/login", "")).wantFail(t, 2, "Unsupported request")
	b.post("/api/login?x=1", good).wantFail(t, 3, "invalid parameter x")
	if cookies := b.Cookies(); len(cookies) != 0 {
		t.Errorf("%d cookies issued by refused logins", len(cookies))
	}
	client := newDialect(t, "", files{wan: "{}"})
	client.post("/api/login", good).wantFail(t, 301, "Invalid username or password")
}

func TestWhatACookieDoesNotDo(t *testing.T) {
	b := newHub(t)
	value := b.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	b.ask("GET", wan, "", "bauth", value).wantFail(t, 401, "Unauthorized") // the name of https
	b.ask("GET", wan, "", "pauth", "00000000000000000000000000000000").wantFail(t, 401, "Unauthorized")
	b.ask("GET", wan+"?accessToken=unknown", "", "pauth", value).wantFail(t, 401, "Unauthorized")
	b.ask("GET", wan+"?accessToken=", "", "pauth", value).wantFail(t, 401, "Unauthorized")
	b.get(wan, value, "").wantFail(t, 401, "Unauthorized") // a cookie is no token
	requests := b.Requests()
	var seen []peplinktest.TokenState
	for _, request := range requests[1:] {
		seen = append(seen, request.Cookie)
	}
	if diff := cmp.Diff([]peplinktest.TokenState{"", "refused", "refused", "refused", ""}, seen); diff != "" {
		t.Errorf("what the log says of the cookies (-want +got):\n%s", diff)
	}
	both := newDialect(t, `"auth":["client","user"]`, files{wan: "{}"})
	token := both.token()
	value = both.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	both.ask("POST", revoke, `{"accessToken":"`+token+`"}`, "pauth", value).wantFail(t, 401, "Unauthorized")
	both.ask("POST", revoke, `{"accessToken":""}`, "pauth", value).wantFail(t, 401, "Unauthorized")
	if both.ValidTokens() != 1 || both.ValidCookies() != 1 {
		t.Errorf("%d tokens, %d cookies left, want one of each", both.ValidTokens(), both.ValidCookies())
	}
}

func TestLogout(t *testing.T) {
	b := newHub(t)
	one := b.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	other := b.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	b.post("/api/logout", "").wantFail(t, 401, "Unauthorized")
	b.ask("POST", "logout", "", "bauth", one).wantFail(t, 401, "Unauthorized")
	b.ask("GET", "logout", "", "pauth", one).wantFail(t, 2, "Unsupported request")
	b.ask("POST", "logout", `{"all":"yes"}`, "pauth", one).wantFail(t, 3, "invalid parameter all")
	b.ask("POST", "logout", `x`, "pauth", one).wantFail(t, 3, "invalid request")
	if got := b.ValidCookies(); got != 2 {
		t.Fatalf("%d sessions after refused logouts, want 2", got)
	}
	if r := b.ask("POST", "logout", "", "pauth", one); r.body != `{"stat":"ok"}` {
		t.Errorf("logout answers %s", r.body)
	}
	b.ask("GET", wan, "", "pauth", one).wantFail(t, 401, "Unauthorized")
	b.ask("GET", wan, "", "pauth", other).wantOK(t)
	b.ask("POST", "logout", "{}", "pauth", other).wantOK(t)
	b.ask("POST", "logout", "", "pauth", other).wantFail(t, 401, "Unauthorized")
	if got := len(b.Cookies()); got != 2 {
		t.Errorf("%d cookies ever issued, want 2", got)
	}
}

func TestSessionsEndWhenIdle(t *testing.T) {
	b := newHub(t, peplinktest.WithSessionIdle(time.Hour))
	value := b.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	for range 3 { // in use, it outlives its idle time
		b.Clock().Advance(time.Hour - time.Second)
		b.ask("GET", wan, "", "pauth", value).wantOK(t)
	}
	b.Clock().Advance(time.Hour - time.Second)
	if got := b.ValidCookies(); got != 1 {
		t.Errorf("%d sessions just before the end, want 1", got)
	}
	b.Clock().Advance(time.Second)
	if got := b.ValidCookies(); got != 0 {
		t.Errorf("%d sessions after an idle hour, want none", got)
	}
	b.ask("GET", wan, "", "pauth", value).wantFail(t, 401, "Unauthorized")
	usual := newHub(t)
	value = usual.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	usual.Clock().Advance(4*time.Hour - time.Second)
	usual.ask("GET", wan, "", "pauth", value).wantOK(t)
}

func TestLostSessions(t *testing.T) {
	for name, lose := range map[string]func(*bench){
		"revoked":      func(b *bench) { b.RevokeTokens() },
		"reboot":       func(b *bench) { b.Reboot() },
		"user removed": func(b *bench) { b.RemoveUser(peplinktest.Username) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newHub(t)
			value := b.login("/api/login", peplinktest.Username, peplinktest.Password).Value
			b.ask("GET", wan, "", "pauth", value).wantOK(t)
			lose(b)
			b.ask("GET", wan, "", "pauth", value).wantFail(t, 401, "Unauthorized")
		})
	}
}

func TestUsers(t *testing.T) {
	b := newHub(t, peplinktest.WithUser("one", "p1"), peplinktest.WithUser("two", "p2"))
	b.post("/api/login", account("one", "p1")).wantOK(t)
	value := b.login("/api/login", "two", "p2").Value
	b.post("/api/login", account(peplinktest.Username, peplinktest.Password)).wantFail(t, 301, "Invalid username or password")
	b.AddUser("two", "changed")
	b.ask("GET", wan, "", "pauth", value).wantOK(t)
	b.post("/api/login", account("two", "p2")).wantFail(t, 301, "Invalid username or password")
	b.RemoveUser("one")
	b.ask("GET", wan, "", "pauth", value).wantOK(t)
	b.post("/api/login", account("one", "p1")).wantFail(t, 301, "Invalid username or password")
	b.post("/api/login", account("two", "changed")).wantOK(t)
	none := newDialect(t, "", files{wan: "{}"}) // a model without users learns one
	none.AddUser("late", "p")
	none.login("/api/login", "late", "p")
}

func TestPermissionAndCookieNameByModel(t *testing.T) {
	b := newDialect(t, `"auth":["user"],"cookie":"sid","loginPermission":{"GET":0,"POST":1}`, files{wan: "{}", firmware: "{}"})
	r := b.post("/api/login", account(peplinktest.Username, peplinktest.Password))
	if diff := cmp.Diff(`{"permission":{"GET":0,"POST":1}}`, string(r.envelope.Response)); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
	cookie := b.login("/api/login", peplinktest.Username, peplinktest.Password)
	if cookie.Name != "sid" {
		t.Errorf("cookie %s, want sid", cookie.Name)
	}
	b.ask("GET", wan, "", "sid", cookie.Value).wantFail(t, 401, "Unauthorized") // GET is not granted
	b.ask("GET", firmware, "", "sid", cookie.Value).wantOK(t)
	b.ask("POST", "logout", "", "sid", cookie.Value).wantOK(t)
}

func TestCookieOverTLS(t *testing.T) {
	b := newHub(t)
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	server, err := b.Serve(t.Context(), "127.0.0.1:0", &certificate)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	secure := &bench{Router: b.Router, t: t, url: server.URL, client: &http.Client{Transport: transport}}
	defer server.Close()
	defer transport.CloseIdleConnections()
	cookie := secure.login("/api/login", peplinktest.Username, peplinktest.Password)
	if cookie.Name != "bauth" || !cookie.Secure {
		t.Errorf("cookie %v over https, want bauth, for https only", cookie)
	}
	secure.ask("GET", wan, "", "bauth", cookie.Value).wantOK(t)
	secure.ask("GET", wan, "", "pauth", cookie.Value).wantFail(t, 401, "Unauthorized")
	b.ask("GET", wan, "", "pauth", cookie.Value).wantFail(t, 401, "Unauthorized") // issued by another name
}

func TestControlTellsTheCookies(t *testing.T) {
	b := newHub(t)
	port, err := b.ServeControl(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	value := b.login("/api/login", peplinktest.Username, peplinktest.Password).Value
	control := &bench{Router: b.Router, t: t, url: port.URL, client: b.client}
	control.wantControl("GET", "/cookies", "", http.StatusOK, `["`+value+`"]`)
	if state := control.must(control.request("GET", "/state", "")).body; !strings.Contains(state, `"valid_cookies":1,`) {
		t.Errorf("state %s, want one valid cookie", state)
	}
}
