package peplink_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestOneGrantForAll(t *testing.T) {
	b := newBench(t, setup{options: func(o *peplink.Options) { o.MaxIdleConnections = 10 }})
	for _, err := range atOnce(50, b.wans) {
		ok(t, err)
	}
	b.wantCount(grant, 1)
	b.wantCount(wan, 50)
	if got := b.client.Status().Session.Grants; got != 1 {
		t.Errorf("%d grants counted, want 1", got)
	}
}

func TestSessionIsShared(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	ok(t, b.allowances())
	ok(t, b.wans())
	b.wantCount(grant, 1)
}

func TestNoSessionYet(t *testing.T) {
	b := newBench(t, setup{})
	if got := b.client.Status().Session; got != (peplink.SessionStatus{}) {
		t.Errorf("session %+v before the first request", got)
	}
	b.wantCount(peplinktest.EveryEndpoint, 0)
}

func TestExpiry(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithTokenLife(time.Hour)}})
	ok(t, b.wans())
	first := b.client.Status().Session.Expiry
	if want := peplinktest.ReferenceTime().Add(time.Hour); !first.Equal(want) {
		t.Errorf("expiry %v, want %v", first, want)
	}
	b.Clock().Set(first)
	ok(t, b.wans())
	b.wantCount(grant, 2)
	b.wantCount(wan, 2) // the dead token was not tried
	if got, want := b.client.Status().Session.Expiry, first.Add(time.Hour); !got.Equal(want) {
		t.Errorf("expiry %v, want %v", got, want)
	}
}

func TestLife(t *testing.T) {
	const day = 24 * time.Hour
	for expiresIn, want := range map[string]time.Duration{
		"172800": 2 * day, `"172800"`: 2 * day, `"3600"`: time.Hour, "600": 10 * time.Minute, "30": 30 * time.Second, "29.9": time.Hour,
		"": time.Hour, "null": time.Hour, `""`: time.Hour, `"soon"`: time.Hour, "true": time.Hour, "[5]": time.Hour,
		"0": time.Hour, "-5": time.Hour, "1e300": time.Hour, "-1e300": time.Hour, `"1e999"`: time.Hour, "1e12": time.Hour,
	} {
		t.Run(expiresIn, func(t *testing.T) {
			b := newBench(t, setup{})
			body := `{"stat":"ok","response":{"accessToken":"t"}}`
			if expiresIn != "" {
				body = `{"stat":"ok","response":{"accessToken":"t","expiresIn":` + expiresIn + `}}`
			}
			b.SetFault(grant, peplinktest.Fault{Body: &body})
			b.SetFault(wan, peplinktest.Fault{Body: new(`{"stat":"ok"}`)})
			ok(t, b.wans())
			if got := b.client.Status().Session.Expiry.Sub(b.Clock().Now()); got != want {
				t.Errorf("life %v, want %v", got, want)
			}
		})
	}
}

func TestGrantWithoutToken(t *testing.T) {
	for body, reason := range map[string]peplink.Reason{
		`{"stat":"ok"}`: peplink.ReasonAuth, `{"stat":"ok","response":{}}`: peplink.ReasonAuth,
		`{"stat":"ok","response":{"accessToken":""}}`: peplink.ReasonAuth, `{"stat":"ok","response":{"accessToken":[1]}}`: peplink.ReasonAuth,
		`{"stat":"ok","response":[]}`: peplink.ReasonAuth, `{"stat":"ok","response":"t"}`: peplink.ReasonDecode, `<html>`: peplink.ReasonDecode,
	} {
		b := newBench(t, setup{})
		b.SetFault(grant, peplinktest.Fault{Body: &body})
		wantReason(t, b.wans(), grant, reason)
		b.wantCount(wan, 0)
		if got := b.client.Status().Session; got != (peplink.SessionStatus{Failures: 1}) {
			t.Errorf("%s: session %+v, want one failure and nothing else", body, got)
		}
		b.ClearFault(grant)
		b.Clock().Advance(33 * time.Second) // the back-off
		ok(t, b.wans())
	}
}

func TestStringsInGrant(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithExpiresInString()}})
	ok(t, b.wans())
	if got := b.client.Status().Session.Expiry.Sub(b.Clock().Now()); got != peplinktest.DefaultTokenLife {
		t.Errorf("life %v, want %v", got, peplinktest.DefaultTokenLife)
	}
}

// A missing secret costs no request, and heals when it is there.
func TestMissingSecret(t *testing.T) {
	missing := errors.New("secrets/bus-12.secret: no such file")
	var err error
	b := newBench(t, setup{options: func(o *peplink.Options) {
		o.Credentials = func() (peplink.Credentials, error) {
			credentials, _ := sound()
			return credentials, err
		}
	}})
	err = missing
	if failure := failureFor(t, b.wans(), grant, peplink.ReasonSecret); !errors.Is(failure, missing) {
		t.Errorf("%v does not hold its cause", failure)
	}
	b.wantCount(peplinktest.EveryEndpoint, 0)
	err = nil
	ok(t, b.wans())
	// While the token lives, nobody needs the secret.
	err = missing
	b.Clock().Set(b.client.Status().Session.RefreshDue)
	ok(t, b.wans())
	b.wantCount(grant, 1)
}

// A secret on a disk that hangs keeps nobody waiting who has a token, and nobody who only
// looks.
func TestSlowSecret(t *testing.T) {
	var isSlow atomic.Bool
	reading, release := make(chan struct{}, 10), make(chan struct{})
	b := newBench(t, setup{options: func(o *peplink.Options) {
		o.Credentials = func() (peplink.Credentials, error) {
			if isSlow.Load() {
				reading <- struct{}{}
				<-release
			}
			return sound()
		}
	}})
	ok(t, b.wans())
	isSlow.Store(true)
	b.Clock().Set(b.client.Status().Session.RefreshDue)
	inTime(t, "a poll with a valid token", func() { ok(t, b.wans()) })
	<-reading
	inTime(t, "a look at the status", func() { b.client.Status() })
	b.Clock().Set(b.client.Status().Session.Expiry)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	inTime(t, "a poll that has left", func() {
		_, err := b.client.WANConnections(ctx)
		wantReason(t, err, grant, peplink.ReasonTimeout)
	})
	inTime(t, "the end of the client", b.client.Close)
	close(release)
	b.wantCount(grant, 1)
}

// inTime checks that something ends at all.
func inTime(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(ample):
		t.Fatalf("%s does not end", what)
	}
}
