package peplink_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Refused credentials are tried once, then not for 30 s, 1, 2, 4 … 15 min.
func TestBackOff(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithClient("another", "client")}})
	refused := func() {
		t.Helper()
		wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	}
	refused()
	b.wantCount(grant, 1)
	waits := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	for i, wait := range waits {
		for _, err := range atOnce(10, b.wans) {
			wantReason(t, err, grant, peplink.ReasonAuth)
		}
		b.Clock().Advance(wait - time.Nanosecond)
		refused()
		b.wantCount(grant, i+1)                      // the jitter only lengthens it
		b.Clock().Advance(wait/10 + time.Nanosecond) // and by a tenth at most
		refused()
		b.wantCount(grant, i+2)
	}
	b.wantCount(wan, 0)
}

func TestBackOffBeginsAnew(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(grant, peplinktest.Fault{Forbidden: true})
	wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	b.Clock().Advance(time.Minute)
	wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	b.Clock().Advance(2 * time.Minute)
	b.ClearFault(grant)
	ok(t, b.wans())

	b.SetFault(grant, peplinktest.Fault{Forbidden: true})
	b.Clock().Set(b.client.Status().Session.Expiry)
	wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	b.ClearFault(grant)
	b.Clock().Advance(33 * time.Second)
	ok(t, b.wans()) // after 30 s again, not after two minutes
}

func TestChangedCredentialsEndBackOff(t *testing.T) {
	credentials := peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: "wrong"}
	b := newBench(t, setup{options: func(o *peplink.Options) {
		o.Credentials = func() (peplink.Credentials, error) { return credentials, nil }
	}})
	wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	credentials.ClientSecret = "also wrong"
	wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	b.wantCount(grant, 2)
	wantReason(t, b.wans(), grant, peplink.ReasonAuth)
	b.wantCount(grant, 2)
	credentials.ClientSecret = peplinktest.ClientSecret
	ok(t, b.wans())
	b.wantCount(grant, 3)
}

// Every answer that brings no session is followed by a back-off, but for "Internal Error".
// The first failure says what came; what comes of waiting is auth.
func TestRefusedGrant(t *testing.T) {
	first := map[string]peplink.Reason{
		"HTTP 500": peplink.ReasonHTTP, "redirect": peplink.ReasonHTTP,
		"web page": peplink.ReasonDecode, "too large": peplink.ReasonDecode,
	}
	for name, fault := range map[string]peplinktest.Fault{
		"code 401":    {Forbidden: true},
		"code 301":    {Fail: &peplinktest.Fail{Code: new(301), Message: "login failed"}},
		"no code":     {Fail: &peplinktest.Fail{Message: "denied"}},
		"unknown":     {Fail: &peplinktest.Fail{Code: new(1), Message: "unknown function"}},
		"HTTP 401":    {Status: 401},
		"HTTP 404":    {Status: 404},
		"Unsupported": {Fail: &peplinktest.Fail{Message: "Unsupported request"}},
		"forbidden":   {Fail: &peplinktest.Fail{Message: "Permission denied"}},
		"HTTP 403":    {Status: 403},
		"HTTP 429":    {Status: 429},
		"HTTP 500":    {Status: 500},
		"redirect":    {Redirect: "http://192.0.2.1/"},
		"web page":    {LoginPage: true},
		"too large":   {Oversize: 5 << 20},
		"no token":    {Body: new(`{"stat":"ok","response":{}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{})
			b.SetFault(grant, fault)
			wantReason(t, b.wans(), grant, cmp.Or(first[name], peplink.ReasonAuth))
			wantReason(t, b.wans(), grant, peplink.ReasonAuth)
			b.wantCount(grant, 1)
			b.ClearFault(grant)
			b.Clock().Advance(33 * time.Second)
			ok(t, b.wans())
		})
	}
}

// What is no answer is no refusal: it is tried again with the next call.
func TestGrantNotRefused(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(grant, peplinktest.Fault{Cut: true})
	wantReason(t, b.wans(), grant, peplink.ReasonHTTP)
	b.ClearFault(grant)
	ok(t, b.wans())
	if got := b.client.Status().Session; got.Grants != 1 || got.Failures != 1 {
		t.Errorf("%d grants and %d failures, want one of each", got.Grants, got.Failures)
	}
}
