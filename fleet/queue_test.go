package fleet_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// slow lets every answer of the router take so long, from the next poll on.
func (s *simulated) slow(took time.Duration) {
	s.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := time.NewTimer(took)
		defer answer.Stop()
		select {
		case <-answer.C:
			s.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	s.t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	s.target.URL = address
}

// endpoints are those that the router was asked for, in turn.
func (s *simulated) endpoints() []string {
	var asked []string
	for _, request := range s.Requests() {
		asked = append(asked, request.Endpoint)
	}
	return asked
}

// While others wait one request may use half of the time left; the last one may use all of
// it. Here it needs more than half.
func TestLastOneMayUseAllOfTheTime(t *testing.T) {
	t.Parallel() // it takes its time
	const answer = 600 * time.Millisecond
	router := simulation(t, hd2)
	router.slow(answer)
	wantReasons(t, router.poll(t.Context(), "wan")) // the session is there
	ctx, cancel := context.WithTimeout(t.Context(), answer*27/10)
	defer cancel()
	wantReasons(t, router.poll(ctx, "wan", "system"))
}

// Of what is left after the first three, those come first that got no time in the poll
// before.
func TestStarvedCollectorsComeFirst(t *testing.T) {
	for name, test := range map[string]struct{ collectors, before, after []string }{
		"beside all": {
			[]string{"wan", "allowance", "pepvpn", "system", "lan"},
			[]string{wanEndpoint, allowanceEndpoint, pepvpnEndpoint, systemEndpoint},
			[]string{wanEndpoint, allowanceEndpoint, pepvpnEndpoint, lanEndpoint, systemEndpoint},
		},
		"beside one": {
			[]string{"pepvpn", "system", "lan"},
			[]string{pepvpnEndpoint, systemEndpoint},
			[]string{pepvpnEndpoint, lanEndpoint, systemEndpoint},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it takes its time
			router := simulation(t, hd2)
			wantReasons(t, router.poll(t.Context(), "wan"))
			router.ClearRequests()
			router.SetFault(systemEndpoint, hang)
			ctx, leave := context.WithCancel(t.Context())
			polled := router.begin(ctx, test.collectors...)
			router.arrives(systemEndpoint, 1)
			time.AfterFunc(time.Second, leave) // by when it had more time than any answer takes
			wantReasons(t, <-polled, "system timeout", "lan timeout")
			router.ClearFault(everyEndpoint)
			for i, want := range [][]string{test.before, test.after, append(slices.Clone(test.before), lanEndpoint)} {
				if i > 0 {
					router.ClearRequests()
					wantReasons(t, router.poll(t.Context(), test.collectors...))
				}
				if diff := cmp.Diff(want, router.endpoints()); diff != "" {
					t.Errorf("poll %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

// What the samples of others depend on keeps its place, whatever got no time.
func TestStarvedFirstThreeKeepTheirPlaces(t *testing.T) {
	router := simulation(t, hd2)
	wantReasons(t, router.poll(t.Context(), "firmware"))
	for _, hanging := range []string{wanEndpoint, allowanceEndpoint, pepvpnEndpoint} {
		router.SetFault(hanging, hang)
		asked := router.Count(hanging)
		ctx, leave := context.WithCancel(t.Context())
		polled := router.begin(ctx, "wan", "allowance", "pepvpn", "lan")
		router.arrives(hanging, asked+1)
		leave()
		<-polled
		router.ClearFault(everyEndpoint)
	}
	router.ClearRequests()
	wantReasons(t, router.poll(t.Context(), "wan", "allowance", "pepvpn", "lan"))
	if diff := cmp.Diff([]string{wanEndpoint, allowanceEndpoint, pepvpnEndpoint, lanEndpoint}, router.endpoints()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A poll joins what is in flight without a slot: here another poll has the only one.
func TestJoiningNeedsNoSlot(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(wanEndpoint, hang)
	first := router.begin(t.Context(), "wan")
	router.arrives(wanEndpoint, 1)
	ctx, cancel := context.WithTimeout(t.Context(), ample/2)
	defer cancel()
	second := router.begin(ctx, "wan", "lan")
	router.joined("wan", 2)
	router.ClearFault(wanEndpoint)
	wantReasons(t, <-first)
	result := <-second
	wantReasons(t, result)
	wantUp(t, result, true)
	if result.Shared != 1 {
		t.Errorf("%d calls shared, want 1", result.Shared)
	}
	router.wantCount(wanEndpoint, 1)
}

// queued is a router of two slots that has two polls waiting for one to become free, so
// that one of them asks for a collector. Release makes it free.
func queued(t *testing.T, name string) (router *simulated, polls [2]<-chan *fleet.Result, release func()) {
	t.Helper()
	router = simulation(t, hd2)
	router.target.MaxConcurrentRequests = 2
	router.SetFault("info.firmware", hang)
	router.SetFault(wanEndpoint, hang)
	holder := router.begin(t.Context(), "firmware")
	router.arrives("info.firmware", 1)
	polls[0] = router.begin(t.Context(), "wan", name)
	router.arrives(wanEndpoint, 1)
	polls[1] = router.begin(t.Context(), "wan", name)
	router.joined("wan", 2) // from here on it waits for a slot
	return router, polls, func() {
		router.ClearFault("info.firmware")
		wantReasons(t, <-holder)
	}
}

// A poll that waits for a slot joins the call as soon as another one has begun it.
func TestJoiningWhatBeganLater(t *testing.T) {
	router, polls, release := queued(t, "lan")
	router.SetFault(lanEndpoint, hang)
	release()
	router.arrives(lanEndpoint, 1)
	router.joined("lan", 2)
	router.ClearFault(everyEndpoint)
	for _, poll := range polls {
		wantReasons(t, <-poll)
	}
	router.wantCount(lanEndpoint, 1)
}

// A poll that waits for a slot does not ask for what another one has brought meanwhile.
func TestAnsweredWhileWaitingForASlot(t *testing.T) {
	t.Run("refused", func(t *testing.T) {
		router, polls, release := queued(t, "lan")
		router.SetFault(lanEndpoint, refusals["unsupported"])
		release()
		router.arrives(lanEndpoint, 1)
		router.ClearFault(wanEndpoint)
		for _, poll := range polls {
			wantReasons(t, <-poll, "lan unsupported")
		}
		router.wantCount(lanEndpoint, 1)
	})
}

// Waiting costs nothing: a poll looks around when something has happened.
func TestPollsDoNotSpin(t *testing.T) {
	router := simulation(t, hd2)
	var looked atomic.Int64
	now := func() time.Time {
		looked.Add(1)
		return router.Clock().Now()
	}
	target := router.target
	f := fleet.New(&config.Config{Targets: []*config.Target{&target}}, fleet.Options{Now: now})
	t.Cleanup(func() { fleet.Retire(context.WithoutCancel(t.Context()), f.Routers()) })
	const polls = 100
	router.SetFault(systemEndpoint, refusals["unsupported"])
	for range polls {
		f.Routers()[0].Poll(t.Context(), target.Collectors)
	}
	if most := int64(polls * 150); looked.Load() > most {
		t.Errorf("looked at the clock %d times in %d polls, want %d at most", looked.Load(), polls, most)
	}
}
