package peplinktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestFaultsThatReplaceTheAnswer(t *testing.T) {
	b := newBench(t)
	token := b.token()
	const ctJSON, ctHTML = "application/json", "text/html"
	for name, test := range map[string]struct {
		fault       peplinktest.Fault
		status      int
		contentType string
		body        string // the whole of it, or a part if it begins with *
	}{
		"HTTP 401":        {peplinktest.Fault{Status: 401}, 401, ctHTML, "*Unauthorized"},
		"HTTP 404":        {peplinktest.Fault{Status: 404}, 404, ctHTML, "*Not Found"},
		"HTTP 500":        {peplinktest.Fault{Status: 500}, 500, ctHTML, "*Internal Server Error"},
		"HTTP 204":        {peplinktest.Fault{Status: 204}, 204, ctHTML, ""},
		"fail":            {peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(301), Message: "No"}}, 200, ctJSON, `{"stat":"fail","code":301,"message":"No"}`},
		"no code":         {peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}}, 200, ctJSON, `{"stat":"fail","message":"Internal Error"}`},
		"fail with 500":   {peplinktest.Fault{Status: 500, Fail: &peplinktest.Fail{Message: "x"}}, 500, ctJSON, `{"stat":"fail","message":"x"}`},
		"forbidden":       {peplinktest.Fault{Forbidden: true}, 200, ctJSON, `{"stat":"fail","code":401,"message":"Unauthorized"}`},
		"login page":      {peplinktest.Fault{LoginPage: true}, 200, ctHTML, "*<form"},
		"redirect":        {peplinktest.Fault{Redirect: "https://192.0.2.9/login"}, 302, ctHTML, "*Found"},
		"moved":           {peplinktest.Fault{Redirect: "https://192.0.2.9/login", Status: 307}, 307, ctHTML, "*Found"},
		"body":            {peplinktest.Fault{Body: new(`{"stat":"ok"`)}, 200, ctJSON, `{"stat":"ok"`},
		"empty body":      {peplinktest.Fault{Body: new("")}, 200, ctJSON, ""},
		"other type":      {peplinktest.Fault{Body: new("[]"), ContentType: "text/plain"}, 200, "text/plain", "[]"},
		"nesting":         {peplinktest.Fault{Nesting: 3}, 200, ctJSON, `{"stat":"ok","response":[[[]]]}`},
		"own type, no JS": {peplinktest.Fault{ContentType: "text/javascript"}, 200, "text/javascript", `*"stat":"ok"`},
	} {
		t.Run(name, func(t *testing.T) {
			b.SetFault(wan, test.fault)
			r := b.get(wan, token, "")
			if r.status != test.status || !strings.HasPrefix(r.contentType, test.contentType) {
				t.Errorf("answer %d %s, want %d %s", r.status, r.contentType, test.status, test.contentType)
			}
			if part, isPart := strings.CutPrefix(test.body, "*"); isPart && !strings.Contains(r.body, part) || !isPart && r.body != test.body {
				t.Errorf("body %q, want %q", r.body, test.body)
			}
			if r.location != test.fault.Redirect {
				t.Errorf("location %q, want %q", r.location, test.fault.Redirect)
			}
			requests := b.Requests()
			if last := requests[len(requests)-1]; last.Status != test.status {
				t.Errorf("log says status %d, want %d", last.Status, test.status)
			}
			b.get(allowance, token, "").wantOK(t)
			b.ClearFault(wan)
			b.get(wan, token, "").wantOK(t)
		})
	}
}

func TestOversize(t *testing.T) {
	b := newBench(t)
	for want := range map[int]bool{64: true, 5 << 20: true} {
		b.SetFault(wan, peplinktest.Fault{Oversize: want})
		r := b.get(wan, "", "")
		if len(r.body) != want || r.envelope.Stat != "ok" {
			t.Errorf("%d bytes with stat %q, want %d bytes of sound JSON", len(r.body), r.envelope.Stat, want)
		}
	}
}

func TestForbiddenAsHTTP401(t *testing.T) {
	b := newBench(t, peplinktest.WithHTTP401())
	b.SetFault(wan, peplinktest.Fault{Forbidden: true})
	if r := b.get(wan, b.token(), ""); r.status != http.StatusUnauthorized {
		t.Errorf("HTTP status %d, want 401", r.status)
	}
}

func TestFaultTimesAndPrecedence(t *testing.T) {
	b := newBench(t)
	token := b.token()
	b.SetFault(peplinktest.EveryEndpoint, peplinktest.Fault{Status: 500})
	b.SetFault(wan, peplinktest.Fault{Status: 404, Times: 2})
	for i, want := range []int{404, 404, 500, 500} {
		if got := b.get(wan, token, "").status; got != want {
			t.Errorf("request %d: status %d, want %d", i+1, got, want)
		}
	}
	want := map[string]peplinktest.Fault{peplinktest.EveryEndpoint: {Status: 500}}
	if diff := cmp.Diff(want, b.State().Faults); diff != "" {
		t.Errorf("faults in force (-want +got):\n%s", diff)
	}
	b.SetFault(allowance, peplinktest.Fault{Status: 503})
	b.ClearFault(peplinktest.EveryEndpoint)
	b.get(wan, token, "").wantOK(t)
	b.get(allowance, token, "").wantOK(t)
}

func TestFaultyGrantIssuesNoToken(t *testing.T) {
	b := newBench(t)
	b.SetFault(grant, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}, Times: 1})
	b.post("/api/"+grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)).wantFail(t, 0, "Internal Error")
	if tokens := b.Tokens(); len(tokens) != 0 {
		t.Errorf("%d tokens issued, want none", len(tokens))
	}
	b.token()
}

func TestCut(t *testing.T) {
	b := newBench(t)
	token := b.token()
	whole := b.get(wan, token, "").body
	b.SetFault(wan, peplinktest.Fault{Cut: true})
	r, err := b.do(b.request(http.MethodGet, "/api/"+wan+"?accessToken="+token, ""))
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want an unexpected end", err)
	}
	if r.status != http.StatusOK || r.body != whole[:len(whole)/2] {
		t.Errorf("answer %d with %d bytes, want 200 with %d", r.status, len(r.body), len(whole)/2)
	}
}

func TestDrip(t *testing.T) {
	b := newBench(t)
	token := b.token()
	want := b.get(firmware, token, "").body
	b.SetFault(firmware, peplinktest.Fault{DripMilliseconds: 1})
	if got := b.get(firmware, token, "").body; got != want {
		t.Errorf("dripped %q, want %q", got, want)
	}
	b.SetFault(firmware, peplinktest.Fault{DripMilliseconds: 3_600_000})
	p := b.start(b.t.Context(), firmware, token)
	<-p.begun
	b.stillHangs(p)
	b.ClearFault(firmware)
	p.wantBody(t, want)
}

// pending is a request that may hang: begun is closed with its headers or its
// end, done with its end.
type pending struct {
	begun, done chan struct{}
	status      int
	body        string
	err         error
}

func (b *bench) start(ctx context.Context, endpoint, token string) *pending {
	b.t.Helper()
	request := b.request(http.MethodGet, "/api/"+endpoint+"?accessToken="+token, "").WithContext(ctx)
	p := &pending{begun: make(chan struct{}), done: make(chan struct{})}
	begun := sync.OnceFunc(func() { close(p.begun) })
	go func() {
		defer close(p.done)
		defer begun()
		response, err := b.client.Do(request)
		if err != nil {
			p.err = err
			return
		}
		defer response.Body.Close()
		p.status = response.StatusCode
		begun()
		body, err := io.ReadAll(response.Body)
		p.body, p.err = string(body), err
	}()
	b.t.Cleanup(func() { <-p.done })
	return p
}

// wantBody waits for the whole answer.
func (p *pending) wantBody(t *testing.T, part string) {
	t.Helper()
	<-p.done
	if p.err != nil || p.status != http.StatusOK || !json.Valid([]byte(p.body)) || !strings.Contains(p.body, part) {
		t.Errorf("answer %d %q (%v), want 200 and all of it, with %q", p.status, p.body, p.err, part)
	}
}

// stillHangs is sure: the router itself says that it has not answered.
func (b *bench) stillHangs(p *pending) {
	b.t.Helper()
	select {
	case <-p.done:
		b.t.Fatalf("ended: %d %q %v", p.status, p.body, p.err)
	default:
	}
	if got := b.InFlight(); got != 1 {
		b.t.Fatalf("%d requests in flight, want the one that hangs", got)
	}
}

func TestHangEndsWhenTheFaultIsCleared(t *testing.T) {
	for name, clear := range map[string]func(*bench){
		"cleared":     func(b *bench) { b.ClearFault(wan) },
		"all cleared": func(b *bench) { b.ClearFault(peplinktest.EveryEndpoint) },
		"replaced":    func(b *bench) { b.SetFault(wan, peplinktest.Fault{Status: 500}) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			token := b.token()
			b.SetFault(wan, peplinktest.Fault{Hang: true, Times: 1})
			p := b.start(t.Context(), wan, token)
			if err := b.WaitFor(t.Context(), wan, 1); err != nil {
				t.Fatal(err)
			}
			b.stillHangs(p)
			clear(b)
			p.wantBody(t, `"stat":"ok"`)
		})
	}
}

func TestHangIsJudgedWhenItEnds(t *testing.T) {
	b := newBench(t)
	token := b.token()
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	p := b.start(t.Context(), wan, token)
	if err := b.WaitFor(t.Context(), wan, 1); err != nil {
		t.Fatal(err)
	}
	b.RevokeTokens()
	b.ClearFault(wan)
	p.wantBody(t, "Unauthorized") // the token was revoked meanwhile
}

func TestHangEndsWhenTheClientLeaves(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"no byte":       {Hang: true},
		"after headers": {HangAfterHeaders: true},
		"drip":          {DripMilliseconds: 3_600_000},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			token := b.token()
			b.SetFault(wan, fault)
			ctx, leave := context.WithCancel(t.Context())
			p := b.start(ctx, wan, token)
			if err := b.WaitFor(t.Context(), wan, 1); err != nil {
				t.Fatal(err)
			}
			if !fault.Hang {
				<-p.begun
			}
			b.stillHangs(p)
			leave()
			if err := b.WaitIdle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{true: 0, false: 200}[fault.Hang]; b.Requests()[1].Status != want {
				t.Errorf("log says status %d, want %d", b.Requests()[1].Status, want)
			}
		})
	}
}

func TestHangOfAPostEndsWhenTheClientLeaves(t *testing.T) {
	b := newBench(t)
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	request := b.request(http.MethodPost, "/api/"+grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret))
	ended := make(chan error)
	go func() {
		_, err := b.do(request.WithContext(ctx))
		ended <- err
	}()
	if err := b.WaitFor(t.Context(), grant, 1); err != nil {
		t.Fatal(err)
	}
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
	if err := b.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestHangEndsWithTheRouterOrItsServer(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"no byte":       {Hang: true},
		"after headers": {HangAfterHeaders: true},
		"drip":          {DripMilliseconds: 3_600_000},
	} {
		for what, end := range map[string]func(*bench){
			"router": func(b *bench) { b.Close(); b.Close() },
			"server": func(b *bench) { _ = b.server.Close() },
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				b := newBench(t)
				token := b.token()
				b.SetFault(wan, fault)
				p := b.start(t.Context(), wan, token)
				if err := b.WaitFor(t.Context(), wan, 1); err != nil {
					t.Fatal(err)
				}
				end(b)
				<-p.done
				if p.err == nil {
					t.Error("the request was answered in full")
				}
				if err := b.WaitIdle(t.Context()); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

func TestHangAfterHeadersGoesOnWhenCleared(t *testing.T) {
	b := newBench(t)
	token := b.token()
	want := b.get(wan, token, "").body
	b.SetFault(wan, peplinktest.Fault{HangAfterHeaders: true})
	p := b.start(t.Context(), wan, token)
	<-p.begun
	b.stillHangs(p)
	b.ClearFault(wan)
	p.wantBody(t, want)
}

func TestWedgedConnections(t *testing.T) {
	b := newBench(t)
	token := b.token()
	b.get(wan, token, "").wantOK(t)
	b.WedgeConnections()
	ctx, leave := context.WithCancel(t.Context())
	p := b.start(ctx, wan, token)
	if err := b.WaitFor(t.Context(), wan, 2); err != nil {
		t.Fatal(err)
	}
	b.stillHangs(p)
	b.ClearFault(peplinktest.EveryEndpoint) // a wedge is no fault of an endpoint
	b.stillHangs(p)
	leave()
	if err := b.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.client.CloseIdleConnections()
	b.get(wan, token, "").wantOK(t)
	requests := b.Requests()
	if requests[1].RemoteAddr != requests[2].RemoteAddr || requests[2].RemoteAddr == requests[3].RemoteAddr {
		t.Errorf("addresses %s, %s, %s: want the old connection to hang and a new one to work",
			requests[1].RemoteAddr, requests[2].RemoteAddr, requests[3].RemoteAddr)
	}
}
