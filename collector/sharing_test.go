package collector_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// hanging is a router one of whose endpoints hangs. It takes some requests at once, for
// else whoever hangs keeps the others from asking.
func hanging(t *testing.T, endpoint string) *simulated {
	t.Helper()
	router := simulation(t, outOfOrdinary{options: func(o *peplink.Options) { o.MaxConcurrentRequests = 3 }})
	router.SetFault(endpoint, peplinktest.Fault{Hang: true})
	return router
}

func (s *simulated) waits(t *testing.T, name string, polls int) {
	t.Helper()
	becomes(t, "polls joined", func() bool { return s.polled.Waiting(name) == polls })
}

// Two polls at once ask each endpoint once.
func TestPollsShareCalls(t *testing.T) {
	for name, endpoint := range map[string]string{
		"wan": wanEndpoint, "allowance": allowanceEndpoint, "pepvpn": pepvpnEndpoint,
		"firmware": "info.firmware", "system": systemEndpoint, "lan": lanEndpoint,
	} {
		t.Run(name, func(t *testing.T) {
			router := hanging(t, endpoint)
			first := router.begin(t.Context(), t, name)
			router.arrives(t, endpoint, 1)
			second := router.begin(t.Context(), t, name)
			router.waits(t, name, 2)
			router.ClearFault(endpoint)
			began, joined := <-first, <-second
			wantReasons(t, began)
			wantReasons(t, joined)
			router.wantCount(t, endpoint, 1)
			router.wantCount(t, grantEndpoint, 1)
			if joined.Shared == 0 || name != "allowance" && began.Shared+joined.Shared != 1 { // which asks for the WANs too
				t.Errorf("shared %d and %d calls", began.Shared, joined.Shared)
			}
		})
	}
}

// Whoever comes after a call has ended does not join it.
func TestPollsInTurnShareNothing(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	for n := range 3 {
		if result := router.pollFor(t.Context(), t, "wan", "allowance"); result.Shared != 0 {
			t.Errorf("shared %d calls", result.Shared)
		}
		router.wantCount(t, wanEndpoint, n+1)
		router.wantCount(t, allowanceEndpoint, n+1)
	}
}

// Polls of different collectors share what both need.
func TestPollsShareNames(t *testing.T) {
	router := hanging(t, wanEndpoint)
	first := router.begin(t.Context(), t, "wan")
	router.arrives(t, wanEndpoint, 1)
	second := router.begin(t.Context(), t, "allowance") // whose metrics bear the names of the WANs
	router.waits(t, "wan", 2)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-first)
	wantReasons(t, <-second)
	router.wantCount(t, wanEndpoint, 1)
}

func TestManyPollsShare(t *testing.T) {
	const polls = 50
	router := hanging(t, wanEndpoint)
	request := router.request(t, collector.Expose{})
	results := make([]*collector.Result, polls)
	var group sync.WaitGroup
	for i := range polls {
		group.Go(func() { results[i] = router.polled.Poll(t.Context(), request) })
	}
	router.arrives(t, wanEndpoint, 1)
	router.waits(t, "wan", polls)
	router.wantCount(t, wanEndpoint, 1)
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
	router.wantCount(t, grantEndpoint, 1)
}

// The one who began a call may leave: those who joined get its answer.
func TestOnePollLeaves(t *testing.T) {
	router := hanging(t, wanEndpoint)
	ctx, leave := context.WithCancel(t.Context())
	leaver := router.begin(ctx, t, "wan")
	router.arrives(t, wanEndpoint, 1)
	stayer := router.begin(t.Context(), t, "wan")
	router.waits(t, "wan", 2)

	leave()
	wantReasons(t, <-leaver, "wan timeout")
	if waiting, inFlight := router.polled.Waiting("wan"), router.InFlight(); waiting != 1 || inFlight != 1 {
		t.Errorf("%d polls wait for %d requests, want one for one", waiting, inFlight)
	}
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-stayer)
	router.wantCount(t, wanEndpoint, 1)
}

// A call that nobody waits for is of no use to the router's small CPU, and nobody joins
// it any more.
func TestLastPollLeaves(t *testing.T) {
	router := simulation(t, outOfOrdinary{})
	wantReasons(t, router.pollFor(t.Context(), t, "wan"))
	router.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	first := router.begin(ctx, t, "wan")
	router.arrives(t, wanEndpoint, 2)
	second := router.begin(ctx, t, "wan")
	router.waits(t, "wan", 2)
	leave()
	wantReasons(t, <-first, "wan timeout")
	wantReasons(t, <-second, "wan timeout")
	waiting, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	if err := router.WaitIdle(waiting); err != nil { // while the fault still stands
		t.Error(err)
	}

	third := router.begin(t.Context(), t, "wan")
	router.arrives(t, wanEndpoint, 3)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-third)
	router.wantCount(t, wanEndpoint, 3)
	router.wantCount(t, grantEndpoint, 1)
}

// A poll of little time shows what came in that time; one of more time waits on.
func TestPollsKeepTheirDeadlines(t *testing.T) {
	t.Parallel() // it takes its time
	router := hanging(t, allowanceEndpoint)
	patient := router.begin(t.Context(), t, "wan", "allowance", "lan")
	router.arrives(t, allowanceEndpoint, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	hasty := router.pollFor(ctx, t, "wan", "allowance")
	wantReasons(t, hasty, "allowance timeout")
	if !hasty.Up || hasty.Shared != 1 {
		t.Errorf("up %v, %d calls shared, want one", hasty.Up, hasty.Shared)
	}
	if ctx.Err() != nil {
		t.Error("all of the time is gone")
	}
	router.ClearFault(allowanceEndpoint)
	wantReasons(t, <-patient)
	router.wantCount(t, allowanceEndpoint, 1)
}

// A failure is shared like an answer, and ends with its call.
func TestPollsShareFailures(t *testing.T) {
	router := hanging(t, wanEndpoint)
	router.SetFault(wanEndpoint, peplinktest.Fault{Hang: true, Status: 500, Times: 1})
	first := router.begin(t.Context(), t, "wan")
	router.hangs(t, wanEndpoint)
	second := router.begin(t.Context(), t, "wan")
	router.waits(t, "wan", 2)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-first, "wan http")
	wantReasons(t, <-second, "wan http")
	router.wantCount(t, wanEndpoint, 1)
	wantReasons(t, router.pollFor(t.Context(), t, "wan"))
}
