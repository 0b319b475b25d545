package peplink_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const login = "login"

// asUser makes a client one of a user, as routers without API clients need.
func asUser(o *peplink.Options) {
	o.Credentials = func() (peplink.Credentials, error) {
		return peplink.Credentials{Username: peplinktest.Username, Password: peplinktest.Password}, nil
	}
}

func TestLogin(t *testing.T) {
	b := newBench(t, setup{options: asUser})
	for range 3 {
		ok(t, b.wans())
		ok(t, b.allowances())
		b.Clock().Advance(time.Hour)
	}
	b.wantCount(login, 1)
	b.wantCount(grant, 0)
	for _, request := range b.Requests() {
		if request.Endpoint != login && (request.Cookie != peplinktest.TokenOK || request.Token != peplinktest.TokenNone) {
			t.Errorf("%s: cookie %q, token %q", request.Endpoint, request.Cookie, request.Token)
		}
	}
	got := b.client.Status().Session
	wantEqual(t, "session", peplink.SessionStatus{Grants: 1, Number: 1}, got) // which ends when the router says so
}

func TestLoginOfMany(t *testing.T) {
	b := newBench(t, setup{options: asUser})
	for _, err := range atOnce(50, b.wans) {
		ok(t, err)
	}
	b.wantCount(login, 1)
}

// The cookie's name is another on https, and may be any.
func TestLoginOverTLS(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	ok(t, err)
	b := newBench(t, setup{certificate: &certificate, options: func(o *peplink.Options) {
		asUser(o)
		o.TLS.Fingerprints = [][32]byte{sha256.Sum256(certificate.Certificate[0])}
	}})
	ok(t, b.wans())
	ok(t, b.wans())
	b.wantCount(login, 1)
	if cookies := b.Cookies(); len(cookies) != 1 || b.ValidCookies() != 1 {
		t.Errorf("%d cookies issued, %d valid, want one", len(cookies), b.ValidCookies())
	}
}

func TestCookieOfAnyName(t *testing.T) {
	var logins, reads atomic.Int64
	client := serveUser(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/"+login) {
			logins.Add(1)
			http.SetCookie(w, &http.Cookie{Name: "session-of-8.9", Value: "v", Path: "/", HttpOnly: true})
			_, _ = w.Write([]byte(`{"stat":"ok","response":{"permission":{"GET":1,"POST":0}}}`))
			return
		}
		if cookie, err := r.Cookie("session-of-8.9"); err == nil && cookie.Value == "v" && len(r.Cookies()) == 1 {
			reads.Add(1)
		}
		_, _ = w.Write([]byte(`{"stat":"ok"}`))
	})
	for range 2 {
		_, err := client.WANConnections(t.Context())
		ok(t, err)
	}
	if logins.Load() != 1 || reads.Load() != 2 {
		t.Errorf("%d logins, %d requests with the cookie, want one and two", logins.Load(), reads.Load())
	}
}

func TestLostCookie(t *testing.T) {
	inUserDialects(t, func(t *testing.T, b *bench) {
		ok(t, b.wans())
		b.RevokeTokens()
		for _, err := range atOnce(10, b.wans) {
			ok(t, err)
		}
		b.wantCount(login, 2)
		b.Clock().Advance(peplinktest.DefaultSessionIdle) // the router logs out whoever is idle
		ok(t, b.wans())
		b.wantCount(login, 3)
		if number := b.client.Status().Session.Number; number != 3 {
			t.Errorf("session %d, want the third", number)
		}
	})
}

// Logins are as spaced as grants are: each is a line in the router's event log.
func TestLoginSpacing(t *testing.T) {
	inUserDialects(t, func(t *testing.T, b *bench) {
		for range 2 {
			ok(t, b.wans())
			b.RevokeTokens()
		}
		wantReason(t, b.wans(), wan, peplink.ReasonAuth)
		b.wantCount(login, 2)
		b.Clock().Advance(time.Minute)
		ok(t, b.wans())
		b.wantCount(login, 3)
	})
}

func TestUserMayNotReadEndpoint(t *testing.T) {
	inUserDialects(t, func(t *testing.T, b *bench) {
		b.Forbid(allowance)
		ok(t, b.wans())
		wantReason(t, b.allowances(), allowance, peplink.ReasonForbidden)
		ok(t, b.wans())
		b.wantCount(login, 1)
	})
}

func inUserDialects(t *testing.T, test func(*testing.T, *bench)) {
	for name, dialect := range dialects {
		t.Run(name, func(t *testing.T) { test(t, newBench(t, setup{router: dialect, options: asUser})) })
	}
}

func TestBadPassword(t *testing.T) {
	password := "not-the-pass/word+of=anybody"
	b := newBench(t, setup{options: func(o *peplink.Options) {
		o.Credentials = func() (peplink.Credentials, error) {
			return peplink.Credentials{Username: peplinktest.Username, Password: password}, nil
		}
	}})
	wantNone(t, b.wans(), password)
	for _, err := range atOnce(50, b.wans) {
		wantReason(t, err, login, peplink.ReasonAuth)
	}
	b.Clock().Advance(30*time.Second - time.Nanosecond)
	wantReason(t, b.wans(), login, peplink.ReasonAuth)
	b.wantCount(peplinktest.EveryEndpoint, 1)
	b.Clock().Advance(4 * time.Second)
	wantReason(t, b.wans(), login, peplink.ReasonAuth)
	b.wantCount(login, 2)
	password = peplinktest.Password // changed credentials end the back-off
	ok(t, b.wans())
	b.wantCount(login, 3)
}

func TestLoginAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		body, cookie string
		reason       peplink.Reason
	}{
		"may not read":           {`{"stat":"ok","response":{"permission":{"GET":0,"POST":1}}}`, "v", peplink.ReasonAuth},
		"may not, as text":       {`{"stat":"ok","response":{"permission":{"GET":"0"}}}`, "v", peplink.ReasonAuth},
		"may not, and no cookie": {`{"stat":"ok","response":{"permission":{"GET":0}}}`, "", peplink.ReasonAuth},
		"no cookie":              {`{"stat":"ok","response":{"permission":{"GET":1}}}`, "", peplink.ReasonAuth},
		"no object":              {`{"stat":"ok","response":"welcome"}`, "v", peplink.ReasonDecode},
		"web page":               {`<html>`, "v", peplink.ReasonDecode},
		"bad password":           {`{"stat":"fail","code":301,"message":"no"}`, "", peplink.ReasonAuth},
		"unauthorized":           {`{"stat":"fail","code":401,"message":"Unauthorized"}`, "", peplink.ReasonAuth},
		"unknown function":       {`{"stat":"fail","message":"unknown function"}`, "", peplink.ReasonAuth},
		"no permission told":     {`{"stat":"ok"}`, "v", ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := serveUser(t, func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/"+login) {
					_, _ = w.Write([]byte(`{"stat":"ok"}`))
					return
				}
				if test.cookie != "" {
					http.SetCookie(w, &http.Cookie{Name: "pauth", Value: test.cookie, Path: "/"})
				}
				_, _ = w.Write([]byte(test.body))
			})
			_, err := client.WANConnections(t.Context())
			if test.reason == "" {
				ok(t, err)
				return
			}
			wantReason(t, err, login, test.reason)
			wantNone(t, err, peplinktest.Password)
		})
	}
}

// Neither password nor cookie is told, whatever fails and whatever the router repeats.
func TestNoSecretOfUser(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"forbidden": {Forbidden: true}, "http": {Status: 500}, "cut": {Cut: true}, "decode": {LoginPage: true},
	} {
		for _, endpoint := range []string{login, wan} {
			t.Run(name+", "+endpoint, func(t *testing.T) {
				b := newBench(t, setup{options: asUser})
				b.SetFault(endpoint, fault)
				err := b.wans()
				if err == nil {
					t.Fatal("no failure")
				}
				wantNone(t, err, append(b.Cookies(), peplinktest.Password)...)
			})
		}
	}
	t.Run("repeated", func(t *testing.T) {
		b := newBench(t, setup{options: asUser})
		ok(t, b.wans())
		said := peplinktest.Password + " " + b.Cookies()[0]
		b.SetFault(wan, peplinktest.Fault{Fail: &peplinktest.Fail{Message: said}})
		wantNone(t, b.wans(), b.Cookies()[0], peplinktest.Password)
	})
	t.Run("timeout", func(t *testing.T) {
		b := newBench(t, setup{options: asUser})
		b.SetFault(login, peplinktest.Fault{Hang: true})
		ctx, leave := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := b.client.WANConnections(ctx)
			failed <- err
		}()
		b.waitFor(login, 1)
		leave()
		err := <-failed
		wantReason(t, err, login, peplink.ReasonTimeout)
		wantNone(t, err, peplinktest.Password)
	})
}

// serveUser starts a server that is no simulated router, and returns a user's client of it.
func serveUser(t *testing.T, handler http.HandlerFunc) *peplink.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	options := peplink.Options{URL: parse(t, server.URL)}
	asUser(&options)
	return newClient(t, options)
}

// What a router may keep at the client is bounded, and dropped with the session.
func TestManyCookies(t *testing.T) {
	var sent, sets atomic.Int64
	var isLost atomic.Bool
	client := serveUser(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/"+login):
			if len(r.Cookies()) > 0 {
				t.Error("the cookies of a session are sent with the next login")
			}
		case isLost.CompareAndSwap(true, false):
			_, _ = w.Write([]byte(`{"stat":"fail","code":401}`))
			return
		default:
			sent.Store(int64(len(r.Cookies())))
		}
		http.SetCookie(w, &http.Cookie{Name: "large", Value: strings.Repeat("x", 5<<10), Path: "/"})
		for i := range 20 {
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprint("c", sets.Add(1)), Value: "v", Path: []string{"/", "/api", "/elsewhere"}[i%3]})
		}
		_, _ = w.Write([]byte(`{"stat":"ok"}`))
	})
	for range 3 {
		_, err := client.WANConnections(t.Context())
		ok(t, err)
		wantEqual(t, "cookies", int64(16), sent.Load())
	}
	isLost.Store(true)
	_, err := client.WANConnections(t.Context())
	ok(t, err)
}
