package peplinktest_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestGrantAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		opts []peplinktest.Option
		want string
	}{
		"numbers":    {nil, `{"accessToken":"T","authorizationType":3,"scope":"api.read-only","expiresIn":172800}`},
		"strings":    {[]peplinktest.Option{peplinktest.WithExpiresInString()}, `{"accessToken":"T","authorizationType":"3","scope":"api.read-only","expiresIn":"172800"}`},
		"short life": {[]peplinktest.Option{peplinktest.WithTokenLife(time.Minute)}, `{"accessToken":"T","authorizationType":3,"scope":"api.read-only","expiresIn":60}`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, test.opts...)
			r := b.post("/api/"+grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret))
			r.wantOK(t)
			tokens := b.Tokens()
			if len(tokens) != 1 || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(tokens[0]) {
				t.Fatalf("tokens issued: %q, want one of 32 hex digits", tokens)
			}
			got := strings.ReplaceAll(string(r.envelope.Response), tokens[0], "T")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGrantRefusals(t *testing.T) {
	b := newBench(t)
	good := credentials(peplinktest.ClientID, peplinktest.ClientSecret)
	plus := func(more string) string { return strings.TrimSuffix(good, "}") + "," + more + "}" }
	tests := map[string]struct {
		contentType, body string
		code              int
		message           string
	}{
		"wrong secret":       {"application/json", credentials(peplinktest.ClientID, "wrong"), 401, "Unauthorized"},
		"unknown client":     {"application/json", credentials("unknown", peplinktest.ClientSecret), 401, "Unauthorized"},
		"empty credentials":  {"application/json", credentials("", ""), 401, "Unauthorized"},
		"no secret":          {"application/json", `{"clientId":"` + peplinktest.ClientID + `"}`, 3, "invalid parameter clientSecret"},
		"nothing":            {"application/json", `{}`, 3, "invalid parameter clientId"},
		"secret no string":   {"application/json", `{"clientId":"x","clientSecret":5}`, 3, "invalid parameter clientSecret"},
		"secret null":        {"application/json", `{"clientId":"x","clientSecret":null}`, 3, "invalid parameter clientSecret"},
		"scope":              {"application/json", plus(`"scope":"api.read-only"`), 3, "invalid parameter scope"},
		"unknown key":        {"application/json", plus(`"grant_type":"x"`), 3, "invalid parameter grant_type"},
		"key twice":          {"application/json", plus(`"clientId":"x"`), 3, "invalid parameter clientId"},
		"array":              {"application/json", `[` + good + `]`, 3, "invalid request"},
		"text after it":      {"application/json", good + "x", 3, "invalid request"},
		"not closed":         {"application/json", strings.TrimSuffix(good, "}"), 3, "invalid request"},
		"empty body":         {"application/json", "", 3, "invalid request"},
		"too long":           {"application/json", good + strings.Repeat(" ", 64<<10), 3, "invalid request"},
		"form":               {"application/x-www-form-urlencoded", "clientId=x", 3, "invalid content type"},
		"JSON called a form": {"application/x-www-form-urlencoded", good, 3, "invalid content type"},
		"no content type":    {"", good, 3, "invalid content type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := b.request(http.MethodPost, "/api/"+grant, test.body)
			request.Header.Del("Content-Type")
			if test.contentType != "" {
				request.Header.Set("Content-Type", test.contentType)
			}
			b.must(request).wantFail(t, test.code, test.message)
		})
	}
	if tokens := b.Tokens(); len(tokens) != 0 {
		t.Errorf("%d tokens issued by refused grants", len(tokens))
	}
	request := b.request(http.MethodPost, "/api/"+grant, good)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	b.must(request).wantOK(t)
}

func TestTokensEndOnTheRoutersClock(t *testing.T) {
	b := newBench(t, peplinktest.WithTokenLife(time.Hour))
	token := b.token()
	b.Clock().Advance(time.Hour - time.Second)
	b.get(wan, token, "").wantOK(t)
	if got := b.ValidTokens(); got != 1 {
		t.Errorf("%d valid tokens just before the end, want 1", got)
	}
	b.Clock().Advance(time.Second)
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
	if got := b.ValidTokens(); got != 0 {
		t.Errorf("%d valid tokens after the end, want 0", got)
	}
	if diff := cmp.Diff([]string{token}, b.Tokens()); diff != "" {
		t.Errorf("every token ever issued (-want +got):\n%s", diff)
	}
}

func TestRevokeEndsTheTokenThatAsks(t *testing.T) {
	b := newBench(t)
	first, second := b.token(), b.token()
	body := func(token string) string { return `{"accessToken":"` + token + `"}` }
	b.post("/api/"+revoke, body(first)).wantFail(t, 401, "Unauthorized")
	b.post("/api/"+revoke+"?accessToken="+second, body(first)).wantFail(t, 401, "Unauthorized")
	b.post("/api/"+revoke+"?accessToken="+first, `{"token":"x"}`).wantFail(t, 3, "invalid parameter token")
	if got := b.ValidTokens(); got != 2 {
		t.Fatalf("%d valid tokens after refused revocations, want 2", got)
	}
	r := b.post("/api/"+revoke+"?accessToken="+first, body(first))
	r.wantOK(t)
	if r.body != `{"stat":"ok"}` {
		t.Errorf("answer %s, want no response", r.body)
	}
	b.get(wan, first, "").wantFail(t, 401, "Unauthorized")
	b.get(wan, second, "").wantOK(t)
}

func TestLostTokens(t *testing.T) {
	for name, lose := range map[string]func(*bench){
		"revoked":        func(b *bench) { b.RevokeTokens() },
		"reboot":         func(b *bench) { b.Reboot() },
		"client removed": func(b *bench) { b.RemoveClient(peplinktest.ClientID) },
		"newer grant": func(b *bench) {
			b.SetGrantEndsOlderTokens(true)
			b.token()
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			token := b.token()
			b.get(wan, token, "").wantOK(t)
			lose(b)
			b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
		})
	}
}

func TestOlderTokensLiveOnByDefault(t *testing.T) {
	b := newBench(t)
	first := b.token()
	b.token()
	b.get(wan, first, "").wantOK(t)
	b.SetGrantEndsOlderTokens(true)
	b.AddClient("other", "secret")
	b.post("/api/"+grant, credentials("other", "secret")).wantOK(t)
	b.get(wan, first, "").wantOK(t) // another client's grant is no concern of it
}

func TestClients(t *testing.T) {
	b := newBench(t, peplinktest.WithClient("one", "s1"), peplinktest.WithClient("two", "s2"))
	b.post("/api/"+grant, credentials("one", "s1")).wantOK(t)
	b.post("/api/"+grant, credentials("two", "s2")).wantOK(t)
	b.post("/api/"+grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)).wantFail(t, 401, "Unauthorized")
	b.AddClient("one", "rotated")
	b.post("/api/"+grant, credentials("one", "s1")).wantFail(t, 401, "Unauthorized")
	r := b.post("/api/"+grant, credentials("one", "rotated"))
	r.wantOK(t)
	if !json.Valid(r.envelope.Response) {
		t.Errorf("response %s", r.envelope.Response)
	}
}
