package peplink_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	revoke = "auth.token.revoke"
	logout = "logout"
)

// ways are the two kinds of session, and how each is ended.
var ways = map[string]struct {
	options  func(*peplink.Options)
	endpoint string
}{
	"token":  {func(*peplink.Options) {}, revoke},
	"cookie": {asUser, logout},
}

func inBothWays(t *testing.T, test func(t *testing.T, b *bench, endpoint string)) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, setup{options: way.options})
			ok(t, b.wans())
			test(t, b, way.endpoint)
		})
	}
}

func (b *bench) valid() int { return b.ValidTokens() + b.ValidCookies() }

func TestEndSession(t *testing.T) {
	inBothWays(t, func(t *testing.T, b *bench, endpoint string) {
		ok(t, b.client.EndSession(t.Context()))
		b.wantCount(endpoint, 1)
		if b.valid() != 0 {
			t.Error("the session lives on")
		}
		if got := b.Connections().Accepted(); got != 1 {
			t.Errorf("%d connections, want the one that was open", got)
		}
		ok(t, b.client.EndSession(t.Context())) // again, to no harm
		b.wantCount(endpoint, 1)
	})
}

// A session that is over, or never was, is not ended.
func TestNoSessionToEnd(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.client.EndSession(t.Context()))
	b.wantCount(peplinktest.EveryEndpoint, 0)

	b = newBench(t, setup{})
	ok(t, b.wans())
	b.Clock().Set(b.client.Status().Session.Expiry)
	ok(t, b.client.EndSession(t.Context()))
	b.wantCount(revoke, 0)
}

// A courtesy is no reason to dial: the router may be away, or on a metered SIM.
func TestEndSessionWithoutConnection(t *testing.T) {
	inBothWays(t, func(t *testing.T, b *bench, endpoint string) {
		b.SetFault(wan, peplinktest.Fault{Cut: true})
		if b.wans() == nil { // after which pooled connections are dropped
			t.Fatal("no failure")
		}
		accepted := b.Connections().Accepted()
		wantReason(t, b.client.EndSession(t.Context()), endpoint, peplink.ReasonConnect)
		b.wantCount(endpoint, 0)
		if got := b.Connections().Accepted(); got != accepted {
			t.Errorf("%d new connections", got-accepted)
		}
	})
}

func TestNoDialAfterEndSession(t *testing.T) {
	inBothWays(t, func(t *testing.T, b *bench, _ string) {
		ok(t, b.client.EndSession(t.Context()))
		accepted := b.Connections().Accepted()
		for range 2 { // no session begins, over the open connection or a new one
			failure, isOurs := errors.AsType[*peplink.Error](b.wans())
			if !isOurs || !strings.Contains(failure.Detail, "closed") {
				t.Errorf("%v, want a closed client", failure)
			}
		}
		if got := b.Connections().Accepted(); got != accepted {
			t.Errorf("%d new connections", got-accepted)
		}
	})
}

func TestEndSessionOfHangingRouter(t *testing.T) {
	inBothWays(t, func(t *testing.T, b *bench, endpoint string) {
		b.SetFault(endpoint, peplinktest.Fault{Hang: true})
		ctx, leave := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.client.EndSession(ctx) }()
		b.waitFor(endpoint, 1)
		leave()
		wantReason(t, <-ended, endpoint, peplink.ReasonTimeout)

		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		ok(t, b.client.EndSession(ctx)) // the session is over for the client all the same
		b.wantCount(endpoint, 1)
	})
}

// Requests under way keep nobody from ending the session, if it can be told without a new
// connection.
func TestEndSessionAmidRequests(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.MaxIdleConnections = 2 }})
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	asked := make(chan []error, 1)
	go func() {
		asked <- atOnce(2, func() error {
			_, err := b.client.WANConnections(ctx)
			return err
		})
	}()
	b.waitFor(wan, 2)
	// Both connections are busy, and there is to be no third.
	wantReason(t, b.client.EndSession(t.Context()), revoke, peplink.ReasonConnect)
	b.wantCount(revoke, 0)
	leave()
	for _, err := range <-asked {
		wantReason(t, err, wan, peplink.ReasonTimeout)
	}
}

func TestNoSecretInEndSession(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"forbidden": {Forbidden: true}, "http": {Status: 500}, "cut": {Cut: true}, "decode": {LoginPage: true},
	} {
		t.Run(name, func(t *testing.T) {
			inBothWays(t, func(t *testing.T, b *bench, endpoint string) {
				secrets := append(secretsOf(b), append(b.Cookies(), peplinktest.Password)...)
				b.SetFault(endpoint, fault)
				err := b.client.EndSession(t.Context())
				if err == nil {
					t.Fatal("no failure")
				}
				wantNone(t, err, secrets...)
				b.wantCount(grant, max(0, len(b.Tokens()))) // no new session for that
				b.wantCount(endpoint, 1)
			})
		})
	}
	inBothWays(t, func(t *testing.T, b *bench, endpoint string) {
		secrets := append(b.Tokens(), b.Cookies()...)
		b.SetFault(endpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "no such session: " + secrets[0]}})
		wantNone(t, b.client.EndSession(t.Context()), secrets...)
	})
}

// A back-off after refused credentials is ended by request, at most once in five minutes.
func TestEndBackOff(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(grant, peplinktest.Fault{Forbidden: true})
	refused := func(grants int) {
		t.Helper()
		wantReason(t, b.wans(), grant, peplink.ReasonAuth)
		b.wantCount(grant, grants)
	}
	b.client.EndBackOff() // of nothing, which is not to count
	refused(1)
	b.client.EndBackOff()
	refused(2)
	b.client.EndBackOff() // too soon
	refused(2)
	b.Clock().Advance(5*time.Minute - time.Nanosecond)
	refused(3) // the minute after the second refusal is over
	b.client.EndBackOff()
	refused(3)
	b.Clock().Advance(time.Nanosecond)
	b.client.EndBackOff()
	refused(4)
	b.ClearFault(grant)
	b.Clock().Advance(5 * time.Minute)
	b.client.EndBackOff()
	ok(t, b.wans())
}
