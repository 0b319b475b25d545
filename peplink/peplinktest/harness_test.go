package peplinktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	wan       = "status.wan.connection"
	allowance = "status.wan.connection.allowance"
	firmware  = "info.firmware"
	grant     = "auth.token.grant"
	revoke    = "auth.token.revoke"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a router on a socket, its clock frozen at the reference time, and a
// client of its own.
type bench struct {
	*peplinktest.Router
	t      *testing.T
	url    string
	server *peplinktest.Server // nil for what is no server of the router's own API
	client *http.Client
}

func newBench(t *testing.T, opts ...peplinktest.Option) *bench {
	t.Helper()
	frozen := peplinktest.WithClock(peplinktest.NewClock(peplinktest.ReferenceTime()))
	router, err := peplinktest.New("max-hd2-8.3", append([]peplinktest.Option{frozen}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return serveBench(t, router)
}

func serveBench(t *testing.T, router *peplinktest.Router) *bench {
	t.Helper()
	server, err := router.Serve(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Router: router, t: t, url: server.URL, server: server, client: &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	t.Cleanup(func() {
		b.client.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// reply is an answer as it came over the socket.
type reply struct {
	status      int
	contentType string
	location    string
	body        string
	envelope    envelope
}

type envelope struct {
	Stat     string          `json:"stat"`
	Code     *int            `json:"code"`
	Message  string          `json:"message"`
	Notice   json.RawMessage `json:"notice"`
	Response json.RawMessage `json:"response"`
}

func (b *bench) do(request *http.Request) (reply, error) {
	response, err := b.client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	r := reply{
		status: response.StatusCode, contentType: response.Header.Get("Content-Type"),
		location: response.Header.Get("Location"), body: string(body),
	}
	_ = json.Unmarshal(body, &r.envelope) // what is no envelope has no stat
	return r, err
}

func (b *bench) request(method, path, body string) *http.Request {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
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

// get asks an endpoint with a token; query is added as it is.
func (b *bench) get(endpoint, token, query string) reply {
	b.t.Helper()
	path := "/api/" + endpoint + "?accessToken=" + url.QueryEscape(token)
	if query != "" {
		path += "&" + query
	}
	return b.must(b.request(http.MethodGet, path, ""))
}

func (b *bench) post(path, body string) reply {
	b.t.Helper()
	return b.must(b.request(http.MethodPost, path, body))
}

func credentials(id, secret string) string {
	return `{"clientId":"` + id + `","clientSecret":"` + secret + `"}`
}

// token gets one by a grant.
func (b *bench) token() string {
	b.t.Helper()
	r := b.post("/api/"+grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret))
	var granted struct {
		AccessToken string `json:"accessToken"`
	}
	if err := json.Unmarshal(r.envelope.Response, &granted); err != nil || granted.AccessToken == "" {
		b.t.Fatalf("no token granted: %s", r.body)
	}
	return granted.AccessToken
}

// wantFail checks a failure; code 0 is one that is absent.
func (r reply) wantFail(t *testing.T, code int, message string) {
	t.Helper()
	got := 0
	if r.envelope.Code != nil {
		got = *r.envelope.Code
	}
	if r.envelope.Stat != "fail" || got != code || r.envelope.Message != message {
		t.Errorf("answer %d %s, want stat fail, code %d, message %q", r.status, r.body, code, message)
	}
	if r.envelope.Response != nil {
		t.Errorf("a failure carries a response: %s", r.body)
	}
}

func (r reply) wantOK(t *testing.T) {
	t.Helper()
	if r.status != http.StatusOK || r.envelope.Stat != "ok" || r.contentType != "application/json" {
		t.Errorf("answer %d %s %s, want a success", r.status, r.contentType, r.body)
	}
}

// open begins a session as the model wants it, and answers how to ask with it.
func (b *bench) open() func(pathAndQuery string) reply {
	b.t.Helper()
	if b.TakesClients() {
		token := b.token()
		return func(path string) reply {
			b.t.Helper()
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			return b.must(b.request(http.MethodGet, "/api/"+path+join+"accessToken="+token, ""))
		}
	}
	cookie := b.login("/api/login", peplinktest.Username, peplinktest.Password)
	return func(path string) reply {
		b.t.Helper()
		return b.ask(http.MethodGet, path, "", cookie.Name, cookie.Value)
	}
}
