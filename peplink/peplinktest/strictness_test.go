package peplinktest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestPathsOutsideTheAPIAnswerTheLoginPage(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{"/", "/api", "/index.html", "//api/" + wan, "/cgi-bin/MANGA/api.cgi"} {
		r := b.must(b.request(http.MethodGet, path, ""))
		if r.status != http.StatusOK || !strings.HasPrefix(r.contentType, "text/html") || !strings.Contains(r.body, "<html>") {
			t.Errorf("%s: answer %d %s %q, want a page of HTML with status 200", path, r.status, r.contentType, r.body)
		}
	}
}

func TestRefusals(t *testing.T) {
	b := newBench(t)
	token := b.token()
	tests := map[string]struct {
		method, path string
		code         int
		message      string
	}{
		"unknown endpoint":         {"GET", "status.nothing?accessToken=T", 1, "unknown function"},
		"no endpoint":              {"GET", "?accessToken=T", 1, "unknown function"},
		"slash at the end":         {"GET", wan + "/?accessToken=T", 1, "unknown function"},
		"POST to a GET":            {"POST", wan + "?accessToken=T", 2, "Unsupported request"},
		"PUT":                      {"PUT", wan + "?accessToken=T", 2, "Unsupported request"},
		"GET of a grant":           {"GET", grant, 2, "Unsupported request"},
		"no token":                 {"GET", wan, 401, "Unauthorized"},
		"empty token":              {"GET", wan + "?accessToken=", 401, "Unauthorized"},
		"unknown token":            {"GET", wan + "?accessToken=00000000000000000000000000000000", 401, "Unauthorized"},
		"token of another name":    {"GET", wan + "?accesstoken=T", 401, "Unauthorized"},
		"unknown parameter":        {"GET", wan + "?accessToken=T&ids=1", 3, "invalid parameter ids"},
		"parameter of another":     {"GET", wan + "?accessToken=T&connId=2", 3, "invalid parameter connId"},
		"parameter where none is":  {"GET", firmware + "?accessToken=T&id=1", 3, "invalid parameter id"},
		"parameter twice":          {"GET", wan + "?accessToken=T&id=1&id=2", 3, "invalid parameter id"},
		"token twice":              {"GET", wan + "?accessToken=T&accessToken=T", 3, "invalid parameter accessToken"},
		"no equals sign":           {"GET", wan + "?accessToken=T&lite", 3, "invalid parameter lite"},
		"broken escape":            {"GET", wan + "?accessToken=T&id=%zz", 3, "invalid parameter id"},
		"empty part":               {"GET", wan + "?accessToken=T&", 3, "invalid parameter "},
		"empty id":                 {"GET", wan + "?accessToken=T&id=", 3, "invalid parameter id"},
		"ids joined by a plus":     {"GET", wan + "?accessToken=T&id=1+2", 3, "invalid id"},
		"ids joined by a comma":    {"GET", wan + "?accessToken=T&id=1,2", 3, "invalid id"},
		"id twice in the list":     {"GET", wan + "?accessToken=T&id=1%201", 3, "invalid parameter id"},
		"unknown id":               {"GET", wan + "?accessToken=T&id=99", 3, "invalid id"},
		"a key that is no id":      {"GET", wan + "?accessToken=T&id=order", 3, "invalid id"},
		"lite is neither":          {"GET", wan + "?accessToken=T&lite=true", 3, "invalid parameter lite"},
		"unknown connId":           {"GET", allowance + "?accessToken=T&connId=99", 3, "invalid connId"},
		"connId without allowance": {"GET", allowance + "?accessToken=T&connId=7", 3, "invalid connId"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := "/api/" + strings.ReplaceAll(test.path, "=T", "="+token)
			r := b.must(b.request(test.method, path, ""))
			r.wantFail(t, test.code, test.message)
			if r.status != http.StatusOK {
				t.Errorf("HTTP status %d, want 200", r.status)
			}
		})
	}
}

func TestTokenIsReadFromTheQueryOnly(t *testing.T) {
	b := newBench(t)
	token := b.token()
	request := b.request(http.MethodGet, "/api/"+wan, "")
	request.Header.Set("Authorization", "Bearer "+token)
	request.AddCookie(&http.Cookie{Name: "accessToken", Value: token, Secure: true, HttpOnly: true})
	b.must(request).wantFail(t, 401, "Unauthorized")
	if last := b.Requests()[1]; last.Token != peplinktest.TokenNone {
		t.Errorf("a token in a header counts as %q, want %q", last.Token, peplinktest.TokenNone)
	}
	b.get(wan, token, "").wantOK(t)
}

func TestUnauthorizedAsHTTP401(t *testing.T) {
	b := newBench(t, peplinktest.WithHTTP401())
	r := b.get(wan, "unknown", "")
	r.wantFail(t, 401, "Unauthorized")
	if r.status != http.StatusUnauthorized {
		t.Errorf("HTTP status %d, want 401", r.status)
	}
	b.get(wan, b.token(), "").wantOK(t)
}

func TestFilters(t *testing.T) {
	b := newBench(t)
	token := b.token()
	beside := []string{"order", "reportTimestamp", "supportGatewayProxy", "timestamp"}
	tests := map[string]struct {
		endpoint, query, order string
		keys                   []string
	}{
		"no filter":        {wan, "", "[1,2,3,4,5,6,7]", append([]string{"1", "2", "3", "4", "5", "6", "7"}, beside...)},
		"one id":           {wan, "id=2", "[2]", append([]string{"2"}, beside...)},
		"two ids":          {wan, "id=5%202", "[2,5]", append([]string{"2", "5"}, beside...)},
		"lite, on a MAX":   {wan, "lite=yes&id=1", "[1]", append([]string{"1"}, beside...)},
		"lite=no":          {wan, "id=1&lite=no", "[1]", append([]string{"1"}, beside...)},
		"connId":           {allowance, "connId=3", "[3]", []string{"3", "order"}},
		"allowance of all": {allowance, "", "[1,2,3,5]", []string{"1", "2", "3", "5", "order"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := b.get(test.endpoint, token, test.query)
			r.wantOK(t)
			var response map[string]json.RawMessage
			if err := json.Unmarshal(r.envelope.Response, &response); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.keys, slices.Sorted(maps.Keys(response))); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			if got := string(response["order"]); got != test.order {
				t.Errorf("order %s, want %s", got, test.order)
			}
		})
	}
}

func TestFilterLeavesTheObjectsWhole(t *testing.T) {
	b := newBench(t)
	token := b.token()
	var all, some map[string]json.RawMessage
	for query, into := range map[string]*map[string]json.RawMessage{"": &all, "id=2&lite=yes": &some} {
		if err := json.Unmarshal(b.get(wan, token, query).envelope.Response, into); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(all["2"]), string(some["2"])); diff != "" {
		t.Errorf("WAN 2 (-whole +filtered):\n%s", diff)
	}
}

func TestFirmwareWithoutLoginShowsOnlyTheSlotInUse(t *testing.T) {
	b := newBench(t)
	const inUse = `{"2":{"version":"8.3.0 build 5229","bootable":true,"inUse":true},"order":[2]}`
	const both = `{"1":{"version":"8.2.0s036 build 4979","bootable":true,"inUse":false},` +
		`"2":{"version":"8.3.0 build 5229","bootable":true,"inUse":true},"order":[1,2]}`
	for token, want := range map[string]string{"": inUse, "unknown": inUse, b.token(): both} {
		r := b.get(firmware, token, "")
		r.wantOK(t)
		if diff := cmp.Diff(want, string(r.envelope.Response)); diff != "" {
			t.Errorf("token %q (-want +got):\n%s", token, diff)
		}
	}
	b.must(b.request(http.MethodGet, "/api/"+firmware, "")).wantOK(t)
}

func TestOnlyHTTP1(t *testing.T) {
	b := newBench(t)
	b.client.Transport.(*http.Transport).Protocols = new(http.Protocols)
	b.client.Transport.(*http.Transport).Protocols.SetUnencryptedHTTP2(true)
	if r, err := b.do(b.request(http.MethodGet, "/api/"+firmware, "")); err == nil {
		t.Errorf("HTTP/2 was answered: %d %s", r.status, r.body)
	}
}
