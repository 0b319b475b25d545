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
	b := granted(t, "max-hd2-8.3")
	const ctJSON, ctHTML = "application/json", "text/html"
	for name, test := range map[string]struct {
		fault       peplinktest.Fault
		status      int
		contentType string
		body        string // the whole of it, or a part if it begins with *
	}{
		"HTTP 401":      {peplinktest.Fault{Status: 401}, 401, ctHTML, "*Unauthorized"},
		"HTTP 500":      {peplinktest.Fault{Status: 500}, 500, ctHTML, "*Internal Server Error"},
		"HTTP 204":      {peplinktest.Fault{Status: 204}, 204, ctHTML, ""},
		"fail":          {peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(301), Message: "No"}}, 200, ctJSON, `{"stat":"fail","code":301,"message":"No"}`},
		"no code":       {peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}}, 200, ctJSON, `{"stat":"fail","message":"Internal Error"}`},
		"fail with 500": {peplinktest.Fault{Status: 500, Fail: &peplinktest.Fail{Message: "x"}}, 500, ctJSON, `{"stat":"fail","message":"x"}`},
		"forbidden":     {peplinktest.Fault{Forbidden: true}, 200, ctJSON, `{"stat":"fail","code":401,"message":"Unauthorized"}`},
		"login page":    {peplinktest.Fault{LoginPage: true}, 200, ctHTML, "*<form"},
		"redirect":      {peplinktest.Fault{Redirect: "https://192.0.2.9/login"}, 302, ctHTML, "*Found"},
		"moved":         {peplinktest.Fault{Redirect: "https://192.0.2.9/login", Status: 307}, 307, ctHTML, "*Found"},
		"body":          {peplinktest.Fault{Body: new(`{"stat":"ok"`)}, 200, ctJSON, `{"stat":"ok"`},
		"empty body":    {peplinktest.Fault{Body: new("")}, 200, ctJSON, ""},
		"other type":    {peplinktest.Fault{Body: new("[]"), ContentType: "text/plain"}, 200, "text/plain", "[]"},
		"nesting":       {peplinktest.Fault{Nesting: 3}, 200, ctJSON, `{"stat":"ok","response":[[[]]]}`},
		"large":         {peplinktest.Fault{Oversize: 70}, 200, ctJSON, `{"stat":"ok","response":{"padding":"` + strings.Repeat("x", 31) + `"}}`},
		"only the type": {peplinktest.Fault{ContentType: "text/javascript"}, 200, "text/javascript", `*"stat":"ok"`},
	} {
		t.Run(name, func(t *testing.T) {
			b.SetFault(wan, test.fault)
			r := b.get(wan)
			if got := r.Header.Get("Content-Type"); r.StatusCode != test.status || !strings.HasPrefix(got, test.contentType) {
				t.Errorf("answer %d %s, want %d %s", r.StatusCode, got, test.status, test.contentType)
			}
			if part, isPart := strings.CutPrefix(test.body, "*"); isPart && !strings.Contains(r.body, part) || !isPart && r.body != test.body {
				t.Errorf("body %q, want %q", r.body, test.body)
			}
			if got := r.Header.Get("Location"); got != test.fault.Redirect {
				t.Errorf("location %q, want %q", got, test.fault.Redirect)
			}
			b.get(allowance).wantOK(t)
			b.ClearFault(wan)
			b.get(wan).wantOK(t)
		})
	}
}

func TestFaultTimesAndPrecedence(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.SetFault(peplinktest.EveryEndpoint, peplinktest.Fault{Status: 500})
	b.SetFault(wan, peplinktest.Fault{Status: 404, Times: 2})
	for i, want := range []int{404, 404, 500, 500} {
		if got := b.get(wan).StatusCode; got != want {
			t.Errorf("request %d: status %d, want %d", i+1, got, want)
		}
	}
	want := map[string]peplinktest.Fault{peplinktest.EveryEndpoint: {Status: 500}}
	if diff := cmp.Diff(want, b.State().Faults); diff != "" {
		t.Errorf("faults in force (-want +got):\n%s", diff)
	}
	b.SetFault(allowance, peplinktest.Fault{Status: 503})
	b.ClearFault(peplinktest.EveryEndpoint)
	b.get(wan).wantOK(t)
	b.get(allowance).wantOK(t)
}

func TestFaultyGrantIssuesNoToken(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	b.SetFault(grant, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}, Times: 1})
	b.post(grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)).wantFail(t, 0, "Internal Error")
	if tokens := b.Tokens(); len(tokens) != 0 {
		t.Errorf("%d tokens issued, want none", len(tokens))
	}
	b.grant()
}

func TestCut(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	whole := b.get(wan).body
	b.SetFault(wan, peplinktest.Fault{Cut: true})
	r, err := b.do(b.request("GET", wan, ""))
	if !errors.Is(err, io.ErrUnexpectedEOF) || r.StatusCode != http.StatusOK || r.body != whole[:len(whole)/2] {
		t.Errorf("answer %d with %d bytes (%v), want 200 and half of %d bytes", r.StatusCode, len(r.body), err, len(whole))
	}
}

// pending is a request that may hang: begun is closed with its headers or its
// end, done with its end.
type pending struct {
	begun, done chan struct{}
	status      int
	body        string
	err         error
}

func (b *bench) start(ctx context.Context, request *http.Request) *pending {
	p := &pending{begun: make(chan struct{}), done: make(chan struct{})}
	begun := sync.OnceFunc(func() { close(p.begun) })
	go func() {
		defer close(p.done)
		defer begun()
		response, err := b.client.Do(request.WithContext(ctx))
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
	if p.err != nil || !json.Valid([]byte(p.body)) || !strings.Contains(p.body, part) {
		t.Errorf("answer %d %q (%v), want all of it, with %q", p.status, p.body, p.err, part)
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

// hanging are the faults that hang, of one of which the headers come.
var hanging = map[string]peplinktest.Fault{
	"no byte":       {Hang: true},
	"after headers": {HangAfterHeaders: true},
	"drip":          {DripMilliseconds: 3_600_000},
}

func TestHangs(t *testing.T) {
	for name, fault := range hanging {
		for how, test := range map[string]struct {
			end      func(b *bench, leave func())
			answered bool
		}{
			"cleared":        {func(b *bench, _ func()) { b.ClearFault(wan) }, true},
			"all cleared":    {func(b *bench, _ func()) { b.ClearFault(peplinktest.EveryEndpoint) }, true},
			"replaced":       {func(b *bench, _ func()) { b.SetFault(wan, peplinktest.Fault{Status: 500}) }, true},
			"client leaves":  {func(_ *bench, leave func()) { leave() }, false},
			"router is shut": {func(b *bench, _ func()) { b.Close(); b.Close() }, false},
			"server is shut": {func(b *bench, _ func()) { _ = b.Server.Close() }, false},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				b := granted(t, "max-hd2-8.3")
				b.SetFault(wan, fault)
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				p := b.start(ctx, b.request("GET", wan, ""))
				b.WaitFor(wan, 1)
				if !fault.Hang {
					<-p.begun
				}
				b.stillHangs(p)
				test.end(b, leave)
				if test.answered {
					p.wantBody(t, `"stat":"ok"`)
				} else if <-p.done; p.err == nil {
					t.Error("the request was answered in full")
				}
				b.WaitIdle()
			})
		}
	}
}

func TestHangIsJudgedWhenItEnds(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	p := b.start(t.Context(), b.request("GET", wan, ""))
	b.WaitFor(wan, 1)
	b.RevokeTokens()
	b.ClearFault(wan)
	p.wantBody(t, "Unauthorized") // the token was revoked meanwhile
}

func TestHangOfAPostEndsWhenTheClientLeaves(t *testing.T) {
	b := newBench(t, "max-hd2-8.3")
	b.SetFault(grant, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	p := b.start(ctx, b.request("POST", grant, credentials(peplinktest.ClientID, peplinktest.ClientSecret)))
	b.WaitFor(grant, 1)
	leave()
	if <-p.done; !errors.Is(p.err, context.Canceled) {
		t.Errorf("error %v, want canceled", p.err)
	}
	b.WaitIdle()
}

func TestDrip(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	want := b.get(firmware).body
	b.SetFault(firmware, peplinktest.Fault{DripMilliseconds: 1})
	if got := b.get(firmware).body; got != want {
		t.Errorf("dripped %q, want %q", got, want)
	}
}

func TestWedgedConnections(t *testing.T) {
	b := granted(t, "max-hd2-8.3")
	b.get(wan).wantOK(t)
	b.WedgeConnections()
	ctx, leave := context.WithCancel(t.Context())
	p := b.start(ctx, b.request("GET", wan, ""))
	b.WaitFor(wan, 2)
	b.ClearFault(peplinktest.EveryEndpoint) // a wedge is no fault of an endpoint
	b.stillHangs(p)
	leave()
	b.WaitIdle()
	b.client.CloseIdleConnections()
	b.get(wan).wantOK(t)
	requests := b.Requests()
	if requests[1].RemoteAddr != requests[2].RemoteAddr || requests[2].RemoteAddr == requests[3].RemoteAddr {
		t.Error("want the old connection to hang and a new one to work")
	}
}
