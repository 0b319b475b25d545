package fleet_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// hanging is a router one of whose endpoints hangs. It takes some requests at once, for
// else whoever hangs keeps the others from asking.
func hanging(t *testing.T, endpoint string) *simulated {
	t.Helper()
	router := simulation(t, hd2)
	router.target.MaxConcurrentRequests = 3
	router.SetFault(endpoint, hang)
	return router
}

// Two polls at once ask each endpoint once.
func TestPollsShareCalls(t *testing.T) {
	for name, endpoint := range map[string]string{
		"wan": wanEndpoint, "allowance": allowanceEndpoint, "pepvpn": pepvpnEndpoint,
		"firmware": "info.firmware", "system": systemEndpoint, "lan": lanEndpoint,
	} {
		t.Run(name, func(t *testing.T) {
			router := hanging(t, endpoint)
			first := router.begin(t.Context(), name)
			router.arrives(endpoint, 1)
			second := router.begin(t.Context(), name)
			router.joined(name, 2)
			router.ClearFault(endpoint)
			began, joined := <-first, <-second
			wantReasons(t, began)
			wantReasons(t, joined)
			router.wantCount(endpoint, 1)
			router.wantCount(grantEndpoint, 1)
			if joined.Shared == 0 || name != "allowance" && began.Shared+joined.Shared != 1 { // which asks for the WANs too
				t.Errorf("shared %d and %d calls", began.Shared, joined.Shared)
			}
		})
	}
}

// Whoever comes after a call has ended does not join it.
func TestPollsInTurnShareNothing(t *testing.T) {
	router := simulation(t, hd2)
	for n := range 3 {
		if result := router.poll(t.Context(), "wan", "allowance"); result.Shared != 0 {
			t.Errorf("shared %d calls", result.Shared)
		}
		router.wantCount(wanEndpoint, n+1)
		router.wantCount(allowanceEndpoint, n+1)
	}
}

// Polls of different collectors share what both need.
func TestPollsShareNames(t *testing.T) {
	router := hanging(t, wanEndpoint)
	first := router.begin(t.Context(), "wan")
	router.arrives(wanEndpoint, 1)
	second := router.begin(t.Context(), "allowance") // whose metrics bear the names of the WANs
	router.joined("wan", 2)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-first)
	wantReasons(t, <-second)
	router.wantCount(wanEndpoint, 1)
}

func TestManyPollsShare(t *testing.T) {
	const polls = 50
	router := hanging(t, wanEndpoint)
	polled := router.polled()
	results := make([]*fleet.Result, polls)
	var group sync.WaitGroup
	for i := range polls {
		group.Go(func() { results[i] = polled.Poll(t.Context(), usual) })
	}
	router.arrives(wanEndpoint, 1)
	router.joined("wan", polls)
	router.wantCount(wanEndpoint, 1)
	router.ClearFault(wanEndpoint)
	group.Wait()
	shared := 0
	for _, result := range results {
		wantReasons(t, result)
		shared += result.Shared
	}
	if shared < polls-1 {
		t.Errorf("%d calls shared, want %d of the WANs alone", shared, polls-1)
	}
	router.wantCount(grantEndpoint, 1)
}

// The one who began a call may leave: those who joined get its answer.
func TestOnePollLeaves(t *testing.T) {
	router := hanging(t, wanEndpoint)
	ctx, leave := context.WithCancel(t.Context())
	leaver := router.begin(ctx, "wan")
	router.arrives(wanEndpoint, 1)
	stayer := router.begin(t.Context(), "wan")
	router.joined("wan", 2)

	leave()
	wantReasons(t, <-leaver, "wan timeout")
	if waiting, inFlight := router.polled().Waiting("wan"), router.InFlight(); waiting != 1 || inFlight != 1 {
		t.Errorf("%d polls wait for %d requests, want one for one", waiting, inFlight)
	}
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-stayer)
	router.wantCount(wanEndpoint, 1)
}

// A call that nobody waits for is of no use to the router's small CPU, and nobody joins
// it any more.
func TestLastPollLeaves(t *testing.T) {
	router := simulation(t, hd2)
	wantReasons(t, router.poll(t.Context(), "wan"))
	router.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	first := router.begin(ctx, "wan")
	router.arrives(wanEndpoint, 2)
	second := router.begin(ctx, "wan")
	router.joined("wan", 2)
	leave()
	wantReasons(t, <-first, "wan timeout")
	wantReasons(t, <-second, "wan timeout")
	waiting, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	if err := router.WaitIdle(waiting); err != nil { // while the fault still stands
		t.Error(err)
	}

	third := router.begin(t.Context(), "wan")
	router.arrives(wanEndpoint, 3)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-third)
	router.wantCount(wanEndpoint, 3)
	router.wantCount(grantEndpoint, 1)
}

// A poll of little time shows what came in that time; one of more time waits on.
func TestPollsKeepTheirDeadlines(t *testing.T) {
	t.Parallel() // it takes its time
	router := hanging(t, allowanceEndpoint)
	patient := router.begin(t.Context(), "wan", "allowance", "lan")
	router.arrives(allowanceEndpoint, 1)
	router.joined("wan", 0) // its answer is there
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	hasty := router.poll(ctx, "wan", "allowance")
	wantReasons(t, hasty, "allowance timeout")
	if !hasty.Up || hasty.Shared != 1 {
		t.Errorf("up %v, %d calls shared, want one", hasty.Up, hasty.Shared)
	}
	router.ClearFault(allowanceEndpoint)
	wantReasons(t, <-patient)
	router.wantCount(allowanceEndpoint, 1)
}

// A failure is shared like an answer, and ends with its call.
func TestPollsShareFailures(t *testing.T) {
	router := hanging(t, wanEndpoint)
	router.SetFault(wanEndpoint, peplinktest.Fault{Hang: true, Status: 500, Times: 1})
	first := router.begin(t.Context(), "wan")
	router.hangs(wanEndpoint)
	second := router.begin(t.Context(), "wan")
	router.joined("wan", 2)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-first, "wan http")
	wantReasons(t, <-second, "wan http")
	router.wantCount(wanEndpoint, 1)
	wantReasons(t, router.poll(t.Context(), "wan"))
}
