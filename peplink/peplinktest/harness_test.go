package peplinktest_test

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	wan       = "status.wan.connection"
	allowance = "status.wan.connection.allowance"
	pepvpn    = "status.pepvpn"
	system    = "status.system.info"
	lan       = "status.lan.profile"
	firmware  = "info.firmware"
	grant     = "auth.token.grant"
	revoke    = "auth.token.revoke"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a router on a socket, and a client that sends just what it is told.
type bench struct {
	*peplinktest.Served
	t      *testing.T
	client *http.Client
	token  string       // sent with every request, "" for none
	cookie *http.Cookie // likewise
}

func newBench(t *testing.T, model string, opts ...peplinktest.Option) *bench {
	t.Helper()
	b := &bench{Served: peplinktest.Start(t, model, opts...), t: t}
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, // the tests look at the certificate themselves
		ClientSessionCache: tls.NewLRUClientSessionCache(1),
	}}
	t.Cleanup(transport.CloseIdleConnections)
	b.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return b
}

// granted has a token that it sends.
func granted(t *testing.T, model string, opts ...peplinktest.Option) *bench {
	t.Helper()
	b := newBench(t, model, opts...)
	b.token = b.grant()
	return b
}

// loggedIn has a cookie that it sends.
func loggedIn(t *testing.T, model string, opts ...peplinktest.Option) *bench {
	t.Helper()
	b := newBench(t, model, opts...)
	b.cookie = b.login(peplinktest.Username, peplinktest.Password)
	return b
}

// open has either, as the model wants it.
func open(t *testing.T, model string) *bench {
	t.Helper()
	if b := newBench(t, model); !b.TakesClients() {
		return loggedIn(t, model)
	}
	return granted(t, model)
}

// request is for an endpoint and its query, or for any path that begins with a
// slash.
func (b *bench) request(method, path, body string) *http.Request {
	b.t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = "/api/" + path
		if b.token != "" && !strings.Contains(path, "accessToken=") {
			path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "accessToken=" + b.token
		}
	}
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	if b.cookie != nil {
		request.AddCookie(b.cookie)
	}
	return request
}

// reply is an answer as it came over the socket.
type reply struct {
	*http.Response
	body     string
	envelope struct {
		Stat     string          `json:"stat"`
		Code     *int            `json:"code"`
		Message  string          `json:"message"`
		Response json.RawMessage `json:"response"`
	}
}

func (b *bench) do(request *http.Request) (r reply, err error) {
	response, err := b.client.Do(request)
	if err != nil {
		return r, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	r.Response, r.body = response, string(body)
	_ = json.Unmarshal(body, &r.envelope) // what is no envelope has no stat
	return r, err
}

// must sends a request that has to be answered.
func (b *bench) must(request *http.Request) reply {
	b.t.Helper()
	r, err := b.do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bench) ask(method, path, body string) reply {
	b.t.Helper()
	return b.must(b.request(method, path, body))
}

func (b *bench) get(path string) reply {
	b.t.Helper()
	return b.ask(http.MethodGet, path, "")
}

func (b *bench) post(path, body string) reply {
	b.t.Helper()
	return b.ask(http.MethodPost, path, body)
}

func credentials(id, secret string) string {
	return `{"clientId":"` + id + `","clientSecret":"` + secret + `"}`
}

func account(name, password string) string {
	return `{"username":"` + name + `","password":"` + password + `"}`
}

// grant gets a token.
func (b *bench) grant() string {
	b.t.Helper()
	b.post("/api/"+grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)).wantOK(b.t)
	tokens := b.Tokens()
	return tokens[len(tokens)-1]
}

// login gets a cookie.
func (b *bench) login(name, password string) *http.Cookie {
	b.t.Helper()
	r := b.post("/api/login", account(name, password))
	r.wantOK(b.t)
	if len(r.Cookies()) != 1 {
		b.t.Fatalf("login sets the cookies %v", r.Cookies())
	}
	return r.Cookies()[0]
}

// wantFail checks a failure; code 0 is one that is absent.
func (r reply) wantFail(t *testing.T, code int, message string) {
	t.Helper()
	got := 0
	if r.envelope.Code != nil {
		got = *r.envelope.Code
	}
	if r.envelope.Stat != "fail" || got != code || r.envelope.Message != message || r.envelope.Response != nil {
		t.Errorf("answer %d %s, want stat fail, code %d, message %q", r.StatusCode, r.body, code, message)
	}
}

func (r reply) wantUnauthorized(t *testing.T) {
	t.Helper()
	r.wantFail(t, 401, "Unauthorized")
}

func (r reply) wantOK(t *testing.T) {
	t.Helper()
	if r.StatusCode != http.StatusOK || r.envelope.Stat != "ok" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("answer %d %s, want a success", r.StatusCode, r.body)
	}
}

// wantResponse compares the response of a success, byte for byte.
func (r reply) wantResponse(t *testing.T, want string) {
	t.Helper()
	r.wantOK(t)
	if diff := cmp.Diff(want, string(r.envelope.Response)); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
}
