package peplinktest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestRequestLog(t *testing.T) {
	b := newBench(t)
	b.must(b.request(http.MethodGet, "/", ""))
	b.must(b.request(http.MethodGet, "/api/"+wan, ""))
	token := b.token()
	b.get(wan, token, "id=1%202&lite=no")
	b.get(wan, token, "id=1&id=2&x")
	b.RevokeTokens()
	b.get(allowance, token, "")
	b.get("status.nothing", "never issued", "")
	at := peplinktest.ReferenceTime()
	want := []peplinktest.Request{
		{Time: at, Method: "GET", Path: "/", Token: "none", Status: 200},
		{Time: at, Method: "GET", Path: "/api/" + wan, Endpoint: wan, Token: "none", Status: 200, Stat: "fail", Code: new(401)},
		{Time: at, Method: "POST", Path: "/api/" + grant, Endpoint: grant, Token: "none", Status: 200, Stat: "ok"},
		{Time: at, Method: "GET", Path: "/api/" + wan, Endpoint: wan, Token: "ok", TokenNumber: 1, Params: map[string]string{"id": "1 2", "lite": "no"}, Status: 200, Stat: "ok"},
		{Time: at, Method: "GET", Path: "/api/" + wan, Endpoint: wan, Token: "ok", TokenNumber: 1, Params: map[string]string{"id": "1"}, Status: 200, Stat: "fail", Code: new(3)},
		{Time: at, Method: "GET", Path: "/api/" + allowance, Endpoint: allowance, Token: "refused", TokenNumber: 1, Status: 200, Stat: "fail", Code: new(401)},
		{Time: at, Method: "GET", Path: "/api/status.nothing", Endpoint: "status.nothing", Token: "refused", Status: 200, Stat: "fail", Code: new(1)},
	}
	ignore := cmpopts.IgnoreFields(peplinktest.Request{}, "RemoteAddr")
	if diff := cmp.Diff(want, b.Requests(), ignore, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	for endpoint, want := range map[string]int{wan: 3, grant: 1, allowance: 1, firmware: 0, peplinktest.EveryEndpoint: 7} {
		if got := b.Count(endpoint); got != want {
			t.Errorf("count of %s is %d, want %d", endpoint, got, want)
		}
	}
	b.ClearRequests()
	if requests := b.Requests(); len(requests) != 0 || b.Count(wan) != 0 || b.MostInFlight() != 0 {
		t.Errorf("cleared, the log holds %v", requests)
	}
	if diff := cmp.Diff([]string{token}, b.Tokens()); diff != "" {
		t.Errorf("tokens are forgotten with the log:\n%s", diff)
	}
}

func TestTheLogIsBounded(t *testing.T) {
	b := newBench(t)
	const sent = 10_500
	for range sent {
		b.ServeHTTP(httptest.NewRecorder(), b.request(http.MethodGet, "/", ""))
	}
	if got := len(b.Requests()); got < 9_000 || got > 10_000 {
		t.Errorf("%d requests kept of %d", got, sent)
	}
	if got := b.Count(peplinktest.EveryEndpoint); got != sent {
		t.Errorf("%d requests counted, want %d", got, sent)
	}
}

func TestInFlight(t *testing.T) {
	b := newBench(t)
	for range 50 { // one after the other is never two at a time
		b.must(b.request(http.MethodGet, "/api/"+firmware, ""))
	}
	if got := b.MostInFlight(); got != 1 {
		t.Errorf("most in flight %d, want 1", got)
	}
	b.SetFault(firmware, peplinktest.Fault{Hang: true})
	for range 3 {
		b.start(t.Context(), firmware, "")
	}
	if err := b.WaitFor(t.Context(), firmware, 53); err != nil {
		t.Fatal(err)
	}
	if got := b.MostInFlight(); got != 3 {
		t.Errorf("most in flight %d, want 3", got)
	}
	b.ClearFault(firmware)
	if err := b.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.InFlight(); got != 0 {
		t.Errorf("in flight %d, want 0", got)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.WaitFor(ctx, wan, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
	if err := b.WaitFor(ctx, wan, 0); err != nil {
		t.Errorf("error %v for what is already there", err)
	}
}
