package fleet_test

import (
	"fmt"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// No router ever gets more requests at once than its target allows, over all polls and in
// whatever dialect it has to be asked.
func TestRequestsAtOnce(t *testing.T) {
	for _, model := range peplinktest.Models() {
		for _, limit := range []int{1, 2, 3} {
			t.Run(fmt.Sprintf("%s/%d", model, limit), func(t *testing.T) {
				router := simulation(t, model)
				router.target.MaxConcurrentRequests = limit
				router.poll(t.Context()) // a grant takes no slot
				router.ClearRequests()
				router.SetFault(everyEndpoint, hang)
				polled, names := router.polled(), collector.Names()
				results := make(chan *fleet.Result)
				const polls = 12
				for i := range polls {
					go func() { results <- polled.Poll(t.Context(), names[i%3:]) }()
				}
				eventually(t, "polls are under way", func() bool { return router.InFlight() > 0 })
				router.ClearFault(everyEndpoint)
				for range polls {
					if result := <-results; !result.Up {
						t.Errorf("a poll found %v", reasons(result))
					}
				}
				if most := router.MostInFlight(); most > limit {
					t.Errorf("%d requests at once, want %d at most", most, limit)
				}
				router.wantCount(grantEndpoint, 0)
			})
		}
	}
}

// A slot is free again whatever became of the call that had it.
func TestSlotsAreFreed(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"sound": {}, "broken": broken, "refused": refusals["unsupported"], "cut": {Cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			router := simulation(t, hd2)
			router.target.MaxConcurrentRequests = 2
			router.SetFault(systemEndpoint, fault)
			for range 5 {
				router.poll(t.Context(), "system", "lan")
			}
			router.SetFault(everyEndpoint, hang)
			router.ClearFault(systemEndpoint)
			router.ClearRequests()
			polled := router.begin(t.Context(), "wan", "pepvpn", "lan")
			eventually(t, "both slots are taken", func() bool { return router.InFlight() == 2 })
			router.ClearFault(everyEndpoint)
			wantReasons(t, <-polled)
		})
	}
}
