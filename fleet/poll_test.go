package fleet_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestPoll(t *testing.T) {
	a, r := oneRouter(t)
	if a.Last() != nil {
		t.Error("there is an outcome before the first poll")
	}
	result := poll(t, a)
	if diff := cmp.Diff(map[string]peplink.Reason{"wan": "", "allowance": ""}, reasons(result)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := a.Last(); !tellsOf(last, result) || !last.Began.Equal(r.Clock().Now()) {
		t.Errorf("the last result is %+v", last)
	}
	r.SetFault(allowanceEndpoint, peplinktest.Fault{LoginPage: true})
	result = a.Poll(t.Context(), []string{"allowance"})
	if diff := cmp.Diff(map[string]peplink.Reason{"allowance": "decode"}, reasons(result)); diff != "" {
		t.Errorf("only the allowance (-want +got):\n%s", diff)
	}
}

// tellsOf reports whether a summary is that of a result: how long two polls took is never
// the same.
func tellsOf(summary *fleet.Summary, result *fleet.Result) bool {
	return summary != nil && summary.Up == result.Up && summary.Duration == result.Duration && cmp.Equal(reasonsOf(summary.Outcomes), reasons(result))
}

// It is news where a collector fails for the first time, for another reason than before,
// or not any more.
func TestNews(t *testing.T) {
	a, r := oneRouter(t)
	ask := func(collectors ...string) bool {
		return a.Poll(t.Context(), collectors).Changed
	}
	steps := []struct {
		name       string
		wan        peplinktest.Fault
		collectors []string
		want       bool
	}{
		{"well from the start", peplinktest.Fault{}, []string{"wan", "allowance"}, false},
		{"one fails", peplinktest.Fault{Status: 500}, []string{"wan", "allowance"}, true},
		{"it lasts", peplinktest.Fault{Status: 500}, []string{"wan", "allowance"}, false},
		{"the same reason in another form", peplinktest.Fault{Status: 503}, []string{"wan"}, false},
		{"only the other is asked", peplinktest.Fault{LoginPage: true}, []string{"allowance"}, false},
		{"another reason", peplinktest.Fault{LoginPage: true}, []string{"wan", "allowance"}, true},
		{"well again", peplinktest.Fault{}, []string{"wan"}, true},
		{"still well", peplinktest.Fault{}, []string{"wan", "allowance"}, false},
	}
	for _, step := range steps {
		r.SetFault(wanEndpoint, step.wan)
		if got := ask(step.collectors...); got != step.want {
			t.Errorf("%s: news %v, want %v", step.name, got, step.want)
		}
	}
}

func TestRouterThatWasNeverUpIsNewsOnce(t *testing.T) {
	a, r := oneRouter(t)
	r.SetFault(everyEndpoint, peplinktest.Fault{Status: 500})
	for i := range 3 {
		if result := poll(t, a); result.Changed != (i == 0) {
			t.Errorf("poll %d tells of a change: %v", i, result.Changed)
		}
	}
}

// Of two polls at once, the one that began later may end first.
func TestNewestOutcomeIsKept(t *testing.T) {
	a, r := oneRouter(t, "timeout: 1h", "max_concurrent_requests: 2")
	poll(t, a)
	before := r.Count(wanEndpoint)
	r.SetFault(allowanceEndpoint, peplinktest.Fault{Hang: true})
	slow := make(chan *fleet.Result)
	go func() {
		result := a.Poll(t.Context(), []string{"allowance"})
		slow <- result
	}()
	r.wait(t, allowanceEndpoint, 2)
	r.wait(t, wanEndpoint, before+1)
	r.Clock().Advance(time.Minute)
	newer := a.Poll(t.Context(), []string{"wan"})
	r.ClearFault(everyEndpoint)
	if older := <-slow; !older.Up || tellsOf(a.Last(), older) {
		t.Errorf("the older poll, up %v, is taken for the last one", older.Up)
	}
	if !tellsOf(a.Last(), newer) {
		t.Errorf("the last result is %+v", a.Last())
	}
}

// The last success lives on from poll to poll.
func TestLastSuccess(t *testing.T) {
	a, r := oneRouter(t)
	poll(t, a)
	r.Clock().Advance(time.Minute)
	r.SetFault(everyEndpoint, peplinktest.Fault{Status: 500})
	for range 2 {
		result := poll(t, a)
		if result.Up || !result.LastSuccess.Equal(peplinktest.ReferenceTime()) {
			t.Errorf("up %v, last success %v", result.Up, result.LastSuccess)
		}
	}
}

// Many polls of one router at once share its session, and spare its small CPU.
func TestPollsAtOnce(t *testing.T) {
	const polls = 20
	for limit, line := range map[int]string{1: "max_concurrent_requests: 1", 2: "max_concurrent_requests: 2"} {
		a, r := oneRouter(t, line)
		var running sync.WaitGroup
		for i := range polls {
			running.Go(func() {
				result := a.Poll(t.Context(), a.Target.Collectors[i%2:])
				if !result.Up {
					t.Errorf("a poll found %v", reasons(result))
				}
				a.Last()
				a.Session()
				a.HasSecrets()
			})
		}
		running.Wait()
		if n := r.Count(grantEndpoint); n != 1 {
			t.Errorf("%d grants, want 1", n)
		}
		// A grant takes no place among them, so that a renewal does not keep a poll waiting.
		if most := r.MostInFlight(); most > limit+1 {
			t.Errorf("%d requests at once, want at most %d", most, limit)
		}
		if session := a.Session(); session.Grants != 1 || session.Failures != 0 {
			t.Errorf("session %+v", session)
		}
	}
}

// One poll that is given up does not take the others with it.
func TestPollGivenUp(t *testing.T) {
	a, r := oneRouter(t, "timeout: 1h")
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	ctx, giveUp := context.WithCancel(t.Context())
	first := make(chan *fleet.Result)
	go func() {
		result := a.Poll(ctx, a.Target.Collectors)
		first <- result
	}()
	r.wait(t, wanEndpoint, 1)
	second := make(chan *fleet.Result)
	go func() {
		result := poll(t, a)
		second <- result
	}()
	giveUp()
	if diff := cmp.Diff(map[string]peplink.Reason{"wan": "timeout", "allowance": "timeout"}, reasons(<-first)); diff != "" {
		t.Errorf("given up (-want +got):\n%s", diff)
	}
	r.ClearFault(everyEndpoint)
	if diff := cmp.Diff(map[string]peplink.Reason{"wan": "", "allowance": ""}, reasons(<-second)); diff != "" {
		t.Errorf("the other (-want +got):\n%s", diff)
	}
}
