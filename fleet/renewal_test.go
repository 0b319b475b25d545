package fleet_test

import (
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Scraped every few seconds for minutes, a router of tokens of short life never lets a
// scrape fail, nor wait for a grant after the first: each hangs until the scrape is over.
func TestScrapesDoNotWaitForGrants(t *testing.T) {
	const life, margin, step, lasting = time.Minute, 30 * time.Second, 5 * time.Second, 5 * time.Minute
	router := simulation(t, hd2, peplinktest.WithTokenLife(life))
	scrape := func() {
		t.Helper()
		result := router.begin(t.Context(), "wan", "allowance", "pepvpn", "pepvpn_link", "firmware", "system")
		wantReasons(t, <-result)
	}
	scrape()
	grants, landed := 1, uint64(1)
	for range lasting / step {
		router.Clock().Advance(step)
		router.SetFault(grantEndpoint, peplinktest.Fault{Hang: true})
		isDue := !router.Clock().Now().Before(router.session().RefreshDue)
		scrape()
		if isDue {
			grants++
			landed++
			router.arrives(grantEndpoint, grants)
		}
		router.ClearFault(grantEndpoint)
		eventually(t, "a grant", func() bool { return router.session().Grants == landed })
	}
	router.wantCount(grantEndpoint, grants)
	if most := 1 + int(lasting/(life-margin)); grants > most || grants < int(lasting/life) {
		t.Errorf("%d grants in %v, want %d at most", grants, lasting, most)
	}
	if lost := router.session().Number; lost != 1 {
		t.Errorf("%d sessions, want one that is continued", lost)
	}
}
