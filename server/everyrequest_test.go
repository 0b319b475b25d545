package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// What the exporter may send: these POSTs, and GETs of what is no more than read. Of the
// GETs of the API, the forbidden ones make a radio scan, and list secrets.
var (
	allowedPosts  = []string{loginEndpoint, "logout", grantEndpoint, "auth.token.revoke"}
	forbiddenGets = []string{"cmd.wifi.scan", "auth.client", "auth.client.token"}
)

// The exporter changes nothing on a router, whatever the router is and does, for days: every
// request that it sends begins or ends a session, or reads.
func TestEveryRequestReads(t *testing.T) {
	for _, model := range peplinktest.Models() {
		for way, credential := range credentials {
			t.Run(model+" "+way, func(t *testing.T) {
				t.Parallel()
				r := simulateModel(t, model)
				if way == grantEndpoint && !r.TakesClients() || way == loginEndpoint && !r.TakesUsers() {
					t.Skip("this model has no such sessions")
				}
				sent := map[string]int{}
				t.Run("days", func(t *testing.T) { // when it is over, the exporter was shut down
					days(t, r, r.exporterWith(t, credential, exposeAll), sent)
				})
				r.adds(t, sent)
				end := map[string]string{grantEndpoint: "POST auth.token.revoke", loginEndpoint: "POST logout"}[way]
				if sent["POST "+way] < 4 || sent[end] < 2 || sent["GET "+wanEndpoint] < 60 {
					t.Errorf("sent %v, want sessions that began and ended, and polls", sent)
				}
			})
		}
	}
}

// days lets an exporter live through what a router may do in some days.
func days(t *testing.T, r *router, e *exporter, sent map[string]int) {
	pass := func(d time.Duration) {
		e.clock.Advance(d)
		r.Clock().Advance(d)
	}
	poll := func() {
		e.probe("a")
		pass(90 * time.Minute) // after which what was refused is asked for again
	}
	for range 34 { // more than the life of a token
		poll()
	}
	pass(5 * time.Hour) // logins are idle
	poll()
	r.SetFault(wanEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}})
	poll()
	r.ClearFault(wanEndpoint)
	for _, fault := range []peplinktest.Fault{
		{Fail: &peplinktest.Fail{Message: "unknown function"}},
		{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid parameter"}},
		{Status: http.StatusUnauthorized},
		{Status: http.StatusTooManyRequests},
		{LoginPage: true},
		{Redirect: "/cgi-bin/MANGA/index.cgi"},
		{Forbidden: true},
		{Cut: true},
	} {
		r.SetFault(everyEndpoint, fault)
		poll()
		r.ClearFault(everyEndpoint)
		poll()
		r.adds(t, sent)
	}
	r.RevokeTokens()
	poll()
	r.Reboot(time.Minute)
	poll()
	poll()
	for _, path := range []string{"/", "/sd", "/config", "/metrics", "/probe?target=a&debug=true"} {
		e.get(path)
	}
	e.configure(strings.Replace(e.text, "name: a", "name: b", 1)) // another target, and a leaves
	if reloaded := e.post("/-/reload"); reloaded.status != http.StatusOK {
		t.Errorf("reload: %s", reloaded.body)
	}
	for range 3 {
		e.probe("b")
		pass(time.Minute)
	}
}

// adds counts what the router got since the last time, and checks each of it.
func (r *router) adds(t *testing.T, sent map[string]int) {
	t.Helper()
	for _, request := range r.Requests() {
		name := fmt.Sprintf("%s %s", request.Method, request.Endpoint)
		sent[name]++
		reads := request.Method == http.MethodGet && !slices.Contains(forbiddenGets, request.Endpoint)
		if !reads && !(request.Method == http.MethodPost && slices.Contains(allowedPosts, request.Endpoint)) && sent[name] == 1 {
			t.Errorf("sent %s", name)
		}
	}
	r.ClearRequests()
}
