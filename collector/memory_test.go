package collector_test

import (
	"context"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// refusals are the lasting ways in which a router refuses an endpoint.
var refusals = map[string]peplinktest.Fault{
	"forbidden":   {Forbidden: true},
	"unsupported": {Fail: &peplinktest.Fail{Message: "unknown function"}},
}

// What a router refuses is asked for once an hour, whatever the scrape interval, and costs
// no grants.
func TestRefusalIsRemembered(t *testing.T) {
	for reason, fault := range refusals {
		for name, endpoint := range map[string]string{
			"wan": wanEndpoint, "allowance": allowanceEndpoint, "pepvpn": pepvpnEndpoint, "lan": lanEndpoint,
		} {
			t.Run(name+" "+reason, func(t *testing.T) {
				t.Parallel()
				router := simulation(t, outOfOrdinary{})
				router.SetFault(endpoint, fault)
				poll := func() {
					t.Helper()
					result := router.pollFor(t.Context(), t, "wan", "allowance", "pepvpn", "lan")
					wantReasons(t, result, name+" "+reason)
					wantUp(t, result, true)
				}
				poll()
				atFirst := router.Count(endpoint)
				for range 99 { // of which the sixtieth comes after an hour
					router.clock.Advance(time.Minute)
					poll()
				}
				router.wantCount(t, endpoint, atFirst+1)
				if grants := router.Count(grantEndpoint); atFirst > 2 || grants > 2 {
					t.Errorf("%d requests at first, %d grants, want two at most", atFirst, grants)
				}
			})
		}
	}
}

// A router where nothing may be read is not asked for grants in vain either.
func TestRefusalOfAllIsRemembered(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	router.SetFault(wanEndpoint, refusals["forbidden"])
	for range 60 {
		wantReasons(t, router.pollFor(t.Context(), t, "wan"), "wan forbidden")
		router.clock.Advance(time.Minute - time.Nanosecond)
	}
	router.wantCount(t, wanEndpoint, 2)
	router.wantCount(t, grantEndpoint, 2)
}

// What the router refuses concerns all that need it.
func TestRefusedPeersHaveNoLinks(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	router.SetFault(pepvpnEndpoint, refusals["unsupported"])
	for range 10 {
		wantReasons(t, router.pollFor(t.Context(), t, "pepvpn", "pepvpn_link"), "pepvpn unsupported", "pepvpn_link unsupported")
	}
	router.wantCount(t, pepvpnEndpoint, 1)
}

func TestRefusalIsForgotten(t *testing.T) {
	for reason, fault := range refusals {
		for name, end := range map[string]func(*testing.T, *simulated){
			"on demand": func(_ *testing.T, router *simulated) { router.polled.Forget() },
			"with the session": func(t *testing.T, router *simulated) {
				router.clock.Advance(time.Minute)
				router.RevokeTokens()
				wantReasons(t, router.pollFor(t.Context(), t, "wan"))
			},
		} {
			t.Run(reason+" "+name, func(t *testing.T) {
				router := simulation(t, outOfOrdinary{})
				wantReasons(t, router.pollFor(t.Context(), t, "wan"))
				router.SetFault(lanEndpoint, fault)
				wantReasons(t, router.pollFor(t.Context(), t, "lan"), "lan "+reason)
				router.ClearFault(lanEndpoint)
				wantReasons(t, router.pollFor(t.Context(), t, "lan"), "lan "+reason)
				end(t, router)
				wantReasons(t, router.pollFor(t.Context(), t, "lan"))
				wantReasons(t, router.pollFor(t.Context(), t, "lan"))
			})
		}
	}
}

// A token that is renewed says nothing new of the account's rights.
func TestRefusalOutlivesRefresh(t *testing.T) {
	router := simulation(t, outOfOrdinary{router: []peplinktest.Option{peplinktest.WithTokenLife(20 * time.Minute)}})
	router.SetFault(lanEndpoint, refusals["forbidden"])
	wantReasons(t, router.pollFor(t.Context(), t, "wan", "lan"), "lan forbidden")
	for n := range uint64(4) {
		router.clock.Set(router.client.Status().Session.RefreshDue)
		wantReasons(t, router.pollFor(t.Context(), t, "wan", "lan"), "lan forbidden")
		becomes(t, "a refresh", func() bool { return router.client.Status().Session.Grants == n+2 })
	}
	router.wantCount(t, lanEndpoint, 1)
}

// What may be over in a moment is tried again.
func TestPassingFailuresAreNotRemembered(t *testing.T) {
	for reason, fault := range map[string]peplinktest.Fault{
		"http":   {Status: 503},
		"api":    {Fail: &peplinktest.Fail{Code: new(7), Message: "busy"}},
		"decode": {LoginPage: true},
	} {
		t.Run(reason, func(t *testing.T) {
			router := simulation(t, outOfOrdinary{})
			fault.Times = 1
			router.SetFault(lanEndpoint, fault)
			wantReasons(t, router.pollFor(t.Context(), t, "wan", "lan"), "lan "+reason)
			wantReasons(t, router.pollFor(t.Context(), t, "wan", "lan"))
			router.wantCount(t, lanEndpoint, 2)
		})
	}
	t.Run("timeout", func(t *testing.T) {
		router := simulation(t, outOfOrdinary{})
		router.SetFault(lanEndpoint, peplinktest.Fault{Hang: true})
		ctx, leave := context.WithCancel(t.Context())
		left := router.begin(ctx, t, "lan")
		router.arrives(t, lanEndpoint, 1)
		leave()
		wantReasons(t, <-left, "lan timeout")
		router.ClearFault(lanEndpoint)
		wantReasons(t, router.pollFor(t.Context(), t, "lan"))
	})
	t.Run("auth", func(t *testing.T) {
		router := simulation(t, outOfOrdinary{})
		for range 2 {
			wantReasons(t, router.pollFor(t.Context(), t, "lan"))
			router.RevokeTokens()
		}
		wantReasons(t, router.pollFor(t.Context(), t, "lan"), "lan auth") // too soon after the last
		router.clock.Advance(time.Minute)
		wantReasons(t, router.pollFor(t.Context(), t, "lan"))
	})
}

// Fifty polls that meet a dead token at once make one new session.
func TestManyPollsWithADeadToken(t *testing.T) {
	router := hanging(t, "none")
	wantReasons(t, router.pollFor(t.Context(), t, collector.Names()...))
	router.RevokeTokens()
	router.SetFault(grantEndpoint, peplinktest.Fault{Hang: true})
	var polls []<-chan *collector.Result
	for range 50 {
		polls = append(polls, router.begin(t.Context(), t, "wan", "pepvpn", "lan"))
	}
	router.waits(t, "wan", len(polls))
	router.arrives(t, grantEndpoint, 2)
	router.ClearFault(grantEndpoint)
	for _, poll := range polls {
		wantReasons(t, <-poll)
	}
	router.wantCount(t, grantEndpoint, 2)
}

// Credentials that were refused are not tried at each scrape: every try is a line in the
// router's event log.
func TestRefusedCredentialsAreTriedOnce(t *testing.T) {
	router := simulation(t, outOfOrdinary{router: []peplinktest.Option{peplinktest.WithClient("another", "client")}})
	for range 100 {
		wantReasons(t, router.pollFor(t.Context(), t, "wan", "lan"), "wan auth", "lan auth")
		router.clock.Advance(299 * time.Millisecond)
	}
	router.wantCount(t, grantEndpoint, 1)
	router.clock.Advance(4 * time.Second)
	wantReasons(t, router.pollFor(t.Context(), t, "wan", "lan"), "wan auth", "lan auth")
	router.wantCount(t, peplinktest.EveryEndpoint, 2)
}
