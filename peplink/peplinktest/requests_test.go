package peplinktest_test

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestRequestLog(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	b.get("/")
	b.get(wan)
	b.token = b.grant()
	b.get(wan + "?id=1%202&lite=no")
	b.get(wan + "?id=1&id=2&x")
	b.get(pepvpn + "?tunnelOption=1-1&tunnelOption=1-2")
	b.RevokeTokens()
	b.get(allowance)
	b.get("status.nothing?accessToken=never")
	at := peplinktest.ReferenceTime()
	want := []peplinktest.Request{
		{Time: at, Method: "GET", Path: "/", Token: "none", Status: 200},
		{Time: at, Method: "GET", Path: "/api/" + wan, Endpoint: wan, Token: "none", Status: 200, Stat: "fail", Code: new(401)},
		{Time: at, Method: "POST", Path: "/api/" + grant, Endpoint: grant, Token: "none", Status: 200, Stat: "ok"},
		{Time: at, Method: "GET", Path: "/api/" + wan, Endpoint: wan, Token: "ok", TokenNumber: 1, Params: map[string]string{"id": "1 2", "lite": "no"}, Status: 200, Stat: "ok"},
		{Time: at, Method: "GET", Path: "/api/" + wan, Endpoint: wan, Token: "ok", TokenNumber: 1, Params: map[string]string{"id": "1"}, Status: 200, Stat: "fail", Code: new(3)},
		{Time: at, Method: "GET", Path: "/api/" + pepvpn, Endpoint: pepvpn, Token: "ok", TokenNumber: 1, Params: map[string]string{"tunnelOption": "1-1&1-2"}, Status: 200, Stat: "ok"},
		{Time: at, Method: "GET", Path: "/api/" + allowance, Endpoint: allowance, Token: "refused", TokenNumber: 1, Status: 200, Stat: "fail", Code: new(401)},
		{Time: at, Method: "GET", Path: "/api/status.nothing", Endpoint: "status.nothing", Token: "refused", Status: 200, Stat: "fail", Code: new(1)},
	}
	ignore := cmpopts.IgnoreFields(peplinktest.Request{}, "RemoteAddr")
	if diff := cmp.Diff(want, b.Requests(), ignore, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	for endpoint, want := range map[string]int{wan: 3, grant: 1, allowance: 1, firmware: 0, peplinktest.EveryEndpoint: 8} {
		if got := b.Count(endpoint); got != want || b.State().Requests[endpoint] != want && endpoint != peplinktest.EveryEndpoint {
			t.Errorf("count of %s is %d, want %d", endpoint, got, want)
		}
	}
	b.ClearRequests()
	if requests := b.Requests(); len(requests) != 0 || b.Count(wan) != 0 || b.MostInFlight() != 0 {
		t.Errorf("cleared, the log holds %v", requests)
	}
	if len(b.Tokens()) != 1 {
		t.Error("tokens are forgotten with the log")
	}
}

func TestTheLogIsBounded(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	const sent = 10_500
	for range sent {
		b.ServeHTTP(httptest.NewRecorder(), b.request("GET", "/", ""))
	}
	if got := len(b.Requests()); got < 9_000 || got > 10_000 || b.Count(peplinktest.EveryEndpoint) != sent {
		t.Errorf("%d requests kept, %d counted of %d", got, b.Count(peplinktest.EveryEndpoint), sent)
	}
}

func TestInFlight(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	for range 50 { // one after the other is never two at a time
		b.get(firmware)
	}
	if got := b.MostInFlight(); got != 1 {
		t.Errorf("most in flight %d, want 1", got)
	}
	b.SetFault(firmware, peplinktest.Fault{Hang: true})
	for range 3 {
		b.start(t.Context(), b.request("GET", firmware, ""))
	}
	b.WaitFor(firmware, 53)
	if got := b.MostInFlight(); got != 3 || b.InFlight() != 3 {
		t.Errorf("in flight %d, at most %d, want 3", b.InFlight(), got)
	}
	b.ClearFault(firmware)
	b.WaitIdle()
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range []error{b.Router.WaitFor(ctx, wan, 1), b.Connections().WaitOpen(ctx, 1)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want canceled", err)
		}
	}
	if err := errors.Join(b.Router.WaitFor(ctx, wan, 0), b.Connections().WaitOpen(ctx, 0)); err != nil {
		t.Errorf("error %v for what is already there", err)
	}
}

func TestConnectionsAreCounted(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	want := func(accepted, open int) {
		t.Helper()
		b.WaitOpen(open)
		if c := b.Connections(); c.Accepted() != accepted || c.Open() != open {
			t.Errorf("%d connections accepted, %d open, want %d and %d", c.Accepted(), c.Open(), accepted, open)
		}
	}
	want(0, 0)
	for range 3 { // kept alive
		b.get(firmware)
	}
	want(1, 1)
	b.client.CloseIdleConnections()
	want(1, 0)
	silent, err := new(net.Dialer).DialContext(t.Context(), "tcp", b.URL[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	want(2, 1)
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	want(2, 0)
}

func TestConnectionsOfAnotherServer(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	server := httptest.NewUnstartedServer(b.Router)
	server.Config.ConnState = b.Connections().Track
	server.Start()
	defer server.Close()
	b.URL = server.URL
	b.get(firmware)
	b.WaitOpen(1)
	b.client.CloseIdleConnections()
}

func TestOnRequest(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	var asked []string
	b.OnRequest(func(endpoint string) {
		asked = append(asked, endpoint)
		b.Change(firmware, "/2/version", "as of now")
	})
	b.get(firmware).wantResponse(t, `{"2":{"version":"as of now","bootable":true,"inUse":true},"order":[2]}`)
	b.get("/")
	if diff := cmp.Diff([]string{firmware, ""}, asked); diff != "" {
		t.Errorf("told of (-want +got):\n%s", diff)
	}
}

// The clock is what a test says it is, or runs.
func TestClocks(t *testing.T) {
	system := peplinktest.SystemClock()
	system.Set(peplinktest.ReferenceTime())
	first := system.Now()
	if first.Before(peplinktest.ReferenceTime()) || system.Now().Before(first) {
		t.Errorf("set, it shows %v, then runs backwards", first)
	}
	frozen := peplinktest.NewClock(peplinktest.ReferenceTime())
	frozen.Advance(-1)
	if want := peplinktest.ReferenceTime().Add(-1); !frozen.Now().Equal(want) {
		t.Errorf("a frozen clock put back shows %v", frozen.Now())
	}
}
