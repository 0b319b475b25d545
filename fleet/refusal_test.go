package fleet_test

import (
	"context"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/fleet"
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
				router := simulation(t, hd2)
				router.SetFault(endpoint, fault)
				poll := func() {
					t.Helper()
					result := router.poll(t.Context(), "wan", "allowance", "pepvpn", "lan")
					wantReasons(t, result, name+" "+reason)
					wantUp(t, result, true)
				}
				poll()
				atFirst := router.Count(endpoint)
				for range 99 { // of which the sixtieth comes after an hour
					router.Clock().Advance(time.Minute)
					poll()
				}
				router.wantCount(endpoint, atFirst+1)
				if grants := router.Count(grantEndpoint); atFirst > 2 || grants > 2 {
					t.Errorf("%d requests at first, %d grants, want two at most", atFirst, grants)
				}
			})
		}
	}
}

// A router where nothing may be read is not asked for grants in vain either.
func TestRefusalOfAllIsRemembered(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(wanEndpoint, refusals["forbidden"])
	for range 60 {
		wantReasons(t, router.poll(t.Context(), "wan"), "wan forbidden")
		router.Clock().Advance(time.Minute - time.Nanosecond)
	}
	router.wantCount(wanEndpoint, 2)
	router.wantCount(grantEndpoint, 2)
}

// What the router refuses concerns all that need it.
func TestRefusedPeersHaveNoLinks(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(pepvpnEndpoint, refusals["unsupported"])
	for range 10 {
		wantReasons(t, router.poll(t.Context(), "pepvpn", "pepvpn_link"), "pepvpn unsupported", "pepvpn_link unsupported")
	}
	router.wantCount(pepvpnEndpoint, 1)
}

func TestRefusalIsForgotten(t *testing.T) {
	for reason, fault := range refusals {
		for name, end := range map[string]func(*testing.T, *simulated){
			"on demand": func(_ *testing.T, router *simulated) { router.polled().ForgetRefusals() },
			"with the session": func(t *testing.T, router *simulated) {
				router.Clock().Advance(time.Minute)
				router.RevokeTokens()
				wantReasons(t, router.poll(t.Context(), "wan"))
			},
		} {
			t.Run(reason+" "+name, func(t *testing.T) {
				router := simulation(t, hd2)
				wantReasons(t, router.poll(t.Context(), "wan"))
				router.SetFault(lanEndpoint, fault)
				wantReasons(t, router.poll(t.Context(), "lan"), "lan "+reason)
				router.ClearFault(lanEndpoint)
				wantReasons(t, router.poll(t.Context(), "lan"), "lan "+reason)
				end(t, router)
				wantReasons(t, router.poll(t.Context(), "lan"))
				wantReasons(t, router.poll(t.Context(), "lan"))
			})
		}
	}
}

// A token that is renewed says nothing new of the account's rights.
func TestRefusalOutlivesRefresh(t *testing.T) {
	router := simulation(t, hd2, peplinktest.WithTokenLife(20*time.Minute))
	router.SetFault(lanEndpoint, refusals["forbidden"])
	wantReasons(t, router.poll(t.Context(), "wan", "lan"), "lan forbidden")
	for n := range uint64(4) {
		router.Clock().Set(router.session().RefreshDue)
		wantReasons(t, router.poll(t.Context(), "wan", "lan"), "lan forbidden")
		eventually(t, "a refresh", func() bool { return router.session().Grants == n+2 })
	}
	router.wantCount(lanEndpoint, 1)
}

// What may be over in a moment is tried again.
func TestPassingFailuresAreNotRemembered(t *testing.T) {
	for reason, fault := range map[string]peplinktest.Fault{
		"http":   {Status: 503},
		"api":    {Fail: &peplinktest.Fail{Code: new(7), Message: "busy"}},
		"decode": {LoginPage: true},
	} {
		t.Run(reason, func(t *testing.T) {
			router := simulation(t, hd2)
			fault.Times = 1
			router.SetFault(lanEndpoint, fault)
			wantReasons(t, router.poll(t.Context(), "wan", "lan"), "lan "+reason)
			wantReasons(t, router.poll(t.Context(), "wan", "lan"))
			router.wantCount(lanEndpoint, 2)
		})
	}
	t.Run("timeout", func(t *testing.T) {
		router := simulation(t, hd2)
		router.SetFault(lanEndpoint, peplinktest.Fault{Hang: true})
		ctx, leave := context.WithCancel(t.Context())
		left := router.begin(ctx, "lan")
		router.arrives(lanEndpoint, 1)
		leave()
		wantReasons(t, <-left, "lan timeout")
		router.ClearFault(lanEndpoint)
		wantReasons(t, router.poll(t.Context(), "lan"))
	})
	t.Run("auth", func(t *testing.T) {
		router := simulation(t, hd2)
		for range 2 {
			wantReasons(t, router.poll(t.Context(), "lan"))
			router.RevokeTokens()
		}
		wantReasons(t, router.poll(t.Context(), "lan"), "lan auth") // too soon after the last
		router.Clock().Advance(time.Minute)
		wantReasons(t, router.poll(t.Context(), "lan"))
	})
}

// Fifty polls that meet a dead token at once make one new session.
func TestManyPollsWithADeadToken(t *testing.T) {
	router := hanging(t, "none")
	wantReasons(t, router.poll(t.Context(), usual...))
	router.RevokeTokens()
	router.SetFault(grantEndpoint, peplinktest.Fault{Hang: true})
	var polls []<-chan *fleet.Result
	for range 50 {
		polls = append(polls, router.begin(t.Context(), "wan", "pepvpn", "lan"))
	}
	router.joined("wan", len(polls))
	router.arrives(grantEndpoint, 2)
	router.ClearFault(grantEndpoint)
	for _, poll := range polls {
		wantReasons(t, <-poll)
	}
	router.wantCount(grantEndpoint, 2)
}

// Credentials that were refused are not tried at each scrape: every try is a line in the
// router's event log.
func TestRefusedCredentialsAreTriedOnce(t *testing.T) {
	router := simulation(t, hd2, peplinktest.WithClient("another", "client"))
	for range 100 {
		wantReasons(t, router.poll(t.Context(), "wan", "lan"), "wan auth", "lan auth")
		router.Clock().Advance(299 * time.Millisecond)
	}
	router.wantCount(grantEndpoint, 1)
	router.Clock().Advance(4 * time.Second)
	wantReasons(t, router.poll(t.Context(), "wan", "lan"), "wan auth", "lan auth")
	router.wantCount(peplinktest.EveryEndpoint, 2)
}
