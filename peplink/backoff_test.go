package peplink_test

import (
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

// Every failure that the router words itself is a refusal, but for "Internal Error".
func TestRefusedGrant(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"code 401":    {Forbidden: true},
		"code 301":    {Fail: &peplinktest.Fail{Code: new(301), Message: "login failed"}},
		"no code":     {Fail: &peplinktest.Fail{Message: "denied"}},
		"unknown":     {Fail: &peplinktest.Fail{Code: new(1), Message: "unknown function"}},
		"HTTP 401":    {Status: 401},
		"HTTP 404":    {Status: 404},
		"Unsupported": {Fail: &peplinktest.Fail{Message: "Unsupported request"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{})
			b.SetFault(grant, fault)
			wantReason(t, b.wans(), grant, peplink.ReasonAuth)
			wantReason(t, b.wans(), grant, peplink.ReasonAuth)
			b.wantCount(grant, 1)
		})
	}
}

// What is no refusal is tried again with the next call.
func TestGrantNotRefused(t *testing.T) {
	for name, test := range map[string]struct {
		fault  peplinktest.Fault
		reason peplink.Reason
	}{
		"HTTP 500": {peplinktest.Fault{Status: 500}, peplink.ReasonHTTP},
		"web page": {peplinktest.Fault{LoginPage: true}, peplink.ReasonDecode},
		"cut":      {peplinktest.Fault{Cut: true}, peplink.ReasonHTTP},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{})
			b.SetFault(grant, test.fault)
			wantReason(t, b.wans(), grant, test.reason)
			b.ClearFault(grant)
			ok(t, b.wans())
			if got := b.client.Status().Session; got.Grants != 1 || got.Failures != 1 {
				t.Errorf("%d grants and %d failures, want one of each", got.Grants, got.Failures)
			}
		})
	}
}
